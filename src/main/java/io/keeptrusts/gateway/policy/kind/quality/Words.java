package io.keeptrusts.gateway.policy.kind.quality;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Texts as words and sentences. Static, linear. */
final class Words {
  private static final int SHORTEST_TERM = 4;
  private static final int SHORTEST_STEM = 4;

  /** Words of four letters and more that say nothing of the matter. */
  private static final Set<String> COMMON =
      Set.of(
          """
          about after again also because been before being between both could does doing each even every from
          further have having here however into just like more most much must only other over please same
          should some such than that their them then there therefore these they this those through under until
          very want were what when where which while will with within without would your yours
          """
              .strip()
              .split("\\s+"));

  private Words() {}

  /** Runs of letters and digits in lower case. */
  static List<String> of(String text) {
    List<String> words = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean inside = i < text.length() && Character.isLetterOrDigit(text.charAt(i));
      if (inside && start < 0) {
        start = i;
      } else if (!inside && start >= 0) {
        words.add(text.substring(start, i).toLowerCase(Locale.ROOT));
        start = -1;
      }
    }
    return words;
  }

  /** Whether a word speaks of a matter: not too short, not one of the common ones. */
  static boolean isTerm(String word) {
    return word.codePointCount(0, word.length()) >= SHORTEST_TERM && !COMMON.contains(word)
        || Character.isDigit(word.charAt(0));
  }

  /** The word without the ending of a plural or a verb form, as far as its letters tell. */
  static String stem(String word) {
    for (String ending :
        List.of("ingly", "edly", "ies", "ing", "ers", "er", "ed", "es", "ly", "s", "e")) {
      if (word.endsWith(ending) && word.length() - ending.length() >= SHORTEST_STEM) {
        return word.substring(0, word.length() - ending.length());
      }
    }
    return word.endsWith("y") && word.length() > SHORTEST_STEM
        ? word.substring(0, word.length() - 1)
        : word;
  }

  /** The stems of the terms among these words, in order. */
  static List<String> terms(List<String> words) {
    return words.stream().filter(Words::isTerm).map(Words::stem).toList();
  }

  /** How often each word stands there. */
  static Map<String, Integer> counts(List<String> words) {
    Map<String, Integer> counts = new HashMap<>();
    words.forEach(word -> counts.merge(word, 1, Integer::sum));
    return counts;
  }

  /** The sentences and lines that hold a letter or a digit. */
  static List<String> sentences(String text) {
    List<String> sentences = new ArrayList<>();
    int start = 0;
    boolean open = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean last = i + 1 == text.length();
      boolean point = c == '.' && !last && Character.isDigit(text.charAt(i + 1));
      boolean stop = !point && (c == '.' || c == '!' || c == '?' || c == '\u3002' || c == '\n');
      open |= Character.isLetterOrDigit(c);
      if (open && (stop || last)) {
        sentences.add(text.substring(start, i + 1).strip());
        start = i + 1;
        open = false;
      }
    }
    return sentences;
  }
}
