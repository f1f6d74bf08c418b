package io.keeptrusts.gateway.policy.text;

import static io.keeptrusts.gateway.policy.text.Checks.CARD;
import static io.keeptrusts.gateway.policy.text.Checks.EMAIL;
import static io.keeptrusts.gateway.policy.text.Checks.all;
import static io.keeptrusts.gateway.policy.text.Checks.block;
import static io.keeptrusts.gateway.policy.text.Checks.end;
import static io.keeptrusts.gateway.policy.text.Checks.feed;
import static io.keeptrusts.gateway.policy.text.Checks.redact;
import static io.keeptrusts.gateway.policy.text.Checks.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.text.Masking.Format;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlainTextTest {
  private static final Rule KEY_FILE =
      Rule.of("PRIVATE_KEY", "-----BEGIN KEY-----[A-Za-z0-9+/=\\n-]*").cap(16 << 10);
  private static final Rule DIGITS = Rule.of("DIGITS", "[0-9]+").cap(20);

  @Test
  void an_address_cut_across_pieces_is_masked() {
    var check = rules(redact(EMAIL)).plain();
    assertThat(all(check, "write to jo", "hn@exa", "mple.co", "m, please"))
        .isEqualTo("write to [EMAIL_REDACTED], please");
  }

  @Test
  void prose_waits_for_less_than_a_word() {
    var check = rules(redact(EMAIL)).plain();
    assertThat(feed(check, "It is a quie")).isEqualTo("It is a ");
    assertThat(check.held()).isEqualTo(4);
    assertThat(feed(check, "t night, ")).isEqualTo("quiet night, ");
    assertThat(check.held()).isZero();
    assertThat(check.decided()).isEqualTo(21);
  }

  @Test
  void a_piece_that_nothing_can_begin_in_leaves_untouched() {
    var check = rules(redact(CARD)).plain();
    var out = new StringBuilder("before");
    assertThat(check.feed("no digits here".toCharArray(), 3, 14, out)).isTrue();
    assertThat(out.toString()).isEqualTo("before");
    assertThat(check.decided()).isEqualTo(11);
  }

  @Test
  void overlapping_matches_share_the_marker_of_the_first_rule_and_neighbours_keep_their_own() {
    var first = redact(Rule.of("SECOND", "bcd"));
    var second = redact(Rule.of("FIRST", "abc"));
    assertThat(all(rules(first, second).plain(), "abcd")).isEqualTo("[SECOND_REDACTED]");
    assertThat(all(rules(second, first).plain(), "abcd")).isEqualTo("[FIRST_REDACTED]");
    assertThat(all(rules(first, second).plain(), "bcdabc"))
        .isEqualTo("[SECOND_REDACTED][FIRST_REDACTED]");
  }

  @Test
  void nothing_from_a_blocking_match_on_leaves() {
    var check = rules(redact(EMAIL), block("safety-filter", Rule.of("BOMB", "bomb"))).plain();
    assertThat(feed(check, "a b", "omb ", "and more")).isEqualTo("a ");
    assertThat(end(check)).isEmpty();
    assertThat(check.blocked()).isEqualTo(new Hit("safety-filter", Action.BLOCK, "BOMB"));
  }

  @Test
  void a_block_wins_over_a_redaction_that_covers_its_start() {
    var check = rules(redact(DIGITS), block("dlp-filter", Rule.of("PIN", "45"))).plain();
    assertThat(feed(check, "is 123", "45")).isEqualTo("is ");
    assertThat(check.blocked()).isNotNull();
  }

  @Test
  void of_blocks_known_at_once_the_first_in_the_chain_is_named() {
    var one = block("one", Rule.of("A", "def"));
    var two = block("two", Rule.of("B", "abcdef"));
    assertThat(blocked(rules(one, two), "abcdef")).isEqualTo("one");
    assertThat(blocked(rules(two, one), "abcdef")).isEqualTo("two");
  }

  @Test
  void of_blocks_the_one_with_the_earliest_end_is_named() {
    var late = block("late", Rule.of("A", "abcdef"));
    var early = block("early", Rule.of("B", "cde"));
    assertThat(blocked(rules(late, early), "abcdef")).isEqualTo("early");
  }

  @Test
  void a_block_known_with_its_last_character_is_named_before_one_that_takes_another() {
    var patient = block("patient", Rule.of("A", "ab").before("[^x]"));
    var quick = block("quick", Rule.of("B", "b"));
    assertThat(blocked(rules(patient, quick), "ab.")).isEqualTo("quick");
    assertThat(blocked(rules(patient, quick), "ab", ".")).isEqualTo("quick");
  }

  @Test
  void a_key_file_is_swallowed_while_it_comes() {
    var check = rules(redact(KEY_FILE)).plain();
    assertThat(feed(check, "key: -----BEGIN KEY-----\nMII"))
        .isEqualTo("key: [PRIVATE_KEY_REDACTED]");
    assertThat(feed(check, "Ev".repeat(50_000))).isEmpty();
    assertThat(feed(check, "\n-----END-----, bye")).isEqualTo(", bye");
  }

  @Test
  void a_marker_waits_while_a_block_may_take_its_place() {
    var check = rules(redact(DIGITS), block("dlp-filter", Rule.of("ID", "12345x"))).plain();
    assertThat(feed(check, "is 12345")).isEqualTo("is ");
    assertThat(feed(check, ".")).isEqualTo("[DIGITS_REDACTED].");
  }

  @Test
  void a_marker_waits_while_its_label_may_change() {
    var check = rules(redact(Rule.of("ID", "12345x")), redact(DIGITS)).plain();
    assertThat(feed(check, "is 12345")).isEqualTo("is ");
    assertThat(feed(check, "x ")).isEqualTo("[ID_REDACTED] ");
  }

  @Test
  void an_endless_match_is_not_kept() {
    var partial = new Masking(Format.PARTIAL, false, Map.of());
    var check = rules(redact(DIGITS, partial)).plain();
    var out = new StringBuilder();
    var piece = "1234567890".toCharArray();
    for (int i = 0; i < 100_000; i++) check.feed(piece, 0, piece.length, out);
    check.end(out);
    assertThat(out.toString()).isEqualTo("*".repeat(Masking.LONGEST));
  }

  @Test
  void what_is_masked_is_decided_when_its_marker_leaves() {
    var check = rules(redact(Rule.of("ID", "[0-9]{12}x")), redact(DIGITS)).plain();
    feed(check, "is " + "7".repeat(500));
    assertThat(check.decided()).isEqualTo(3);
    assertThat(check.held()).isEqualTo(500);
    assertThat(feed(check, ".")).isEqualTo("[DIGITS_REDACTED].");
    assertThat(check.decided()).isEqualTo(504);
  }

  @Test
  void half_a_surrogate_pair_waits_for_the_other() {
    var check = rules(redact(CARD)).plain();
    assertThat(feed(check, "see \uD83D")).isEqualTo("see ");
    assertThat(check.held()).isEqualTo(1);
    assertThat(feed(check, "\uDE00")).isEqualTo("\uD83D\uDE00");
    assertThat(feed(check, "\uD83D") + end(check)).isEqualTo("\uD83D");
  }

  @Test
  void positions_tell_which_characters_were_masked() {
    var check = rules(redact(EMAIL)).plain();
    feed(check, "to a@b.io, bye");
    assertThat(check.masked(0, 3)).isFalse();
    assertThat(check.masked(0, 4)).isTrue();
    assertThat(check.masked(8, 9)).isTrue();
    assertThat(check.masked(9, 11)).isFalse();
  }

  @Test
  void redactions_are_counted_by_label() {
    var check = rules(redact(EMAIL), redact(CARD)).plain();
    all(check, "a@b.io, c@d.eu, 4111 1111 1111 1111");
    var counts = new HashMap<String, Integer>();
    check.counts((policy, label, count) -> counts.put(label, count));
    assertThat(counts).isEqualTo(Map.of("EMAIL", 2, "CARD", 1));
  }

  @Test
  void without_rules_everything_passes() {
    var rules = TextRules.compile(List.of());
    assertThat(rules.isEmpty()).isTrue();
    for (var check : List.of(rules.plain(), rules.arguments())) {
      assertThat(all(check, "a@b.", "io")).isEqualTo("a@b.io");
      assertThat(check.decided()).isEqualTo(6);
    }
  }

  private static String blocked(TextRules rules, String... pieces) {
    var check = rules.plain();
    feed(check, pieces);
    var hit = check.blocked();
    return hit == null ? "" : hit.policy();
  }
}
