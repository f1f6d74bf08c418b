package io.keeptrusts.gateway.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.keeptrusts.gateway.cli.Fixture.Answer;
import io.keeptrusts.gateway.cli.Fixture.Expect;
import io.keeptrusts.gateway.cli.Fixture.Outcome;
import io.keeptrusts.gateway.cli.Fixture.Recorded;
import io.keeptrusts.gateway.cli.Fixture.Spoken;
import io.keeptrusts.gateway.cli.Fixture.Texts;
import io.keeptrusts.gateway.pack.PackDocument.Suite;
import io.keeptrusts.gateway.pack.PackDocument.Testing;
import io.keeptrusts.gateway.provider.Vendors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads fixtures, YAML or JSON, strictly: an unknown key or a wrong type is refused with file and
 * key. A file holds one fixture or a list of them; a directory's own files are read, those of the
 * directories in it are not: recorded answers may stand there. A fixture has our own form, {@code
 * request, upstream, judge, expect}, or the published one, {@code input, expected}.
 */
final class FixtureReader {
  private static final ObjectMapper YAML =
      YAMLMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  static final Spoken UNDERSTOOD = new Spoken(200, List.of("Understood."));

  final Path file;

  private FixtureReader(Path file) {
    this.file = file;
  }

  /**
   * Reads files and directories.
   *
   * @throws FixtureException for the first thing that is wrong, also where there is no fixture
   */
  static List<Fixture> read(List<Path> places) throws FixtureException, IOException {
    List<Fixture> fixtures = new ArrayList<>();
    for (Path place : places) {
      for (Path file : files(place)) {
        new FixtureReader(file).readInto(fixtures);
      }
    }
    return fixtures;
  }

  /**
   * Reads the cases that stand in a pack.
   *
   * @throws FixtureException for the first thing that is wrong, also where a suite wants more than
   *     its cases
   */
  static List<Fixture> read(Testing testing) throws FixtureException {
    FixtureReader reader = new FixtureReader(Path.of(testing.file()));
    List<Fixture> fixtures = new ArrayList<>();
    for (int i = 0; i < testing.suites().size(); i++) {
      Suite suite = testing.suites().get(i);
      String at = "testing.suites[" + i + "].";
      if (!suite.assertions().isEmpty()) {
        throw reader.wrong(at + "assertions", "are not made: say in each case what is expected");
      }
      for (int j = 0; j < suite.cases().size(); j++) {
        String where = at + "cases[" + j + "]";
        Fixture each = reader.fixture(reader.object(suite.cases().get(j), where), where + ".");
        fixtures.add(suite.name() == null ? each : each.in(suite.name()));
      }
    }
    return fixtures;
  }

