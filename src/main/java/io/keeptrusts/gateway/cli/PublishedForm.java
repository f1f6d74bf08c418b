package io.keeptrusts.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.cli.Fixture.Answer;
import io.keeptrusts.gateway.cli.Fixture.Expect;
import io.keeptrusts.gateway.cli.Fixture.Outcome;
import io.keeptrusts.gateway.cli.Fixture.Recorded;
import io.keeptrusts.gateway.cli.Fixture.Spoken;
import io.keeptrusts.gateway.cli.Fixture.Texts;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a fixture in the form that Keeptrusts documents for {@code kt policy test}: {@code name,
 * input, expected}. What cannot be honoured is refused.
 */
final class PublishedForm {
  private static final String TEAM = "X-Team-Id";

  private final FixtureReader reader;

  PublishedForm(FixtureReader reader) {
    this.reader = reader;
  }

  Fixture read(ObjectNode node, String at) throws FixtureException {
    reader.known(node, at, "name", "input", "expected");
    String name = reader.name(node, at);
    ObjectNode input = reader.object(node.get("input"), at + "input");
    if (input.has("proxy_name")) {
      throw reader.wrong(
          at + "input.proxy_name", "cannot be chosen, the pack is what is tested: leave it out");
    }
    reader.known(
        input, at + "input.", "messages", "headers", "request", "upstream_response", "team_slugs");
    JsonNode more = input.get("request");
    ObjectNode request =
        more == null
            ? JsonNodeFactory.instance.objectNode()
            : reader.object(more, at + "input.request").deepCopy();
    if (request.has("messages")) {
      throw reader.wrong(at + "input.request.messages", "go to input.messages");
    }
    reader.messages(request, input.path("messages"), at + "input.messages");
    reader.text(request.get("model"), at + "input.request.model");
    Map<String, String> headers = reader.headers(input.get("headers"), at + "input.headers");
    team(input.get("team_slugs"), headers, at + "input.team_slugs");
    JsonNode response = input.get("upstream_response");
    Answer answer =
        response == null
            ? FixtureReader.UNDERSTOOD
            : response(response, at + "input.upstream_response");
    JsonNode stream = request.get("stream");
    if (stream != null && !stream.isBoolean()) {
      throw reader.wrong(at + "input.request.stream", "must be true or false");
    }
    if (stream != null && stream.asBoolean() && answer instanceof Recorded) {
      throw reader.wrong(
          at + "input.request.stream", "cannot be: upstream_response is not a stream");
    }
    ObjectNode expected = reader.object(node.get("expected"), at + "expected");
    reader.known(expected, at + "expected.", "verdict", "reason_code");
    if (expected.isEmpty()) {
      throw reader.wrong(at + "expected", "expects nothing");
    }
    Outcome outcome =
        reader.outcome(
            reader.text(expected.get("verdict"), at + "expected.verdict"), at + "expected.verdict");
    if (outcome == Outcome.ERROR) {
      throw reader.wrong(at + "expected.verdict", "is none of allow, redact, block, escalate");
    }
    String reason = reader.text(expected.get("reason_code"), at + "expected.reason_code");
    Expect expect = new Expect(outcome, null, null, reason, null, Texts.ANY, Texts.ANY);
    return new Fixture(reader.file, name, request, headers, List.of(answer), List.of(), expect);
  }

  /** A text, or a chat completion, which is what stood on the wire: nothing of it is dropped. */
  private Answer response(JsonNode node, String at) throws FixtureException {
    if (node.isTextual()) {
      return new Spoken(200, List.of(node.asText()));
    }
    JsonNode choices = node.path("choices");
    if (!choices.isArray() || choices.isEmpty()) {
      throw reader.wrong(at, "must be a text, or a chat completion with choices");
    }
    for (int i = 0; i < choices.size(); i++) {
      reader.object(choices.get(i).get("message"), at + ".choices[" + i + "].message");
    }
    byte[] body = node.toString().getBytes(StandardCharsets.UTF_8);
    return new Recorded("openai", 200, "application/json", body);
  }

  /** A request names one team, in the header that limits look at. */
  private void team(@Nullable JsonNode slugs, Map<String, String> headers, String at)
      throws FixtureException {
    List<String> teams = reader.texts(slugs, at);
    if (teams.size() > 1) {
      throw reader.wrong(at, "must be one team: a request names it in the header " + TEAM);
    }
    if (!teams.isEmpty()) {
      if (headers.keySet().stream().anyMatch(TEAM::equalsIgnoreCase)) {
        throw reader.wrong(at, "says what the header " + TEAM + " says already");
      }
      headers.put(TEAM, teams.getFirst());
    }
  }
}
