package io.keeptrusts.gateway.policy.kind.pii;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.policy.kind.BruteForce;
import io.keeptrusts.gateway.policy.match.Rule;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PiiRulesTest {
  private static final List<Rule> RULES = PiiDetector.builtIn(true, true);
  private static final BruteForce OPINION = new BruteForce(RULES);

  record Found(String label, String marked) {
    String text() {
      return marked.replace("«", "").replace("»", "");
    }
  }

  static Stream<Found> found() {
    return lines("found.txt")
        .map(line -> line.split(" \\| ", 2))
        .map(parts -> new Found(parts[0], parts[1]));
  }

  static Stream<String> clean() {
    return lines("clean.txt");
  }

  @ParameterizedTest
  @MethodSource
  void found(Found example) {
    String text = example.text();
    assertThat(marked(text, OPINION.spans(text))).isEqualTo(example.marked());
    assertThat(OPINION.spans(text)).extracting(BruteForce.Span::label).contains(example.label());
  }

  @ParameterizedTest
  @MethodSource
  void clean(String text) {
    assertThat(OPINION.spans(text)).as(text).isEmpty();
  }

  @Test
  void everyLabelHasAnExample() {
    var labels = new TreeSet<>(RULES.stream().map(Rule::label).toList());
    found().map(Found::label).forEach(labels::remove);
    assertThat(labels).isEmpty();
  }

  private static String marked(String text, List<BruteForce.Span> spans) {
    var marked = new StringBuilder();
    int at = 0;
    int end = -1;
    for (BruteForce.Span span :
        spans.stream().sorted(Comparator.comparing(BruteForce.Span::from)).toList()) {
      if (end >= 0 && span.from() >= end) {
        marked.append(text, at, end).append('»');
        at = end;
        end = -1;
      }
      if (end < 0) {
        marked.append(text, at, span.from()).append('«');
        at = span.from();
      }
      end = Math.max(end, span.to());
    }
    if (end >= 0) {
      marked.append(text, at, end).append('»');
      at = end;
    }
    return marked.append(text.substring(at)).toString();
  }

  static Stream<String> lines(String file) {
    try (var reader =
        new BufferedReader(
            new InputStreamReader(
                PiiRulesTest.class.getResourceAsStream("/pii/" + file), StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(
              line ->
                  line.replace("~~", "\u0001")
                      .replace("~", "")
                      .replace("\u0001", "~")
                      .replace("\\\\n", "\u0000")
                      .replace("\\n", "\n")
                      .replace("\u0000", "\\n"))
          .collect(Collectors.toList())
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
