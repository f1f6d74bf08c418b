package io.keeptrusts.gateway.pack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Reads packs from text, and shows problems as {@code E003 4:11 policy.pii-detector.action}. */
final class Packs {

  static final Map<String, String> ENV = Map.of("OPENAI_API_KEY", "sk-test-0001");

  /** A pack without a problem: six lines, ending inside of {@code policies.chain}. */
  static final String HEAD =
      """
      pack: {name: test, version: 1.0.0}
      providers:
        targets: [{id: main, provider: openai, model: gpt-4o}]
      policies:
        chain:
          - pii-detector
      """;

  private Packs() {}

  static Read read(String yaml) {
    return read(yaml, ENV);
  }

  static Read read(String yaml, Map<String, String> env) {
    return new PackReader(new Secrets(env, null))
        .read(
            "pack.yaml",
            yaml.getBytes(StandardCharsets.UTF_8),
            FakeKinds.catalog(),
            FakeKinds.VENDORS);
  }

  static byte[] resource(String name) {
    try (var in = Packs.class.getResourceAsStream("/packs/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Read.Checked checked(Read read) {
    assertThat(read).isInstanceOf(Read.Checked.class);
    return (Read.Checked) read;
  }

  static List<Problem> problems(Read read) {
    return switch (read) {
      case Read.Checked c -> c.notes();
      case Read.Refused r -> {
        assertThat(r.problems()).anyMatch(Problem::isError);
        yield r.problems();
      }
    };
  }

  static List<String> brief(Read read) {
    return problems(read).stream().map(Packs::brief).toList();
  }

  static String brief(Problem p) {
    return "%s %d:%d %s".formatted(p.code(), p.line(), p.column(), p.path()).strip();
  }

  /** The one problem of a read. */
  static Problem only(Read read) {
    List<Problem> problems = problems(read);
    assertThat(problems).hasSize(1);
    return problems.getFirst();
  }
}
