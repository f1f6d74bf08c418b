package io.keeptrusts.gateway.policy.kind;

import io.keeptrusts.gateway.exchange.Answer;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.policy.AnswerCheck;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code quality-scorer}: scores a whole answer without a model and blocks what is below the
 * threshold. Deterministic: the same answer to the same prompt always has the same score. The
 * aggregate is 0.4 completeness + 0.35 coherence + 0.25 relevancy.
 */
@Singleton
public final class QualityScorer implements PolicyKind<QualityScorer.Config> {
  private static final double COMPLETENESS = 0.4;
  private static final double COHERENCE = 0.35;
  private static final double RELEVANCY = 0.25;

  /**
   * A good answer may use other words than the question: what overlap can give is the smaller part.
   */
  private static final double RELEVANCY_FLOOR = 0.6;

  private static final int LOOP_WORDS = 4;
  private static final int SHORTEST_TERM = 4;

  /**
   * {@code policy.quality-scorer}.
   *
   * @param minOutputChars an answer below it is as incomplete as it is short; default 1
   * @param minSentences likewise; default 1
   * @param thresholds what a score must reach
   */
  public record Config(
      @Nullable Integer minOutputChars,
      @Nullable Integer minSentences,
      @Nullable Thresholds thresholds) {

    public Config {
      if (minOutputChars != null && minOutputChars < 0) {
        throw new IllegalArgumentException("min_output_chars: must be 0 or more");
      }
      if (minSentences != null && minSentences < 0) {
        throw new IllegalArgumentException("min_sentences: must be 0 or more");
      }
    }
  }

  /**
   * Scores between 0 and 1 that an answer must reach; absent: not looked at, but for the aggregate,
   * whose default is 0.5.
   */
  public record Thresholds(
      @Nullable Double minAggregate,
      @Nullable Double minRelevancy,
      @Nullable Double minCoherence,
      @Nullable Double minCompleteness) {

    public Thresholds {
      within("min_aggregate", minAggregate);
      within("min_relevancy", minRelevancy);
      within("min_coherence", minCoherence);
      within("min_completeness", minCompleteness);
    }

    private static void within(String key, @Nullable Double value) {
      if (value != null && !(value >= 0 && value <= 1)) {
        throw new IllegalArgumentException("thresholds." + key + ": must be between 0 and 1");
      }
    }
  }

  /** The parts of a score, each between 0 and 1. */
  record Score(double completeness, double coherence, double relevancy) {

    double aggregate() {
      return COMPLETENESS * completeness + COHERENCE * coherence + RELEVANCY * relevancy;
    }

    boolean reaches(Thresholds thresholds) {
      return aggregate() >= or(thresholds.minAggregate, 0.5)
          && relevancy >= or(thresholds.minRelevancy, 0)
          && coherence >= or(thresholds.minCoherence, 0)
          && completeness >= or(thresholds.minCompleteness, 0);
    }

    private static double or(@Nullable Double value, double otherwise) {
      return value == null ? otherwise : value;
    }
  }

  @Override
  public String name() {
    return "quality-scorer";
  }

  @Override
  public Class<Config> config() {
    return Config.class;
  }

  @Override
  public Mode mode() {
    return Mode.BUFFERED;
  }

  @Override
  public Policy compile(Config config) {
    Thresholds thresholds =
        config.thresholds() == null ? new Thresholds(null, null, null, null) : config.thresholds();
    AnswerCheck check =
        (answer, prompt, judge) -> {
          Set<String> asked = terms(lastQuestion(prompt));
          for (Answer.Choice choice : answer.choices()) {
            // An answer that calls tools or refuses is not prose to be scored.
            if (choice.toolCalls() == 0
                && choice.refusal().isEmpty()
                && !score(choice.content(), asked, config).reaches(thresholds)) {
              return Verdict.block("low_confidence_output");
            }
          }
          return Verdict.ALLOW;
        };
    return Policy.of(name()).withAnswer(check);
  }

  static Score score(String text, Set<String> asked, Config config) {
    List<String> words = words(text);
    return new Score(completeness(text, words, config), coherence(words), relevancy(words, asked));
  }

  private static double completeness(String text, List<String> words, Config config) {
    if (words.isEmpty()) {
      return 0;
    }
    double length = share(text.strip().length(), config.minOutputChars());
    double sentences = share(sentences(text), config.minSentences());
    return Math.min(length, sentences) * (endsWell(text.strip()) ? 1 : 0.7);
  }

  private static double share(int is, @Nullable Integer wanted) {
    return wanted == null || wanted == 0 ? 1 : Math.min(1, (double) is / wanted);
  }

  /**
   * Whether the text ends as texts end: not in the middle of a sentence, with its code fences
   * closed.
   */
  private static boolean endsWell(String text) {
    int last = text.codePointBefore(text.length());
    boolean letterOrComma =
        Character.isAlphabetic(last) || last == ',' || last == '(' || last == '-';
    boolean shortAnswer = text.length() < 40;
    return fences(text) % 2 == 0 && (!letterOrComma || shortAnswer);
  }

  private static int fences(String text) {
    int count = 0;
    for (int at = text.indexOf("```"); at >= 0; at = text.indexOf("```", at + 3)) {
      count++;
    }
    return count;
  }

  private static int sentences(String text) {
    int count = 0;
    boolean open = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean stop = c == '.' || c == '!' || c == '?' || c == '\u3002' || c == '\n';
      if (stop && open) {
        count++;
        open = false;
      } else if (Character.isLetterOrDigit(c)) {
        open = true;
      }
    }
    return open ? count + 1 : count;
  }

  /**
   * One minus the share of word runs that the text has said before: loops score low, prose scores
   * near one.
   */
  private static double coherence(List<String> words) {
    if (words.size() < 2 * LOOP_WORDS) {
      return words.isEmpty() ? 0 : 1;
    }
    Set<List<String>> seen = new HashSet<>();
    int runs = words.size() - LOOP_WORDS + 1;
    for (int i = 0; i < runs; i++) {
      seen.add(words.subList(i, i + LOOP_WORDS));
    }
    return (double) seen.size() / runs;
  }

  private static double relevancy(List<String> words, Set<String> asked) {
    if (asked.isEmpty()) {
      return words.isEmpty() ? 0 : 1;
    }
    Set<String> said = new HashSet<>(words);
    long met = asked.stream().filter(said::contains).count();
    return words.isEmpty()
        ? 0
        : RELEVANCY_FLOOR + (1 - RELEVANCY_FLOOR) * Math.min(1, met / Math.min(3.0, asked.size()));
  }

  private static String lastQuestion(Prompt prompt) {
    String last = "";
    for (Prompt.Segment segment : prompt.segments()) {
      if (segment.role().equals("user")) {
        last = segment.text();
      }
    }
    return last;
  }

  private static Set<String> terms(String text) {
    Set<String> terms = new HashSet<>(words(text));
    terms.removeIf(word -> word.codePointCount(0, word.length()) < SHORTEST_TERM);
    return terms;
  }

  private static List<String> words(String text) {
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
}
