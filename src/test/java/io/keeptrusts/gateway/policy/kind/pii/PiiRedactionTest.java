package io.keeptrusts.gateway.policy.kind.pii;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.policy.kind.pii.PiiDetector.Config;
import io.keeptrusts.gateway.policy.text.TextCheck;
import io.keeptrusts.gateway.policy.text.TextRules;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kind as a client sees it: through the redactor, in pieces. */
class PiiRedactionTest {
  private static final TextRules RULES = rules();

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Ann's mail is ann@example.org.;Ann's mail is [EMAIL_REDACTED].",
        "call +1 415 867 5309 now;call [PHONE_REDACTED] now",
        "Pay 4526 0181 5908 3012, cvv 123;Pay [CREDIT_CARD_REDACTED], cvv [CVV_REDACTED]",
        "SSN 536-22-8471;SSN [US_SSN_REDACTED]",
        "from 10.20.30.40 to GB47 ABCD 3852 8084 1485 25;from [IP_REDACTED] to [IBAN_REDACTED]",
        "ａｎｎ＠example．org and ٤١٥-٨٦٧-٥٣٠٩;[EMAIL_REDACTED] and [PHONE_REDACTED]",
      })
  void namesWhatItMasks(String text, String masked) {
    assertThat(run(text, new Random(1), 1)).isEqualTo(masked);
  }

  @Test
  void theCutsMakeNoDifference() {
    String text =
        Stream.concat(PiiRulesTest.found().map(PiiRulesTest.Found::text), PiiRulesTest.clean())
            .collect(Collectors.joining("\n"));
    String whole = run(text, new Random(1), text.length());
    assertThat(run(text, new Random(1), 1)).isEqualTo(whole);
    for (int seed = 2; seed < 12; seed++) {
      assertThat(run(text, new Random(seed), 12)).isEqualTo(whole);
    }
    assertThat(whole).doesNotContain("ann@example.org", "4526 0181 5908 3012", "hunter2");
  }

  @Test
  void proseIsHeldForLessThanAWord() {
    String prose =
        "Here is a short answer: a gateway checks what it sends, and in 2024 it did so 3,500 times. ";
    TextCheck check = RULES.plain();
    var out = new StringBuilder();
    int most = 0;
    for (char c : prose.repeat(3).toCharArray()) {
      if (check.feed(new char[] {c}, 0, 1, out)) {
        out.append(c);
      }
      most = Math.max(most, check.held());
    }
    assertThat(most).isLessThanOrEqualTo("gateway ".length());
  }

  @Test
  void aKeyFileIsSwallowedAsItComes() {
    TextCheck check = RULES.plain();
    var out = new StringBuilder();
    for (char c : ("key -----BEGIN PRI" + "VATE KEY-----\n" + "MIIEauWv1zh87mTa").toCharArray()) {
      check.feed(new char[] {c}, 0, 1, out);
    }
    assertThat(out).hasToString("key [PRIVATE_KEY_REDACTED]");

    for (int i = 0; i < 50_000; i++) {
      check.feed(new char[] {"A9b4Zx7Q".charAt(i % 8)}, 0, 1, out);
    }
    check.end(out);

    assertThat(out).hasToString("key [PRIVATE_KEY_REDACTED]");
  }

  @Test
  void aTokenLongerThanItsCapIsMaskedAsAWhole() {
    String token = "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiI0ODI5In0." + "A9b4Zx7Q".repeat(5_000);
    assertThat(run("token " + token + " done", new Random(4), 40))
        .isEqualTo("token [JWT_REDACTED] done");
  }

  private static String run(String text, Random random, int longest) {
    TextCheck check = RULES.plain();
    var out = new StringBuilder();
    char[] chars = text.toCharArray();
    for (int from = 0; from < chars.length; ) {
      int to = Math.min(chars.length, from + 1 + random.nextInt(longest));
      if (check.feed(chars, from, to, out)) {
        out.append(chars, from, to - from);
      }
      from = to;
    }
    check.end(out);
    return out.toString();
  }

  private static TextRules rules() {
    var policy = new PiiDetector().compile(new Config(null, null, null, null, null));
    return TextRules.compile(
        policy.output().stream().map(rule -> new TextRules.Owned(policy.kind(), rule)).toList());
  }
}
