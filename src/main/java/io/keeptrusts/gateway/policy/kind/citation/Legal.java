package io.keeptrusts.gateway.policy.kind.citation;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Citations of the law, by their published forms: US reporters ({@code 410 U.S. 113}), codes
 * ({@code 42 U.S.C. § 1983}), case names ({@code Roe v. Wade}), neutral citations ({@code [2019]
 * UKSC 41}), EU acts and cases ({@code Regulation (EU) 2016/679}, {@code Case C-131/12}), articles
 * and paragraphs ({@code Art. 6 DSGVO}, {@code § 823 BGB}), German decisions ({@code BGH, Urteil
 * vom ... I ZR 126/18}, {@code BVerfGE 65, 1}). Keys are phrases that must all stand in a source.
 * Linear.
 */
final class Legal {
  private static final int NEAR = 8;

  private static final Set<String> REPORTERS =
      Set.of(
          "u s",
          "us",
          "s ct",
          "l ed",
          "l ed 2d",
          "f",
          "f 2d",
          "f 3d",
          "f 4th",
          "f supp",
          "f supp 2d",
          "f supp 3d",
          "f app x",
          "n e",
          "n e 2d",
          "n e 3d",
          "n w",
          "n w 2d",
          "s e",
          "s e 2d",
          "s w",
          "s w 2d",
          "s w 3d",
          "p",
          "p 2d",
          "p 3d",
          "a",
          "a 2d",
          "a 3d",
          "so",
          "so 2d",
          "so 3d",
          "cal 2d",
          "cal 3d",
          "cal 4th",
          "cal 5th",
          "n y 2d",
          "n y 3d",
          "ill 2d",
          "b r",
          "u s c",
          "usc",
          "u s c a",
          "c f r",
          "cfr",
          "fed reg",
          "stat",
          "wl");

  private static final Set<String> NEUTRAL =
      Set.of("uksc", "ukhl", "ukpc", "ewca", "ewhc", "scc", "hca", "nzsc", "iesc", "csih", "ukut");

  private static final Set<String> COURTS =
      Set.of(
          "bgh", "bverfg", "bverwg", "bag", "bfh", "bsg", "eugh", "olg", "lg", "ag", "vg", "ovg",
          "kg", "bpatg", "egmr", "ogh");

  private static final Set<String> SERIES =
      Set.of("bverfge", "bghz", "bghst", "bverwge", "bage", "bfhe", "bsge");

  private static final Set<String> ACTS =
      Set.of("regulation", "directive", "verordnung", "richtlinie", "decision");

  private static final Set<String> CODES =
      Set.of(
          "gdpr",
          "tfeu",
          "teu",
          "echr",
          "emrk",
          "aeuv",
          "euv",
          "gg",
          "bgb",
          "stgb",
          "hgb",
          "zpo",
          "stpo",
          "vwgo",
          "urhg",
          "aktg",
          "gmbhg",
          "inso",
          "bdsg",
          "ttdsg",
          "uwg",
          "markeng",
          "estg",
          "uklag",
          "gwb",
          "sgb",
          "betrvg",
          "arbzg",
          "treaty",
          "constitution",
          "convention",
          "charter",
          "regulation",
          "directive",
          "ustg",
          "ao",
          "dsa",
          "dma",
          "grch",
          "abgb",
          "or",
          "zgb");

  private final Words words;
  private final String[] lower;
  private final Consumer<Citation> found;

  private Legal(Words words, Consumer<Citation> found) {
    this.words = words;
    this.found = found;
    lower = new String[words.size()];
    for (int i = 0; i < lower.length; i++) {
      lower[i] = words.word(i).toLowerCase(Locale.ROOT);
    }
  }

  static void find(Words words, Consumer<Citation> found) {
    Legal legal = new Legal(words, found);
    int i = 0;
    while (i < words.size()) {
      i = Math.max(legal.at(i), i + 1);
    }
  }

  /** Behind the citation that begins with a word, the word itself if there is none. */
  private int at(int i) {
    String word = lower[i];
    if (words.isNumber(i)) {
      int end = numbered(i);
      return end > i ? end : section(i);
    }
    return switch (word) {
      case "v" -> versus(i);
      case "art", "article", "artikel" -> article(i);
      case "case" -> euCase(i);
      case "ecli" -> ecli(i);
      default ->
          ACTS.contains(word)
              ? act(i)
              : SERIES.contains(word) && number(i + 1) && number(i + 2)
                  ? tell(i, i + 3, phrase(i, i + 3))
                  : COURTS.contains(word) && words.isCapital(i) ? decision(i) : i;
    };
  }

