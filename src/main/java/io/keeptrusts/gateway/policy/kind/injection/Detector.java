package io.keeptrusts.gateway.policy.kind.injection;

import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.policy.kind.injection.Classifier.Score;
import io.keeptrusts.gateway.policy.kind.injection.PromptInjection.Encoding;
import io.keeptrusts.gateway.policy.match.Matcher;
import io.keeptrusts.gateway.policy.match.Scan;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rules and classifiers over a request. What users wrote is read as one text, so that an order
 * spread over turns is one order; what tools brought is read result by result, with weights that
 * know what an order to an assistant looks like inside somebody's text. Immutable and shared.
 */
final class Detector {
  /** What a look at a request comes to. */
  sealed interface Finding {
    record Nothing() implements Finding {}

    /** {@code label} says what it is, in capitals. */
    record Attempt(String label) implements Finding {}

    /** The words do not tell; the meaning might. */
    record Unsure() implements Finding {}
  }

  private static final Finding NOTHING = new Finding.Nothing();
  private static final Finding UNSURE = new Finding.Unsure();
  private static final String DIRECT = "DIRECT";
  private static final String INDIRECT = "INDIRECT";
  private static final String MEANING = "MEANING";
  private static final int DEPTH = 2;

  /** Decoded parts looked at in one text; what decodes to more is looked at from its beginning. */
  private static final int MOST_LAYERS = 64;

  /**
   * Written by the operator or by the model; policies about attacks are full of the attackers'
   * words.
   */
  private static final Set<String> TRUSTED =
      Set.of("system", "developer", "assistant", "tools", "instructions");

  /** What other people's texts come in. */
  private static final Set<String> DATA = Set.of("tool", "function");

  private final Matcher rules;
  private final Encoding encoding;
  private final double threshold;
  private final @Nullable Meaning meaning;
  private final Models models = Models.shared();

  /**
   * @param threshold log-odds from which the words are an attempt
   * @param meaning decides what the words leave open; null: the words decide alone
   */
  Detector(Matcher rules, Encoding encoding, double threshold, @Nullable Meaning meaning) {
    this.rules = rules;
    this.encoding = encoding;
    this.threshold = threshold;
    this.meaning = meaning;
  }

  /**
   * Looks at a request.
   *
   * @param thorough also at the meaning, which takes long; otherwise that is said to be unsure
   */
  Finding look(Prompt prompt, boolean thorough) {
    StringBuilder asked = new StringBuilder();
    List<String> brought = new ArrayList<>();
    for (Prompt.Segment segment : prompt.segments()) {
      if (DATA.contains(segment.role())) {
        brought.add(segment.text());
      } else if (!TRUSTED.contains(segment.role())) {
        asked.append(asked.isEmpty() ? "" : "\n").append(segment.text());
      }
    }
    Finding finding = NOTHING;
    for (String text : brought) {
      finding = look(text, models.inData(), INDIRECT, false);
      if (!finding.equals(NOTHING)) {
        return finding;
      }
    }
    return asked.isEmpty() ? finding : look(asked.toString(), models.direct(), DIRECT, thorough);
  }

  private Finding look(String text, Classifier classifier, String label, boolean thorough) {
    String seen = encoding.normalizeUnicode() ? text : Disguise.keepForms(text);
    seen = encoding.detectHomoglyphs() ? seen : Disguise.keepLookalikes(seen);
    String rule = firstRule(seen);
    if (rule != null) {
      return new Finding.Attempt(rule);
    }
    Features features = new Features();
    Words words = Words.read(seen, models.concepts());
    Score score = classifier.score(words, features);
    boolean open =
        meaning != null && label.equals(DIRECT) && meaning.wanted(score.logit() - threshold);
    if (!open && score.logit() >= threshold) {
      return new Finding.Attempt(label);
    }
    for (String reading : readings(seen, words)) {
      rule = firstRule(reading);
      if (rule != null) {
        return new Finding.Attempt(rule);
      }
      Words read = Words.read(reading, models.concepts());
      if (classifier.score(read, features).logit() >= threshold) {
        return new Finding.Attempt(label + "_DECODED");
      }
    }
    if (meaning == null || !open) {
      return NOTHING;
    }
    if (!thorough) {
      return UNSURE;
    }
    return meaning.isAttempt(score.logit(), words.span(score.from(), score.to()))
        ? new Finding.Attempt(MEANING)
        : NOTHING;
  }

  /** The other ways to read a text. */
  private List<String> readings(String text, Words words) {
    List<String> readings = new ArrayList<>();
    if (encoding.normalizeUnicode()) {
      readings.addAll(Guises.hidden(text));
      readings.addAll(Guises.spaced(words, models.concepts()));
    }
    if (encoding.detectHomoglyphs()) {
      readings.addAll(Guises.leet(text));
    }
    if (encoding.decodeBase64()) {
      readings.addAll(Guises.turned(text));
      List<String> layers = List.of(text);
      for (int depth = 0; depth < DEPTH; depth++) {
        layers = decoded(layers);
        readings.addAll(layers);
      }
    }
    return readings;
  }

  /** What the parts of texts decode to. */
  private static List<String> decoded(List<String> texts) {
    List<String> layers = new ArrayList<>();
    for (String text : texts) {
      layers.addAll(Layers.of(text));
      if (layers.size() >= MOST_LAYERS) {
        return layers.subList(0, MOST_LAYERS);
      }
    }
    return layers;
  }

  private @Nullable String firstRule(String text) {
    char[] chars = text.toCharArray();
    var scan = rules.open();
    int[] first = {-1};
    Scan.Sink sink = (rule, start, end) -> first[0] = first[0] < 0 ? rule : first[0];
    scan.feed(chars, 0, chars.length, 0, sink);
    scan.end(chars, 0, sink);
    return first[0] < 0 ? null : rules.rule(first[0]).label();
  }
}
