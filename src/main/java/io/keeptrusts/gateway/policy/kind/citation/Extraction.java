package io.keeptrusts.gateway.policy.kind.citation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The citations of an answer, and its prose without them. Code is no prose. A line {@code [1]: ...}
 * at which a marker points defines what the marker means and is neither.
 *
 * @param citations in the order of the answer, at most {@link #MOST}
 * @param omitted how many more there are
 * @param prose the answer, as long as it was, blanks where code, citations other than quotations,
 *     and definitions stood
 * @param definitions what numbered markers stand for by the answer's own list
 */
record Extraction(
    List<Citation> citations, int omitted, String prose, Map<String, String> definitions) {
  static final int MOST = 2000;

  /**
   * @param known whether a source has such a name, in lower case
   */
  static Extraction of(
      String answer, Set<CitationType> wanted, Predicate<String> known, Vocabulary vocabulary) {
    char[] prose = answer.toCharArray();
    blankCode(answer, prose);
    List<Citation> all = new ArrayList<>();
    List<Citation> links = new ArrayList<>();
    Links.find(new String(prose), links::add);
    links.forEach(link -> blank(prose, link.from(), link.to()));
    List<Citation> learned = new ArrayList<>();
    Academic.find(new String(prose), learned::add);
    learned.forEach(citation -> blank(prose, citation.from(), citation.to()));
    List<Citation> markers = new ArrayList<>();
    Markers.find(new String(prose), known, markers::add);
    markers.forEach(marker -> blank(prose, marker.from(), marker.to()));
    Map<String, String> definitions = definitions(answer, markers, links, prose);
    String text = new String(prose);
    all.addAll(links);
    all.addAll(learned);
    all.addAll(markers);
    Quotes.find(
        text,
        quote -> {
          if (words(quote, vocabulary) >= Quotes.SHORTEST) {
            all.add(quote);
          }
        });
    Legal.find(
        Words.of(text, vocabulary),
        citation -> {
          all.add(citation);
          blank(prose, citation.from(), citation.to());
        });
    all.removeIf(citation -> !wanted.contains(citation.type()));
    all.sort(Comparator.comparingInt(Citation::from));
    int count = Math.min(MOST, all.size());
    return new Extraction(
        List.copyOf(all.subList(0, count)), all.size() - count, new String(prose), definitions);
  }

  private static int words(Citation quote, Vocabulary vocabulary) {
    int words = 0;
    for (String part : quote.keys()) {
      words += Words.of(part, vocabulary).size();
    }
    return words;
  }

  /** Takes the definitions out of the markers and of the prose. */
  private static Map<String, String> definitions(
      String answer, List<Citation> markers, List<Citation> links, char[] prose) {
    Map<String, Integer> uses = new HashMap<>();
    Map<String, String> definitions = new HashMap<>();
    Map<String, Integer> last = new HashMap<>();
    for (Citation marker : markers) {
      uses.merge(marker.keys().getFirst(), 1, Integer::sum);
      last.put(marker.keys().getFirst(), marker.from());
    }
    Set<Citation> defining = new HashSet<>();
    Set<Integer> taken = new HashSet<>();
    for (Citation marker : markers) {
      String key = marker.keys().getFirst();
      int end = answer.indexOf('\n', marker.to());
      end = end < 0 ? answer.length() : end;
      boolean note = answer.startsWith("[^", marker.from());
      boolean colon = marker.to() < end && answer.charAt(marker.to()) == ':';
      if (uses.getOrDefault(key, 0) > 1
          && headOfLine(answer, marker.from())
          && (colon
              || note
              || blankLine(prose, marker.to(), end)
              || marker.from() == last.getOrDefault(key, -1))
          && taken.add(marker.from())) {
        definitions.put(key, answer.substring(marker.to(), end));
        defining.add(marker);
        blank(prose, marker.from(), end);
        int from = marker.from();
        int to = end;
        links.removeIf(link -> link.from() >= from && link.to() <= to);
      }
    }
    markers.removeAll(defining);
    return definitions;
  }

  private static boolean headOfLine(String text, int at) {
    int i = at - 1;
    while (i >= 0 && " \t-*".indexOf(text.charAt(i)) >= 0) {
      i--;
    }
    return i < 0 || text.charAt(i) == '\n';
  }

  /** Only an address stood there. */
  private static boolean blankLine(char[] prose, int from, int to) {
    for (int i = from; i < to; i++) {
      if (Character.isLetterOrDigit(prose[i])) {
        return false;
      }
    }
    return true;
  }

  /** Fenced blocks and code in backticks. */
  private static void blankCode(String text, char[] prose) {
    int i = text.indexOf('`');
    while (i >= 0) {
      int ticks = i;
      while (ticks < text.length() && text.charAt(ticks) == '`') {
        ticks++;
      }
      String fence = "`".repeat(ticks - i);
      int close = text.indexOf(fence, ticks);
      int line = ticks - i < 3 ? text.indexOf('\n', ticks) : -1;
      boolean open = close < 0 || line >= 0 && close > line;
      int end = open ? ticks : close + fence.length();
      if (!open) {
        blank(prose, i, end);
      } else if (close < 0 && ticks - i >= 3) {
        blank(prose, i, text.length());
        return;
      }
      i = text.indexOf('`', end);
    }
  }

  private static void blank(char[] prose, int from, int to) {
    for (int i = from; i < to; i++) {
      prose[i] = prose[i] == '\n' ? '\n' : ' ';
    }
  }
}
