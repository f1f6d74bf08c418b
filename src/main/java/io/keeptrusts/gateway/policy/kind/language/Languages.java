package io.keeptrusts.gateway.policy.kind.language;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.Character.UnicodeScript;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tells the language of a text: most scripts are of one language, and in the others letters decide.
 * Codes are ISO 639-1. Deterministic, no model file; takes some milliseconds for the longest
 * window.
 */
final class Languages {
  private static final String SAMPLES = "/language-validator/samples.txt";

  /** The scripts of one language, or of several that are told by one code. */
  private static final Map<UnicodeScript, String> OWN =
      Map.ofEntries(
          Map.entry(UnicodeScript.GREEK, "el"),
          Map.entry(UnicodeScript.HEBREW, "he"),
          Map.entry(UnicodeScript.ARMENIAN, "hy"),
          Map.entry(UnicodeScript.GEORGIAN, "ka"),
          Map.entry(UnicodeScript.THAI, "th"),
          Map.entry(UnicodeScript.LAO, "lo"),
          Map.entry(UnicodeScript.KHMER, "km"),
          Map.entry(UnicodeScript.MYANMAR, "my"),
          Map.entry(UnicodeScript.ETHIOPIC, "am"),
          Map.entry(UnicodeScript.BENGALI, "bn"),
          Map.entry(UnicodeScript.GURMUKHI, "pa"),
          Map.entry(UnicodeScript.GUJARATI, "gu"),
          Map.entry(UnicodeScript.TAMIL, "ta"),
          Map.entry(UnicodeScript.TELUGU, "te"),
          Map.entry(UnicodeScript.KANNADA, "kn"),
          Map.entry(UnicodeScript.MALAYALAM, "ml"),
          Map.entry(UnicodeScript.SINHALA, "si"),
          Map.entry(UnicodeScript.HANGUL, "ko"));

  /** Codes that a text does not tell apart, or other names of the same. */
  private static final Map<String, Set<String>> SAME =
      Map.of(
          "hr", Set.of("bs", "sr", "sh"),
          "no", Set.of("nb", "nn"),
          "id", Set.of("ms"),
          "he", Set.of("iw", "yi"),
          "am", Set.of("ti"),
          "bn", Set.of("as"),
          "tl", Set.of("fil"));

  private static final Map<UnicodeScript, Grams> SHARED = shared();

  /** Letters after which half of the doubt that comes from shortness is gone. */
  private static final double FEW = 8;

  /** One character of Chinese or Japanese says as much as some letters. */
  private static final int IDEOGRAPH = 3;

  /** The part of known runs that is usual in a language's own texts. */
  private static final double USUAL = 0.5;

  private Languages() {}

  private static Map<UnicodeScript, Grams> shared() {
    Map<UnicodeScript, Map<String, List<String>>> samples = new EnumMap<>(UnicodeScript.class);
    for (String line : lines()) {
      if (!line.startsWith("#") && !line.isBlank()) {
        List<String> words =
            Prose.windows(line.substring(3)).stream().flatMap(List::stream).toList();
        UnicodeScript script = UnicodeScript.of(words.getFirst().codePointAt(0));
        samples
            .computeIfAbsent(script, first -> new LinkedHashMap<>())
            .put(line.substring(0, 2), words);
      }
    }
    Map<UnicodeScript, Grams> grams = new EnumMap<>(UnicodeScript.class);
    samples.forEach((script, texts) -> grams.put(script, new Grams(texts)));
    return grams;
  }

  private static List<String> lines() {
    try (InputStream in = Languages.class.getResourceAsStream(SAMPLES)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every code that a text may be told to be, or that means the same. */
  static Set<String> codes() {
    Set<String> codes = new TreeSet<>(OWN.values());
    codes.addAll(Set.of("zh", "ja"));
    SHARED.values().forEach(grams -> codes.addAll(grams.languages()));
    SAME.values().forEach(codes::addAll);
    return codes;
  }

  /** The codes that mean what a text is told to be. */
  static Set<String> names(String code) {
    Set<String> names = new TreeSet<>(SAME.getOrDefault(code, Set.of()));
    names.add(code);
    return names;
  }

  /**
   * How certain it is that a window is in each language: what is missing to 1 is doubt, because the
   * text is short, mixed, or like none of the languages.
   */
  static Map<String, Double> weigh(List<String> words) {
    Map<UnicodeScript, Integer> letters = letters(words);
    double all = letters.values().stream().mapToInt(Integer::intValue).sum();
    Map<String, Double> weights = new HashMap<>();
    letters.forEach(
        (script, count) -> {
          double part = count / all * (count / (count + FEW));
          Grams grams = SHARED.get(script);
          if (grams != null) {
            List<String> own =
                words.stream().filter(word -> script(word.codePointAt(0)) == script).toList();
            spread(grams, own, part, weights);
          } else if (script == UnicodeScript.HAN) {
            weights.merge(
                letters.containsKey(UnicodeScript.HIRAGANA) ? "ja" : "zh", part, Double::sum);
          } else if (script == UnicodeScript.HIRAGANA) {
            weights.merge("ja", part, Double::sum);
          } else if (OWN.containsKey(script)) {
            weights.merge(OWN.get(script), part, Double::sum);
          }
        });
    return weights;
  }

  private static void spread(
      Grams grams, List<String> words, double part, Map<String, Double> weights) {
    double[] likely = grams.weigh(words);
    int best = 0;
    for (int i = 1; i < likely.length; i++) {
      best = likely[i] > likely[best] ? i : best;
    }
    double known = Math.min(1, grams.familiar(words, best) / USUAL);
    for (int i = 0; i < likely.length; i++) {
      weights.merge(grams.languages().get(i), part * likely[i] * known, Double::sum);
    }
  }

  private static Map<UnicodeScript, Integer> letters(List<String> words) {
    Map<UnicodeScript, Integer> letters = new EnumMap<>(UnicodeScript.class);
    for (String word : words) {
      word.codePoints()
          .forEach(
              c -> {
                UnicodeScript script = script(c);
                boolean dense = script == UnicodeScript.HAN || script == UnicodeScript.HANGUL;
                if (script != UnicodeScript.INHERITED && script != UnicodeScript.COMMON) {
                  letters.merge(script, dense ? IDEOGRAPH : 1, Integer::sum);
                }
              });
    }
    return letters;
  }

  private static UnicodeScript script(int c) {
    UnicodeScript script = UnicodeScript.of(c);
    return script == UnicodeScript.KATAKANA ? UnicodeScript.HIRAGANA : script;
  }
}