  /** {@code 410 U.S. 113}, {@code [2019] UKSC 41}. */
  private int numbered(int i) {
    boolean capital = i + 1 < lower.length && words.isCapitalLetter(i + 1);
    for (int last = Math.min(lower.length - 1, i + 5); last > i + 1 && capital; last--) {
      if (number(last) && isReporter(i + 1, last)) {
        return tell(i, last + 1, phrase(i, last + 1));
      }
    }
    if (capital && NEUTRAL.contains(lower[i + 1])) {
      int last = number(i + 2) ? i + 2 : i + 3;
      return number(last) ? tell(i, last + 1, phrase(i, last + 1)) : i;
    }
    return i;
  }

  private boolean isReporter(int from, int to) {
    String name = String.join(" ", Arrays.asList(lower).subList(from, to));
    boolean abbreviated = words.text().charAt(words.to(to - 1)) == '.';
    return REPORTERS.contains(name) && (name.length() > 2 || abbreviated);
  }

  /** {@code § 823 Abs. 1 BGB}. */
  private int section(int i) {
    int before = words.from(i) - 1;
    while (before >= 0 && words.text().charAt(before) == ' ' && words.from(i) - before < 4) {
      before--;
    }
    boolean marked = before >= 0 && words.text().charAt(before) == '\u00A7';
    int code = marked ? code(i) : -1;
    return code < 0 ? i : tell(i, code + 1, lower[i], lower[code]);
  }

  /** {@code Art. 6 Abs. 1 lit. f DSGVO}, {@code Article 101 of the Treaty}. */
  private int article(int i) {
    int code = number(i + 1) ? code(i + 1) : -1;
    return code < 0 ? i : tell(i, code + 1, phrase(i, i + 2), lower[code]);
  }

  private int code(int from) {
    for (int i = from + 1; i < Math.min(lower.length, from + NEAR); i++) {
      boolean capital = words.isCapital(i);
      if (capital && (CODES.contains(lower[i]) || lower[i].equals("dsgvo"))) {
        return i;
      }
    }
    return -1;
  }

  /** {@code Roe v. Wade}. */
  private int versus(int i) {
    boolean point = words.to(i) < words.text().length() && words.text().charAt(words.to(i)) == '.';
    boolean names =
        i > 0 && i + 1 < lower.length && words.isCapital(i - 1) && words.isCapital(i + 1);
    return point && names && words.from(i + 1) - words.from(i) < 4
        ? tell(i - 1, i + 2, phrase(i - 1, i + 2))
        : i;
  }

  /** {@code Case C-131/12}. */
  private int euCase(int i) {
    boolean court = i + 3 < lower.length && (lower[i + 1].equals("c") || lower[i + 1].equals("t"));
    return court && number(i + 2) && slash(i + 2) ? tell(i, i + 4, phrase(i + 1, i + 4)) : i;
  }

  private int ecli(int i) {
    return i + 4 < lower.length && number(i + 3) ? tell(i, i + 5, phrase(i, i + 5)) : i;
  }

  /** {@code Regulation (EU) 2016/679}. */
  private int act(int i) {
    for (int n = i + 1; n < Math.min(lower.length - 1, i + 4); n++) {
      if (number(n) && slash(n)) {
        return tell(i, n + 2, phrase(n, n + 2));
      }
    }
    return i;
  }

  /** {@code BGH, Urteil vom 12. März 2020 - I ZR 126/18}. */
  private int decision(int i) {
    for (int n = i + 2; n < Math.min(lower.length - 1, i + 2 * NEAR); n++) {
      if (number(n) && slash(n) && !words.isNumber(n - 1)) {
        return tell(i, n + 2, lower[i], phrase(n - 1, n + 2));
      }
    }
    return i;
  }

  private boolean number(int i) {
    return i < lower.length && words.isNumber(i);
  }

  /** A slash between two numbers. */
  private boolean slash(int i) {
    return number(i + 1)
        && words.from(i + 1) == words.to(i) + 1
        && words.text().charAt(words.to(i)) == '/';
  }

  private String phrase(int from, int to) {
    return words.text().substring(words.from(from), words.to(to - 1));
  }

  private int tell(int from, int to, String... keys) {
    int start = words.from(from);
    found.accept(
        new Citation(CitationType.LEGAL, start, withYear(words.to(to - 1)), List.of(keys)));
    return to;
  }

  /** {@code (1973)}, {@code (9th Cir. 2008)} behind it. */
  private int withYear(int end) {
    String text = words.text();
    boolean open = text.startsWith(" (", end);
    for (int i = end + 2; open && i < text.length() && i - end < 40; i++) {
      if (text.charAt(i) == ')') {
        return Character.isDigit(text.charAt(i - 1)) ? i + 1 : end;
      }
    }
    return end;
  }
}
