package io.keeptrusts.gateway.dialect;

import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.JsonText;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The contract's error envelope: OpenAI's with a {@code policy} (DESIGN 2). */
public final class ErrorBody {
  private ErrorBody() {}

  /** {@code {"error":{..}}}. */
  public static byte[] json(GatewayError error) {
    Bytes out = new Bytes(256);
    out.ascii("{\"error\":{\"type\":");
    string(error.type().wire(), out);
    out.ascii(",\"message\":");
    string(error.message(), out);
    out.ascii(",\"policy\":");
    string(error.policy(), out);
    out.ascii(",\"code\":");
    string(error.code(), out);
    out.ascii(",\"param\":");
    string(error.param(), out);
    return out.ascii("}}").toByteArray();
  }

  private static void string(@Nullable String value, Bytes out) {
    if (value == null) {
      out.ascii("null");
    } else {
      out.add((byte) '"');
      JsonText.encode(value, 0, value.length(), out);
      out.add((byte) '"');
    }
  }

  /** Headers of an error answer. A 409 is a verdict: SDKs retry it unless told otherwise. */
  public static Map<String, String> headers(GatewayError error) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    if (error.status() == 409) {
      headers.put("x-should-retry", "false");
    }
    if (error.retryAfter() != null) {
      headers.put(
          "Retry-After",
          Long.toString(Math.max(1, error.retryAfter().plusMillis(999).toSeconds())));
    }
    if (error.status() == 401) {
      headers.put("WWW-Authenticate", "Bearer");
    }
    return headers;
  }
}
