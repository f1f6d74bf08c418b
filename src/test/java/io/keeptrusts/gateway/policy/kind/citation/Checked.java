package io.keeptrusts.gateway.policy.kind.citation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;

/** Answers checked by hand: short forms for tests. */
final class Checked {
  private Checked() {}

  /** A request whose system text numbers these documents. */
  static ObjectNode numbered(String... documents) {
    StringBuilder list = new StringBuilder("Answer from these sources.\n\n");
    for (int i = 0; i < documents.length; i++) {
      list.append('[').append(i + 1).append("] ").append(documents[i]).append("\n\n");
    }
    return system(list.toString());
  }

  static ObjectNode system(String text) {
    ObjectNode body = new ObjectMapper().createObjectNode();
    body.putArray("messages").addObject().put("role", "system").put("content", text);
    return body;
  }

  static ObjectNode json(String json) {
    try {
      return (ObjectNode) new ObjectMapper().readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Check check(ObjectNode body, String answer) {
    return new Verifier(answer, Sources.of(body), EnumSet.allOf(CitationType.class), 0.8).check();
  }

  /** {@code numbered 1 verified}: type, source from 1 or a dash, status. */
  static List<String> found(ObjectNode body, String answer) {
    return check(body, answer).findings().stream().map(Checked::brief).toList();
  }

  private static String brief(Finding finding) {
    return "%s %s %s"
        .formatted(
            lower(finding.citation().type()),
            finding.source() == Finding.NONE ? "-" : finding.source() + 1,
            lower(finding.status()));
  }

  static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
