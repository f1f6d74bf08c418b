package io.keeptrusts.gateway.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keeptrusts.gateway.dialect.BodiesFuzz;
import io.keeptrusts.gateway.pack.PackFuzz;
import io.keeptrusts.gateway.policy.kind.PatternsFuzz;
import io.keeptrusts.gateway.policy.text.ArgumentsFuzz;
import io.keeptrusts.gateway.provider.AnswersFuzz;
import io.keeptrusts.gateway.testing.Recording;
import io.keeptrusts.gateway.testing.Recordings;
import io.keeptrusts.gateway.wire.LinesFuzz;
import io.keeptrusts.gateway.wire.SseFuzz;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** What is fuzzed. Each is a class with a method that Jazzer knows by its name. */
enum Fuzzed {
  SSE(SseFuzz.class),
  LINES(LinesFuzz.class),
  ANSWERS(AnswersFuzz.class),
  BODIES(BodiesFuzz.class),
  PACK(PackFuzz.class),
  ARGUMENTS(ArgumentsFuzz.class),
  PATTERNS(PatternsFuzz.class);

  private static final int LONGEST_SEED = 8 << 10;

  private static final List<String> TEXTS =
      List.of(
          "{\"city\":\"some \\u0074erm\",\"n\":12345,\"in\":\"{\\\"a\\\":\\\"apple 99\\\"}\"}",
          "{\"a\":[1,2.5e3,true,null],\"xx\":\"x\\ud83d\\ude00x\"}",
          "{\"broken\": some term 123 \u0000 \\u12",
          "[[[[\"a\",{\"b\":\"\\\\\\\"12\"}]]]]");

  private static final List<String> BODY_TEXTS =
      List.of(
          """
          {"model":"m","stream":true,"messages":[{"role":"system","content":"be kind"},
          {"role":"user","content":[{"type":"text","text":"hi there"},{"type":"image_url",
          "image_url":{"url":"data:image/png;base64,AAAA"}}]},
          {"role":"assistant","tool_calls":[{"id":"c1","type":"function",
          "function":{"name":"f","arguments":"{\\"a\\":1}"}}]},
          {"role":"tool","tool_call_id":"c1","content":"done"}],
          "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],
          "tool_choice":"auto","temperature":0.5,"stop":["x"],"max_tokens":5,"n":1,
          "response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{}}}}""",
          """
          {"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"hi"}]},
          {"type":"function_call","call_id":"c","name":"f","arguments":"{}"},
          {"type":"function_call_output","call_id":"c","output":"done"}],"instructions":"be kind",
          "tools":[{"type":"function","name":"f","parameters":{"type":"object"}}],"stream":true,
          "reasoning":{"effort":"low"},"text":{"format":{"type":"text"}},"max_output_tokens":9}""",
          "{\"model\":\"m\",\"input\":[\"one\",\"two\"],\"dimensions\":3,\"encoding_format\":\"base64\"}");

  private static final List<String> EXPRESSIONS =
      List.of(
          "a+@b",
          "\\bab\\b",
          "(a|ab)*b{2,3}",
          "[^a-c\\d]{1,9}",
          "(?i)x(?=y)",
          "a{1,1000}",
          "\\p{L}+");

  final Class<?> target;

  Fuzzed(Class<?> target) {
    this.target = target;
  }

  void run(byte[] input) {
    switch (this) {
      case SSE -> SseFuzz.fuzzerTestOneInput(input);
      case LINES -> LinesFuzz.fuzzerTestOneInput(input);
      case ANSWERS -> AnswersFuzz.fuzzerTestOneInput(input);
      case BODIES -> BodiesFuzz.fuzzerTestOneInput(input);
      case PACK -> PackFuzz.fuzzerTestOneInput(input);
      case ARGUMENTS -> ArgumentsFuzz.fuzzerTestOneInput(input);
      case PATTERNS -> PatternsFuzz.fuzzerTestOneInput(input);
    }
  }

  /** Where to begin: the project's own fixtures, and recordings where there are some. */
  List<byte[]> seeds() {
    return switch (this) {
      case SSE -> bodies(".sse");
      case LINES -> bodies(".ndjson");
      case ANSWERS -> answers();
      case BODIES -> requests();
      case PACK -> packs();
      case ARGUMENTS -> TEXTS.stream().map(text -> ("\0" + text).getBytes(UTF_8)).toList();
      case PATTERNS -> EXPRESSIONS.stream().map(PatternsFuzz::input).toList();
    };
  }

  private static List<byte[]> bodies(String suffix) {
    return recordings().stream()
        .filter(recording -> recording.name().endsWith(suffix))
        .map(Recording::body)
        .toList();
  }

  private static List<byte[]> answers() {
    List<byte[]> seeds = new ArrayList<>();
    for (Recording recording : recordings()) {
      String provider =
          switch (recording.family()) {
            case "gemini" -> "google";
            case "other" -> "openai";
            default ->
                recording.endpoint().endsWith("/responses") ? "responses" : recording.family();
          };
      if (AnswersFuzz.PROTOCOLS.contains(provider)) {
        seeds.add(behind(AnswersFuzz.selector(provider, recording.stream()), recording.body()));
      }
    }
    return seeds;
  }

  private static List<byte[]> requests() {
    List<byte[]> seeds = new ArrayList<>();
    for (int dialect = 0; dialect < BODY_TEXTS.size(); dialect++) {
      seeds.add(behind((byte) dialect, BODY_TEXTS.get(dialect).getBytes(UTF_8)));
    }
    return seeds;
  }

  private static List<byte[]> packs() {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/packs"))) {
      return files.sorted().map(Recordings::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Recording> recordings() {
    List<Recording> all = new ArrayList<>(Recordings.own());
    try {
      all.addAll(Recordings.manifest());
    } catch (TestAbortedException none) {
      // A clone alone has its own fixtures.
    }
    return all.stream().filter(one -> one.file().toFile().length() <= LONGEST_SEED).toList();
  }

  private static byte[] behind(byte selector, byte[] body) {
    byte[] seed = new byte[body.length + 1];
    seed[0] = selector;
    System.arraycopy(body, 0, seed, 1, body.length);
    return seed;
  }
}
