package io.keeptrusts.gateway.policy.kind;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.kind.pii.PiiDetector;
import io.keeptrusts.gateway.policy.text.TextCheck;
import io.keeptrusts.gateway.policy.text.TextRules;
import io.keeptrusts.gateway.policy.text.TextRules.Owned;
import io.keeptrusts.gateway.testing.Growth;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Expressions that take a backtracking engine for ever, or an automaton all memory: refused with
 * the reason, or as fast as any other.
 */
class CatastrophicPatternsTest {
  private static final long MOST_TO_COMPILE = 10_000_000_000L;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "(a+)+$; a",
        "(a+)+b; a",
        "(a*)*b; a",
        "(a|a)*b; a",
        "(a|aa)+b; a",
        "(a|a?)+b; a",
        "(.*a){12}b; a",
        "([a-z]+)*@; abc",
        "([a-zA-Z0-9]+)*!; aA1",
        "(.*){1,32}[bc]; a",
        "x*x*x*x*x*x*x*x*y; x",
        "(x+x+)+y; x",
        "(\\d+)+-\\d; 7",
        "(\\w+\\s?)+#; ab ",
        "^(\\s+)+:; ' '",
        "((a{1,20}){1,20}){1,20}b; a",
        "a{0,2000}a{0,2000}b; a",
        "((a{1,12}){1,12}){1,12}b; a",
        "(a{1,1000}){1,1000}b; a",
        "a{1,1000}{1,1000}b; a",
        "(a?){500}a{500}; a",
        "(a|b)*a(a|b){18}c; abbaab",
        "[ab]{0,300}[ab]{0,300}c; ab",
        "(((((((((a*)*)*)*)*)*)*)*)*)*b; a",
        "(?:(?:a|b|ab)*)*c; ab",
        "a{5000}; a",
        "(a{64}){64}; a",
        "\\p{L}{1,400}!; \u00e9",
        "(a(b(c(d(e(f)?)?)?)?)?)*g; abcdef",
        "(?=(a+))\\1b; a",
        "(a+)\\1+b; a"
      })
  void isRefusedWithTheReasonOrLinear(String expression, String piece) {
    isRefusedOrLinear(piece, () -> dlp(expression));
    isRefusedOrLinear(piece, () -> pii(expression));
  }

  private interface Compiled {
    Policy get();
  }

  private static void isRefusedOrLinear(String piece, Compiled compile) {
    AtomicReference<TextRules> rules = new AtomicReference<>();
    AtomicReference<String> refused = new AtomicReference<>();
    long took =
        Growth.nanos(
            () -> {
              try {
                Policy policy = compile.get();
                rules.set(
                    TextRules.compile(
                        policy.output().stream()
                            .map(rule -> new Owned(policy.kind(), rule))
                            .toList()));
              } catch (IllegalArgumentException e) {
                refused.set(e.getMessage());
              }
            });
    assertThat(took).isLessThan(MOST_TO_COMPILE);
    if (refused.get() != null) {
      assertThat(refused.get()).matches("(?s)detect_patterns\\[0]: at character \\d+: .{10,}");
    } else {
      assertThat(
              Growth.ofEightfold(piece, 8_000 / piece.length(), text -> stream(rules.get(), text)))
          .isLessThan(24);
    }
  }

  /** In pieces of some words, as a model streams. */
  static void stream(TextRules rules, String text) {
    TextCheck check = rules.plain();
    StringBuilder out = new StringBuilder();
    char[] chars = text.toCharArray();
    for (int at = 0; at < chars.length; at += 16) {
      check.feed(chars, at, Math.min(at + 16, chars.length), out);
      out.setLength(0);
    }
    check.end(out);
  }

  private static Policy dlp(String expression) {
    return new DlpFilter()
        .compile(new DlpFilter.Config(List.of(expression), List.of(), null, null, null, null));
  }

  private static Policy pii(String expression) {
    return new PiiDetector()
        .compile(
            new PiiDetector.Config(null, null, null, List.of(expression), null, null, null, null));
  }
}
