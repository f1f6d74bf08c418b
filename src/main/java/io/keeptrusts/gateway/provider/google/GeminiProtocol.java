package io.keeptrusts.gateway.provider.google;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.provider.Protocol;
import io.keeptrusts.gateway.provider.Target;
import io.keeptrusts.gateway.wire.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeSet;

/**
 * Gemini's {@code generateContent} and {@code streamGenerateContent} (wire-formats 5). Stateless.
 */
public final class GeminiProtocol implements Protocol {
  private static final String WHOLE = ":generateContent";
  private static final String STREAM = ":streamGenerateContent?alt=sse";

  @Override
  public Outgoing request(Target target, Prompt prompt) {
    String model = target.model() == null ? prompt.model() : target.model();
    Set<String> dropped = new TreeSet<>();
    ObjectNode body = new ChatRequest(prompt.body(), model, dropped).body();
    return new Outgoing(
        endpoint(target, model, prompt.stream()),
        target.headers(),
        Json.bytes(body),
        new ArrayList<>(dropped));
  }

  private static Endpoint endpoint(Target target, String model, boolean stream) {
    Endpoint at = target.at("/v1beta/" + resource(model) + WHOLE);
    // An operator's own path names the plain method; the stream's follows from it.
    String path =
        stream && at.path().endsWith(WHOLE)
            ? at.path().substring(0, at.path().length() - WHOLE.length()) + STREAM
            : at.path();
    return at.at(path);
  }

  /** A model as a path names it. */
  static String resource(String model) {
    String name = name(model);
    int slash = name.indexOf('/') + 1;
    return name.substring(0, slash) + encoded(name.substring(slash));
  }

  /** A model with its collection, {@code models/gemini-2.5-pro}. */
  static String name(String model) {
    return model.startsWith("models/") || model.startsWith("tunedModels/")
        ? model
        : "models/" + model;
  }

  private static String encoded(String segment) {
    StringBuilder out = new StringBuilder();
    for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
      boolean plain =
          b >= '0' && b <= '9' || (b | 0x20) >= 'a' && (b | 0x20) <= 'z' || "-._~@".indexOf(b) >= 0;
      if (plain) {
        out.append((char) b);
      } else {
        out.append('%')
            .append(Character.forDigit(b >> 4 & 15, 16))
            .append(Character.forDigit(b & 15, 16));
      }
    }
    return out.toString();
  }

  @Override
  public Reader read(boolean stream, Limits limits, Sink sink) {
    return stream ? new StreamReader(limits, sink) : new AnswerBody(limits, sink);
  }

  /** A field that Gemini has no place for, or that is not what it should be. */
  static RuntimeException invalid(String param, String message) {
    return GatewayError.invalid(param + " " + message, param).exception();
  }
}
