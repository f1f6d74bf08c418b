package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;

/**
 * An error that Anthropic sends with status 200, in a stream or as an answer: what it would be as a
 * status of its own.
 */
final class AnthropicErrors {
  private AnthropicErrors() {}

  /** {@code {"type":"error","error":{"type","message"}}}. */
  static ProviderFailure of(byte[] json, int from, int to) {
    byte[] body = Arrays.copyOfRange(json, from, to);
    return ProviderErrors.http(status(body), name -> null, body, body.length);
  }

  private static int status(byte[] body) {
    JsonNode root = ExactJson.read(body, 0, body.length);
    return switch (root == null ? "" : root.path("error").path("type").asText("")) {
      case "invalid_request_error" -> 400;
      case "authentication_error", "billing_error", "permission_error" -> 403;
      case "not_found_error" -> 404;
      case "request_too_large" -> 413;
      case "rate_limit_error" -> 429;
      case "timeout_error" -> 504;
      default -> 502;
    };
  }
}
