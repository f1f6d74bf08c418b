package io.keeptrusts.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keeptrusts.gateway.cli.Fixture.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What came of one run of a fixture. Immutable.
 *
 * @param status of the answer's head
 * @param outcome the gravest verdict
 * @param policies who said so, sorted; none for {@code allow}
 * @param code of the error that was the answer or ended it; null without one
 * @param reasons of the verdict, at least one, such as {@code prompt_injection.detected}: of what
 *     blocked, of all that masked, else of what was flagged, replaced or asked anew; where no
 *     policy had anything to say {@value #ALL_PASSED}; without a verdict the error's code
 * @param texts what a client puts together: the text of each field, by its path; of a choice's
 *     content the path is {@code choices[0].content}
 * @param sent every text that the provider was asked with, one a line
 */
record Heard(
    int status,
    Outcome outcome,
    SortedSet<String> policies,
    @Nullable String code,
    List<String> reasons,
    Map<String, String> texts,
    String sent) {
  static final String ALL_PASSED = "all_policies_passed";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Fields of a message that are no text. */
  private static final Set<String> OPAQUE = Set.of("role", "id", "type", "index");

  /** The content of the first choice. */
  String output() {
    return texts.getOrDefault("choices[0].content", "");
  }

  /** All that reached the client, one text a line. */
  String everything() {
    return String.join("\n", texts.values());
  }

  /**
   * Reads an answer of the gateway.
   *
   * @param decisions of the policies, whole
   */
  static Heard of(int status, byte[] body, List<JsonNode> sent, Decisions decisions)
      throws IOException {
    Map<String, String> texts = new TreeMap<>();
    JsonNode error = JSON.missingNode();
    String text = new String(body, UTF_8);
    if (text.startsWith("{")) {
      JsonNode answer = JSON.readTree(body);
      error = answer.path("error");
      choices(answer, "message", texts);
    } else {
      for (String line : text.split("\n")) {
        if (line.startsWith("data: ") && !line.equals("data: [DONE]")) {
          JsonNode event = JSON.readTree(line.substring("data: ".length()));
          error = event.has("error") ? event.path("error") : error;
          choices(event, "delta", texts);
        }
      }
    }
    SortedSet<String> policies = new TreeSet<>();
    Outcome outcome = outcome(error, decisions.redacting(), policies);
    StringBuilder asked = new StringBuilder();
    sent.forEach(request -> collect(request, asked));
    String code = error.isObject() ? error.path("code").asText() : null;
    List<String> reasons = reasons(outcome, decisions, String.valueOf(code));
    return new Heard(status, outcome, policies, code, reasons, texts, asked.toString());
  }

  private static List<String> reasons(Outcome outcome, Decisions decisions, String code) {
    return switch (outcome) {
      case BLOCK -> decisions.reasons("block");
      case ESCALATE -> decisions.reasons("escalate");
      case REDACT -> decisions.reasons("redact");
      case ERROR -> List.of(code);
      case ALLOW -> {
        List<String> told = decisions.reasons("flag", "replace", "retry");
        yield told.isEmpty() ? List.of(ALL_PASSED) : told;
      }
    };
  }

  private static Outcome outcome(JsonNode error, List<String> redacting, Set<String> policies) {
    if (error.path("policy").isTextual()) {
      policies.add(error.path("policy").asText());
      return error.path("code").asText().equals("escalation_required")
          ? Outcome.ESCALATE
          : Outcome.BLOCK;
    }
    if (error.isObject()) {
      return Outcome.ERROR;
    }
    policies.addAll(redacting);
    return policies.isEmpty() ? Outcome.ALLOW : Outcome.REDACT;
  }

  private static void choices(JsonNode answer, String message, Map<String, String> texts) {
    for (JsonNode choice : answer.path("choices")) {
      add(choice.path(message), "choices[" + choice.path("index").asInt() + "]", texts);
    }
  }

  private static void add(JsonNode node, String path, Map<String, String> texts) {
    if (node.isTextual()) {
      texts.merge(path, node.asText(), String::concat);
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        add(node.get(i), path + "[" + node.get(i).path("index").asInt(i) + "]", texts);
      }
    } else {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        if (!OPAQUE.contains(field.getKey())) {
          add(field.getValue(), path + "." + field.getKey(), texts);
        }
      }
    }
  }

  private static void collect(JsonNode node, StringBuilder into) {
    if (node.isTextual()) {
      into.append(node.asText()).append('\n');
    } else {
      node.forEach(child -> collect(child, into));
    }
  }
}
