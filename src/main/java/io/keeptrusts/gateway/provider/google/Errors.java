package io.keeptrusts.gateway.provider.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.provider.ProviderErrors;
import io.keeptrusts.gateway.provider.ProviderFailure;
import io.keeptrusts.gateway.wire.Call;
import org.jspecify.annotations.Nullable;

/**
 * Google's errors (wire-formats 5.6): {@code {"error":{code,message,status,details}}}, alone or in
 * an array. Said again in the words that the gateway's one table of errors knows; a refused key is
 * a 400 there, a throttle names its delay in the details.
 */
final class Errors {
  private Errors() {}

  /** An answer with another status than 200. */
  static ProviderFailure http(int status, Call.Headers headers, byte[] body, int length) {
    JsonNode root = Json.parse(body, 0, length);
    return failure(status, headers, root == null ? Json.object() : root);
  }

  /** An error in the place of a chunk, after a status of 200; or a whole body that is one. */
  static ProviderFailure inStream(JsonNode root) {
    long code = Json.count(unwrap(root).path("error"), "code");
    return failure(code >= 400 && code < 600 ? (int) code : 502, name -> null, root);
  }

  private static JsonNode unwrap(JsonNode root) {
    return root.isArray() && !root.isEmpty() ? root.path(0) : root;
  }

  private static ProviderFailure failure(int status, Call.Headers headers, JsonNode root) {
    JsonNode error = unwrap(root).path("error");
    String word = Json.string(error, "status");
    ObjectNode said = Json.object();
    ObjectNode plain = said.putObject("error");
    String message = error.isTextual() ? error.textValue() : Json.string(error, "message");
    if (message != null) {
      plain.put("message", message);
    }
    if (word != null) {
      plain.put("code", word);
    }
    Details details = Details.of(error.path("details"));
    if (details.field != null) {
      plain.put("param", details.field);
    }
    byte[] bytes = Json.bytes(said);
    return ProviderErrors.http(
        status(status, word, details), headers(headers, details), bytes, bytes.length);
  }

  private static int status(int status, @Nullable String word, Details details) {
    if (details.reason.startsWith("API_KEY")
        || "UNAUTHENTICATED".equals(word)
        || "PERMISSION_DENIED".equals(word)) {
      return 401;
    }
    // "Cancelled" is not what the caller did: the provider gave up.
    return status == 499 ? 502 : status;
  }

  private static Call.Headers headers(Call.Headers given, Details details) {
    return name -> {
      String value = given.get(name);
      return value == null && name.equalsIgnoreCase("retry-after") ? details.retryAfter : value;
    };
  }

  /** What the details of an error add. */
  private record Details(String reason, @Nullable String retryAfter, @Nullable String field) {

    static Details of(JsonNode details) {
      String reason = "";
      String retryAfter = null;
      String field = null;
      for (JsonNode detail : details) {
        String type = detail.path("@type").asText("");
        if (type.endsWith("ErrorInfo")) {
          reason = detail.path("reason").asText("");
        } else if (type.endsWith("RetryInfo")) {
          retryAfter = seconds(detail.path("retryDelay").asText(""));
        } else if (type.endsWith("BadRequest")) {
          field = Json.string(detail.path("fieldViolations").path(0), "field");
        }
      }
      return new Details(reason, retryAfter, field);
    }

    /** {@code 34s} and {@code 34.07s}, rounded up. */
    private static @Nullable String seconds(String delay) {
      int point = delay.indexOf('.');
      int end = point < 0 ? delay.length() - 1 : point;
      if (!delay.endsWith("s")
          || end < 1
          || end > 5
          || !delay.chars().limit(end).allMatch(c -> c >= '0' && c <= '9')) {
        return null;
      }
      return Integer.toString(Integer.parseInt(delay.substring(0, end)) + (point < 0 ? 0 : 1));
    }
  }
}