  private static List<Path> files(Path place) throws FixtureException, IOException {
    if (!Files.isDirectory(place)) {
      return List.of(place);
    }
    try (Stream<Path> entries = Files.list(place)) {
      List<Path> files =
          entries
              .filter(entry -> Files.isRegularFile(entry))
              .filter(entry -> entry.toString().matches(".*\\.(yaml|yml|json)"))
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw new FixtureException(place, "", "holds no fixture (*.yaml, *.yml, *.json)");
      }
      return files;
    }
  }

  private void readInto(List<Fixture> into) throws FixtureException, IOException {
    JsonNode root;
    try {
      root = YAML.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw wrong(
          e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr(),
          e.getOriginalMessage().lines().findFirst().orElse("is not YAML"));
    } catch (java.nio.file.NoSuchFileException e) {
      throw wrong("", "no such file");
    }
    if (root instanceof ObjectNode one) {
      into.add(fixture(one, ""));
      return;
    }
    if (!root.isArray() || root.isEmpty()) {
      throw wrong("", "must be a fixture or a list of fixtures");
    }
    for (int i = 0; i < root.size(); i++) {
      into.add(fixture(object(root.get(i), "[" + i + "]"), "[" + i + "]."));
    }
  }

  private Fixture fixture(ObjectNode node, String at) throws FixtureException {
    return node.has("input") ? new PublishedForm(this).read(node, at) : own(node, at);
  }

  private Fixture own(ObjectNode node, String at) throws FixtureException {
    known(node, at, "name", "request", "upstream", "judge", "expect");
    String name = name(node, at);
    ObjectNode given = object(node.get("request"), at + "request");
    known(given, at + "request.", "model", "messages", "headers", "tools");
    ObjectNode request = given.deepCopy();
    Map<String, String> headers = headers(request.remove("headers"), at + "request.headers");
    messages(request, given.path("messages"), at + "request.messages");
    text(request.get("model"), at + "request.model");
    return new Fixture(
        file,
        name,
        request,
        headers,
        answers(node.get("upstream"), at + "upstream"),
        texts(node.get("judge"), at + "judge"),
        expect(node.get("expect"), at + "expect"));
  }

  String name(ObjectNode node, String at) throws FixtureException {
    String name = text(node.get("name"), at + "name");
    if (name == null) {
      throw wrong(at + "name", "is missing");
    }
    return name;
  }

  Map<String, String> headers(@Nullable JsonNode sent, String at) throws FixtureException {
    Map<String, String> headers = new LinkedHashMap<>();
    if (sent != null) {
      for (Map.Entry<String, JsonNode> header : object(sent, at).properties()) {
        String where = at + "." + header.getKey();
        headers.put(header.getKey(), Objects.requireNonNull(text(header.getValue(), where)));
      }
    }
    return headers;
  }

  /** Puts the messages into the request; a text is what a user says. */
  void messages(ObjectNode request, JsonNode messages, String at) throws FixtureException {
    if (messages.isTextual()) {
      String said = messages.asText();
      request.putArray("messages").addObject().put("role", "user").put("content", said);
    } else if (messages.isArray()) {
      request.set("messages", messages);
    } else {
      throw wrong(at, "must be a list of messages, or what a user says");
    }
  }

  private List<Answer> answers(@Nullable JsonNode node, String at) throws FixtureException {
    if (node == null) {
      return List.of(UNDERSTOOD);
    }
    List<Answer> answers = new ArrayList<>();
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        answers.add(answer(node.get(i), at + "[" + i + "]"));
      }
    } else {
      answers.add(answer(node, at));
    }
    if (answers.stream().map(Answer::provider).distinct().count() != 1) {
      throw wrong(at, "must be answers of one provider");
    }
    return answers;
  }

  private Answer answer(JsonNode node, String at) throws FixtureException {
    if (node.isTextual()) {
      return new Spoken(200, List.of(node.asText()));
    }
    ObjectNode answer = object(node, at);
    known(answer, at + ".", "text", "chunks", "file", "provider", "status");
    if (Stream.of("text", "chunks", "file").filter(answer::has).count() != 1) {
      throw wrong(at, "needs one of text, chunks and file");
    }
    Integer status = number(answer.get("status"), at + ".status");
    int code = status == null ? 200 : status;
    String recorded = text(answer.get("file"), at + ".file");
    String provider = text(answer.get("provider"), at + ".provider");
    if (recorded == null) {
      if (provider != null) {
        throw wrong(at + ".provider", "goes with file: texts are told in OpenAI's protocol");
      }
      return new Spoken(
          code, texts(answer.has("text") ? answer.get("text") : answer.get("chunks"), at));
    }
    String vendor = provider == null ? "openai" : provider;
    if (Vendors.find(vendor) == null) {
      throw wrong(at + ".provider", "is none of " + String.join(", ", Vendors.names()));
    }
    return new Recorded(vendor, code, contentType(recorded), bytes(recorded, at + ".file"));
  }

  private static String contentType(String name) {
    return name.endsWith(".json")
        ? "application/json"
        : name.endsWith(".ndjson") ? "application/x-ndjson" : "text/event-stream";
  }

  private byte[] bytes(String name, String at) throws FixtureException {
    try {
      return Files.readAllBytes(file.resolveSibling(name));
    } catch (IOException e) {
      throw wrong(at, "cannot be read: " + e.getMessage());
    }
  }

  private Expect expect(@Nullable JsonNode node, String at) throws FixtureException {
    ObjectNode expect = object(node, at);
    known(expect, at + ".", "verdict", "policy", "code", "reason", "status", "output", "sent");
    if (expect.isEmpty()) {
      throw wrong(at, "expects nothing");
    }
    return new Expect(
        outcome(text(expect.get("verdict"), at + ".verdict"), at + ".verdict"),
        text(expect.get("policy"), at + ".policy"),
        text(expect.get("code"), at + ".code"),
        text(expect.get("reason"), at + ".reason"),
        number(expect.get("status"), at + ".status"),
        wanted(expect.get("output"), at + ".output"),
        wanted(expect.get("sent"), at + ".sent"));
  }

  @Nullable Outcome outcome(@Nullable String word, String at) throws FixtureException {
    if (word == null) {
      return null;
    }
    for (Outcome outcome : Outcome.values()) {
      if (outcome.name().toLowerCase(Locale.ROOT).equals(word)) {
        return outcome;
      }
    }
    throw wrong(
        at,
        "is none of "
            + Arrays.stream(Outcome.values())
                .map(outcome -> outcome.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", ")));
  }

  private Texts wanted(@Nullable JsonNode node, String at) throws FixtureException {
    if (node == null) {
      return Texts.ANY;
    }
    if (node.isTextual()) {
      return new Texts(node.asText(), List.of(), List.of());
    }
    ObjectNode wanted = object(node, at);
    known(wanted, at + ".", "exact", "contains", "not_contains");
    return new Texts(
        text(wanted.get("exact"), at + ".exact"),
        texts(wanted.get("contains"), at + ".contains"),
        texts(wanted.get("not_contains"), at + ".not_contains"));
  }

  void known(ObjectNode node, String at, String... keys) throws FixtureException {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!Arrays.asList(keys).contains(field.getKey())) {
        throw wrong(at + field.getKey(), "is not known; valid: " + String.join(", ", keys));
      }
    }
  }

  ObjectNode object(@Nullable JsonNode node, String at) throws FixtureException {
    if (node == null) {
      throw wrong(at, "is missing");
    }
    if (!(node instanceof ObjectNode object)) {
      throw wrong(at, "must be a mapping");
    }
    return object;
  }

  @Nullable String text(@Nullable JsonNode node, String at) throws FixtureException {
    if (node == null) {
      return null;
    }
    if (!node.isTextual()) {
      throw wrong(at, "must be a text");
    }
    return node.asText();
  }

  private @Nullable Integer number(@Nullable JsonNode node, String at) throws FixtureException {
    if (node == null) {
      return null;
    }
    if (!node.isInt() || node.asInt() < 100 || node.asInt() > 599) {
      throw wrong(at, "must be an HTTP status");
    }
    return node.asInt();
  }

  List<String> texts(@Nullable JsonNode node, String at) throws FixtureException {
    if (node == null) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode one : node.isArray() ? node : JsonNodeFactory.instance.arrayNode().add(node)) {
      texts.add(Objects.requireNonNull(text(one, at)));
    }
    return texts;
  }

  FixtureException wrong(String at, String why) {
    return new FixtureException(file, at, why);
  }
}
