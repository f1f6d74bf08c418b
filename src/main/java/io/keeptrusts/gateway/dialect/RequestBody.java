package io.keeptrusts.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.GatewayError;
import java.io.IOException;

/**
 * What all request bodies have in common: one JSON object, read strictly, refused without quoting
 * it.
 */
final class RequestBody {
  private static final int MAX_DEPTH = 64;
  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private RequestBody() {}

  static ObjectNode parse(byte[] body) {
    if (body.length == 0) {
      throw GatewayError.invalid("The body is empty: send a JSON object.", null).exception();
    }
    try {
      if (JSON.readTree(body) instanceof ObjectNode object) {
        return object;
      }
      throw GatewayError.invalid("The body must be a JSON object.", null).exception();
    } catch (JsonProcessingException e) {
      // Jackson's own message would quote the body.
      long offset = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
      throw GatewayError.invalid(
              "The body is not valid JSON" + (offset < 0 ? "." : " (at byte " + offset + ")."),
              null)
          .exception();
    } catch (IOException e) {
      // Bytes of no encoding that JSON knows.
      throw GatewayError.invalid("The body is not valid JSON: send it in UTF-8.", null).exception();
    }
  }

  static String string(ObjectNode object, String key) {
    JsonNode value = object.get(key);
    if (value == null) {
      throw GatewayError.invalid(key + " is missing.", key).exception();
    }
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw GatewayError.invalid(key + " must be a non-empty string.", key).exception();
    }
    return value.textValue();
  }

  /** With output policies on, an answer must be something that they can check. */
  static void refuseSound(ObjectNode body) {
    for (JsonNode modality : body.path("modalities")) {
      if ("audio".equals(modality.asText())) {
        throw GatewayError.invalid(
                "modalities must not hold audio: output policies are on, and they cannot check sound.",
                "modalities")
            .exception();
      }
    }
  }

  static boolean flag(ObjectNode object, String key) {
    JsonNode value = object.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw GatewayError.invalid(key + " must be true or false.", key).exception();
    }
    return value.booleanValue();
  }
}
