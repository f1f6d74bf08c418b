package io.keeptrusts.gateway.policy.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.TextRule;
import io.keeptrusts.gateway.policy.text.TextRules.Owned;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentsTextPropertyTest {
  private static final int RULE_SETS = 400 * Integer.getInteger("laws.factor", 1);
  private static final int DOCUMENTS = 10;
  private static final int CASES = RULE_SETS * DOCUMENTS;
  private static final int CUTS = 3;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @Test
  void every_cutting_of_a_document_delivers_it_redacted_in_its_own_spelling()
      throws JsonProcessingException {
    int redacted = 0;
    int blocked = 0;
    for (int seed = 0; seed < RULE_SETS; seed++) {
      var soup = new Soup(seed);
      var oracle = new Oracle(soup.rules(2 * (seed % 2)));
      var rules = TextRules.compile(oracle.rules());
      for (int i = 0; i < DOCUMENTS; i++) {
        var json = new JsonSoup(soup);
        var document = json.document();
        var expected = json.expected(oracle);
        var hit = json.hit(oracle);
        if (hit != null) blocked++;
        else if (!expected.equals(document)) redacted++;
        if (hit == null) JSON.readTree(expected);
        for (int j = 0; j < CUTS; j++) {
          var check = rules.arguments();
          var out = feed(check, document, soup.cuts(document.length()), expected);
          assertThat(check.blocked()).as("%s on <%s>", oracle, document).isEqualTo(hit);
          if (hit == null) assertThat(out).as("%s on <%s>", oracle, document).isEqualTo(expected);
        }
      }
    }
    assertThat(redacted)
        .as("documents with something to redact")
        .isBetween(CASES / 5, CASES * 3 / 4);
    assertThat(blocked).as("documents that are blocked").isBetween(CASES / 10, CASES / 2);
  }

  @Test
  void a_damaged_document_is_delivered_alike_for_every_cutting_and_without_what_matches() {
    var email = "john@example.com";
    var rule = Soup.RULES.getFirst();
    var rules =
        TextRules.compile(
            List.of(new Owned("pii", new TextRule(rule.cap(500), Action.REDACT, Masking.LABELS))));
    int found = 0;
    for (int seed = 0; seed < 2 * CASES; seed++) {
      var soup = new Soup(2_000_000 + seed);
      var damaged = damage(new JsonSoup(soup).document(), soup);
      var whole = rules.arguments();
      var expected = PlainTextPropertyTest.feed(whole, damaged, List.of(damaged.length()));
      if (damaged.contains(email)) found++;
      assertThat(expected).as("<%s>", damaged).doesNotContain(email);
      var cuts = soup.cuts(damaged.length());
      var check = rules.arguments();
      var out = feed(check, damaged, cuts, whole.blocked() == null ? expected : "");
      assertThat(check.blocked()).isEqualTo(whole.blocked());
      if (whole.blocked() == null)
        assertThat(out).as("<%s> cut at %s", damaged, cuts).isEqualTo(expected);
    }
    assertThat(found)
        .as("damaged documents with an address in plain sight")
        .isGreaterThan(CASES / 20);
  }

  private static String damage(String document, Soup soup) {
    if (document.isEmpty()) return document;
    int at = soup.below(document.length());
    var stray =
        soup.pick(
            List.of(
                "\"",
                "\\",
                "{",
                "]",
                ",",
                " ",
                "\\u00",
                "q@",
                "4",
                "john@example.com",
                " 4111 1111"));
    return switch (soup.below(4)) {
      case 0 -> document.substring(0, at);
      case 1 -> document.substring(0, at) + document.substring(at + 1);
      case 2 -> document.substring(0, at) + stray + document.substring(at);
      default -> document + stray;
    };
  }

  private static String feed(TextCheck check, String text, List<Integer> cuts, String expected) {
    var out = new StringBuilder();
    int from = 0;
    for (int to : cuts) {
      if (check.feed(text.toCharArray(), from, to, out)) {
        assertThat(check.held()).isZero();
        out.append(text, from, to);
      }
      if (!expected.isEmpty() && check.blocked() == null) {
        assertThat(check.decided() + check.held()).isEqualTo(to);
        assertThat(expected).startsWith(out.toString());
      }
      from = to;
    }
    check.end(out);
    assertThat(check.blocked() != null || check.held() == 0).isTrue();
    return out.toString();
  }
}
