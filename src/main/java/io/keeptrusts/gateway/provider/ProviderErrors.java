package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayError.Type;
import io.keeptrusts.gateway.provider.ProviderFailure.Kind;
import io.keeptrusts.gateway.wire.Call;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What providers say when they refuse (wire-formats 14), as the contract's errors. */
public final class ProviderErrors {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_MESSAGE = 1000;

  private ProviderErrors() {}

  /** An answer with another status than 200. */
  public static ProviderFailure http(int status, Call.Headers headers, byte[] body, int length) {
    return of(status, retryAfter(headers), Said.of(body, 0, length));
  }

  /**
   * An error object in a stream whose status was 200: what its status would have been stands in the
   * object.
   */
  static ProviderFailure inStream(byte[] json, int from, int to) {
    Said said = Said.of(json, from, to);
    return of(said.status(), null, said);
  }

  private static ProviderFailure of(int status, @Nullable Duration retryAfter, Said said) {
    return switch (status) {
      case 401, 402, 403 -> auth();
      case 429, 498 ->
          new ProviderFailure(
              new GatewayError(
                  429,
                  Type.RATE_LIMIT,
                  said.code("rate_limit_exceeded"),
                  said.message("The provider throttles; wait."),
                  null,
                  null,
                  retryAfter == null ? Duration.ofSeconds(1) : retryAfter),
              Kind.RATE_LIMIT);
      case 408, 504 -> timeout("The provider gave up waiting.");
      case 400, 404, 409, 413, 415, 422 -> caller(status, said);
      default ->
          status >= 400 && status < 500
              ? caller(400, said)
              : new ProviderFailure(
                  new GatewayError(
                      502,
                      Type.UPSTREAM_ERROR,
                      "upstream_error",
                      said.message("The provider failed (" + status + ")."),
                      null,
                      null,
                      retryAfter),
                  Kind.SERVER);
    };
  }

  private static ProviderFailure caller(int status, Said said) {
    // A provider's 409 would read as a policy's verdict here, and SDKs retry it.
    int kept = status == 409 ? 400 : status;
    Type type =
        kept == 404 || kept == 400 || kept == 413 || kept == 415 || kept == 422
            ? Type.VALIDATION_ERROR
            : Type.UPSTREAM_ERROR;
    return new ProviderFailure(
        new GatewayError(
            kept,
            type,
            said.code("invalid_request"),
            said.message("The provider refused the request."),
            null,
            said.param,
            null),
        Kind.CALLER);
  }

  private static ProviderFailure auth() {
    return new ProviderFailure(
        new GatewayError(
            502,
            Type.UPSTREAM_ERROR,
            "provider_auth",
            "The provider refused this gateway's key. Its operator must check the target's secret_key_ref.",
            null,
            null,
            null),
        Kind.SERVER);
  }

  static ProviderFailure timeout(String message) {
    return new ProviderFailure(
        new GatewayError(504, Type.UPSTREAM_ERROR, "upstream_timeout", message, null, null, null),
        Kind.TIMEOUT);
  }

  private static @Nullable Duration retryAfter(Call.Headers headers) {
    String millis = headers.get("retry-after-ms");
    if (millis != null && millis.matches("[0-9]{1,9}")) {
      return Duration.ofMillis(Integer.parseInt(millis));
    }
    String value = headers.get("retry-after");
    if (value == null
        || value.isEmpty()
        || value.length() > 6
        || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return null;
    }
    return Duration.ofSeconds(Integer.parseInt(value));
  }

  /**
   * The shapes: {@code {"error":{..}}}, {@code {"error":"text"}}, flat with {@code message} or
   * {@code detail}, and in the place of a text a list of what did not validate, each with {@code
   * msg} and {@code loc}.
   */
  private record Said(
      @Nullable String text, String type, @Nullable String code, @Nullable String param) {

    static Said of(byte[] body, int from, int to) {
      try {
        JsonNode whole = JSON.readTree(body, from, to - from);
        JsonNode root =
            whole.isArray() ? whole.path(0) : whole; // Google wraps its errors in a list
        JsonNode error = root.path("error");
        if (error.isTextual()) {
          return new Said(error.textValue(), "", null, null);
        }
        JsonNode at = error.isObject() ? error : root;
        String text = text(at, "message");
        JsonNode wrong = at.path("message").path("detail").path(0);
        if (!wrong.isObject()) {
          wrong = at.path("detail").path(0);
        }
        if (text == null) {
          text = wrong.isObject() ? text(wrong, "msg") : text(at, "detail");
        }
        String param = wrong.isObject() ? place(wrong.path("loc")) : text(at, "param");
        return new Said(text, at.path("type").asText(""), scalar(at, "code"), param);
      } catch (JsonProcessingException e) {
        return new Said(null, "", null, null);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    /** {@code ["body","messages",0,"content"]} as {@code messages[0].content}. */
    private static @Nullable String place(JsonNode loc) {
      StringBuilder path = new StringBuilder();
      for (JsonNode step : loc) {
        if (step.isNumber()) {
          path.append('[').append(step.asInt()).append(']');
        } else if (!step.asText().equals("body")) {
          path.append(path.isEmpty() ? "" : ".").append(step.asText());
        }
      }
      return path.isEmpty() || path.length() > 200 ? null : path.toString();
    }

    private static @Nullable String text(JsonNode node, String key) {
      JsonNode value = node.path(key);
      return value.isTextual() ? value.textValue() : null;
    }

    private static @Nullable String scalar(JsonNode node, String key) {
      JsonNode value = node.path(key);
      return value.isTextual() || value.isNumber() ? value.asText() : null;
    }

    /** A status where the object names one, in numbers or in words; else 500. */
    int status() {
      if (code != null && code.length() == 3 && code.chars().allMatch(c -> c >= '0' && c <= '9')) {
        int status = Integer.parseInt(code);
        return status >= 400 && status < 600 ? status : 500;
      }
      String hint = code + " " + type;
      if (hint.contains("rate_limit") || hint.contains("insufficient_quota")) {
        return 429;
      }
      if (hint.contains("authentication")
          || hint.contains("permission")
          || hint.contains("invalid_api_key")) {
        return 401;
      }
      if (hint.contains("not_found") || hint.contains("NotFound")) {
        return 404;
      }
      return hint.contains("invalid_request") || hint.contains("BadRequest") ? 400 : 500;
    }

    String code(String otherwise) {
      return code == null || code.isBlank() || code.length() > 64 ? otherwise : code;
    }

    String message(String otherwise) {
      if (text == null || text.isBlank()) {
        return otherwise;
      }
      return text.length() > MAX_MESSAGE
          ? text.substring(0, text.offsetByCodePoints(0, MAX_MESSAGE / 2))
          : text;
    }
  }
}
