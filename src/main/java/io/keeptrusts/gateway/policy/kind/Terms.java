package io.keeptrusts.gateway.policy.kind;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Words and phrases as rules: in any case, whole words only, any white space between words. Fuzzy
 * terms also match with a few letters wrong, missing or too many (Levenshtein's distance); the
 * distance is bounded by the length of the term, because short words are close to everything.
 */
final class Terms {
  /** Distance 1 from this many letters on, distance 2 from the other. */
  static final int LETTERS_FOR_ONE = 5;

  static final int LETTERS_FOR_TWO = 9;

  /** More would make an expression that grows with the cube of the term too large. */
  static final int LONGEST_FOR_TWO = 24;

  static final int MOST = 2;

  private static final int CAP = 512;
  private static final String OTHER = "[^\\s]";

  private Terms() {}

  static Rule exact(String label, String term) {
    return bounded(label, term, "(?i)" + literal(term, 0));
  }

  /** Any regular form of each of its words, see {@link WordForms}. */
  static Rule inflected(String label, String term) {
    String body =
        Arrays.stream(normal(term).split(" "))
            .map(Terms::anyForm)
            .collect(Collectors.joining(character(' ')));
    return bounded(label, term, "(?i)" + body);
  }

  private static String anyForm(String word) {
    WordForms.Forms forms = WordForms.of(word.toLowerCase(Locale.ROOT));
    return forms.endings().size() == 1
        ? literal(word, 0)
        : forms.stem() + "(" + String.join("|", forms.endings()) + ")";
  }

  /** Within {@code distance} edits, or as many as the term's length allows. */
  static Rule fuzzy(String label, String term, int distance) {
    return bounded(label, term, "(?i)" + near(normal(term), 0, Math.min(distance, allowed(term))));
  }

  /** The distance that a term is long enough for. */
  static int allowed(String term) {
    long letters = term.chars().filter(Character::isLetterOrDigit).count();
    return letters < LETTERS_FOR_ONE
        ? 0
        : letters < LETTERS_FOR_TWO || letters > LONGEST_FOR_TWO ? 1 : MOST;
  }

  private static Rule bounded(String label, String term, String body) {
    String text = term.strip();
    return Rule.of(label, body)
        .after(wordAt(text, 0) ? "^|[^\\w]" : "")
        .before(wordAt(text, text.length() - 1) ? "[^\\w]|$" : "")
        .cap(CAP);
  }

  private static boolean wordAt(String text, int at) {
    char c = text.charAt(at);
    return c == '_' || c < 128 && Character.isLetterOrDigit(c);
  }

  private static String normal(String term) {
    return term.strip().replaceAll("\\s+", " ");
  }

  private static String literal(String term, int from) {
    var expression = new StringBuilder();
    normal(term).substring(from).codePoints().forEach(c -> expression.append(character(c)));
    return expression.toString();
  }

  private static String character(int c) {
    if (c == ' ') {
      return "\\s{1,8}";
    }
    String text = Character.toString(c);
    return c < 128 && !Character.isLetterOrDigit(c) ? "\\" + text : text;
  }

  /** What is left of the term from {@code at} on, with up to {@code edits} more edits. */
  private static String near(String term, int at, int edits) {
    if (edits == 0 || at == term.length()) {
      return at == term.length() && edits > 0 ? OTHER + "{0," + edits + "}" : literal(term, at);
    }
    int next = at + Character.charCount(term.codePointAt(at));
    String same = character(term.codePointAt(at)) + near(term, next, edits);
    String wrong = OTHER + near(term, next, edits - 1);
    String missing = near(term, next, edits - 1);
    String extra = OTHER + near(term, at, edits - 1);
    return "(" + same + "|" + wrong + "|" + missing + "|" + extra + ")";
  }
}
