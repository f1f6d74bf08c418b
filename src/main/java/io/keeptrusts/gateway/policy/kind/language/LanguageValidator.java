package io.keeptrusts.gateway.policy.kind.language;

import io.keeptrusts.gateway.exchange.Answer;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps requests and answers to some languages. Judged is what the user writes and what the model
 * answers, in windows, so that one language cannot hide in another; code, URLs and words with
 * digits are left out. What is short, mixed or like no language that it knows leaves doubt, and
 * passes.
 */
@Singleton
public final class LanguageValidator implements PolicyKind<LanguageValidator.Config> {
  private static final String NAME = "language-validator";
  private static final String REASON = "language_validator.language";

  /** Which side is looked at. */
  public enum Side {
    INPUT,
    OUTPUT,
    BOTH
  }

  /**
   * The keys of {@code policy.language-validator}.
   *
   * @param allowedLanguages ISO 639-1 codes; empty: all; default empty
   * @param deniedLanguages win over allowed; default empty
   * @param minConfidence how certain it must be, 0 to 1, that a text is in a language it must not
   *     be in; default 0.5
   * @param action block (default) or escalate
   * @param applyTo input, output or both (default)
   */
  public record Config(
      List<String> allowedLanguages,
      List<String> deniedLanguages,
      Double minConfidence,
      Action action,
      Side applyTo) {
    public Config {
      allowedLanguages = codes("allowed_languages", allowedLanguages);
      deniedLanguages = codes("denied_languages", deniedLanguages);
      minConfidence = minConfidence == null ? 0.5 : minConfidence;
      if (!(minConfidence >= 0 && minConfidence <= 1)) {
        throw new IllegalArgumentException("min_confidence: must be between 0 and 1");
      }
      action = action == null ? Action.BLOCK : action;
      if (action == Action.REDACT) {
        throw new IllegalArgumentException("action: must be block or escalate");
      }
      applyTo = applyTo == null ? Side.BOTH : applyTo;
    }

    private static List<String> codes(String key, @Nullable List<String> codes) {
      List<String> known = new ArrayList<>();
      for (String code : codes == null ? List.<String>of() : codes) {
        known.add(code.toLowerCase(Locale.ROOT));
        if (!Languages.codes().contains(known.getLast())) {
          throw new IllegalArgumentException(
              key
                  + "["
                  + (known.size() - 1)
                  + "]: is no language that can be told; these can: "
                  + String.join(", ", Languages.codes()));
        }
      }
      return List.copyOf(known);
    }

    /** Whether a text that is told to be in this language must not pass. */
    boolean refuses(String code) {
      Set<String> names = Languages.names(code);
      return names.stream().anyMatch(deniedLanguages::contains)
          || !allowedLanguages.isEmpty() && names.stream().noneMatch(allowedLanguages::contains);
    }
  }

  @Override
  public String name() {
    return NAME;
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
    Policy policy = Policy.of(NAME);
    if (config.applyTo() != Side.OUTPUT) {
      policy = policy.withPrompt((prompt, caller) -> request(prompt, config));
    }
    if (config.applyTo() != Side.INPUT) {
      policy = policy.withAnswer((answer, prompt, judge) -> answer(answer, config));
    }
    return policy;
  }

  @Override
  public List<String> warnings(Config config) {
    List<String> warnings = new ArrayList<>();
    if (config.allowedLanguages().isEmpty() && config.deniedLanguages().isEmpty()) {
      warnings.add("no language is limited: add allowed_languages or denied_languages");
    }
    Set<String> both = new TreeSet<>(config.allowedLanguages());
    both.retainAll(config.deniedLanguages());
    if (!both.isEmpty() && both.containsAll(config.allowedLanguages())) {
      warnings.add("allowed_languages: all are also denied, which wins: no language may pass");
    } else if (!both.isEmpty()) {
      warnings.add("allowed_languages: " + String.join(", ", both) + ": also denied, which wins");
    }
    for (int i = 0; i < config.deniedLanguages().size(); i++) {
      if (!config.allowedLanguages().isEmpty()
          && !allowed(config.deniedLanguages().get(i), config)) {
        warnings.add("denied_languages[" + i + "]: has no effect, allowed_languages leaves it out");
      }
    }
    return List.copyOf(warnings);
  }

  /** Whether allowed_languages lets a text pass that this code may stand for. */
  private static boolean allowed(String code, Config config) {
    return Languages.codes().stream()
        .map(Languages::names)
        .filter(names -> names.contains(code))
        .flatMap(Set::stream)
        .anyMatch(config.allowedLanguages()::contains);
  }

  private static Verdict.OnPrompt request(Prompt prompt, Config config) {
    boolean refused =
        prompt.segments().stream()
            .anyMatch(segment -> segment.role().equals("user") && refused(segment.text(), config));
    if (!refused) {
      return Verdict.ALLOW;
    }
    return config.action() == Action.ESCALATE
        ? new Verdict.Escalate(REASON)
        : new Verdict.Block(
            REASON, "The request is in a language that policy " + NAME + " does not allow.");
  }

  private static Verdict.OnAnswer answer(Answer answer, Config config) {
    boolean refused =
        answer.choices().stream()
            .anyMatch(
                choice -> refused(choice.content(), config) || refused(choice.refusal(), config));
    if (!refused) {
      return Verdict.ALLOW;
    }
    return config.action() == Action.ESCALATE
        ? new Verdict.Escalate(REASON)
        : new Verdict.Block(
            REASON,
            "The answer is in a language that policy "
                + NAME
                + " does not allow. Ask for another.");
  }

  private static boolean refused(String text, Config config) {
    if (config.allowedLanguages().isEmpty() && config.deniedLanguages().isEmpty()) {
      return false;
    }
    for (List<String> window : Prose.windows(text)) {
      double certain = 0;
      for (Map.Entry<String, Double> language : Languages.weigh(window).entrySet()) {
        certain += config.refuses(language.getKey()) ? language.getValue() : 0;
      }
      if (certain > 0 && certain >= config.minConfidence()) {
        return true;
      }
    }
    return false;
  }
}
