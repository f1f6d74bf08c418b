package io.keeptrusts.gateway.policy.kind.injection;

import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.policy.PromptCheck;
import io.keeptrusts.gateway.policy.kind.UserPatterns;
import io.keeptrusts.gateway.policy.kind.injection.Detector.Finding;
import io.keeptrusts.gateway.policy.match.Matcher;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks for orders to the model in what the caller did not write as operator: user messages, tool
 * results, documents. Rules find what no honest text says, a classifier trained for it scores the
 * rest, and where its words leave it open an embedding may decide. Encoded and disguised parts are
 * read decoded, too.
 */
@Singleton
public final class PromptInjection implements PolicyKind<PromptInjection.Config> {
  private static final String NAME = "prompt-injection";
  private static final String REASON = "prompt_injection.detected";
  private static final double EVEN = 0.5;
  private static final Logger LOG = Logger.getLogger(PromptInjection.class);

  /** What decides where the words leave it open. */
  public enum Backend {
    /** The embedding model inside; loaded at the first request that needs it. */
    LOCAL,
    /** Nothing: the words alone. */
    NONE
  }

  /** What follows a detection. */
  public enum Reaction {
    BLOCK,
    LOG,
    ESCALATE
  }

  /** How loud a detection is logged. */
  public enum Level {
    DEBUG,
    INFO,
    WARN,
    ERROR
  }

  /**
   * The keys of {@code policy.prompt-injection}.
   *
   * @param threshold score of the words, 0 to 1, from which a text is an attempt; 0.5 is what was
   *     calibrated, more lets more pass
   * @param embeddingThreshold the same for words and meaning together, where the words leave it
   *     open; naming it switches the embedding on
   * @param backend where the embedding is computed; {@code none} if neither key is there
   * @param action what follows, as {@code response.action}
   * @param attackPatterns expressions of the pack, added to the built-in ones
   * @param detection the other place for them
   * @param encoding which disguises are seen through
   * @param boundaries which false boundaries count
   * @param response what follows
   */
  public record Config(
      Double threshold,
      Double embeddingThreshold,
      Backend backend,
      @Nullable Reaction action,
      List<String> attackPatterns,
      Detection detection,
      Encoding encoding,
      Boundaries boundaries,
      Response response) {
    public Config {
      if (embeddingThreshold != null && backend == Backend.NONE) {
        throw new IllegalArgumentException(
            "embedding_threshold: cannot act with backend: none; remove one of the two keys");
      }
      if (action != null && response != null && response.action() != null) {
        throw new IllegalArgumentException(
            "action: stands here and in response; remove one of the two keys");
      }
      backend =
          backend != null ? backend : embeddingThreshold != null ? Backend.LOCAL : Backend.NONE;
      threshold = share("threshold", threshold);
      embeddingThreshold = share("embedding_threshold", embeddingThreshold);
      attackPatterns = attackPatterns == null ? List.of() : List.copyOf(attackPatterns);
      detection = detection == null ? Detection.NONE : detection;
      encoding = encoding == null ? Encoding.DEFAULTS : encoding;
      boundaries = boundaries == null ? Boundaries.DEFAULTS : boundaries;
      response = response == null ? Response.DEFAULTS : response;
      UserPatterns.rules("attack_patterns", "CUSTOM", attackPatterns);
      UserPatterns.rules("detection.attack_patterns", "CUSTOM", detection.attackPatterns());
    }

    private static double share(String key, @Nullable Double value) {
      if (value != null && !(value >= 0 && value <= 1)) {
        throw new IllegalArgumentException(key + ": must be between 0 and 1");
      }
      return value == null ? EVEN : value;
    }

    Reaction reaction() {
      return action != null
          ? action
          : response.action() != null ? response.action() : Reaction.BLOCK;
    }
  }

  /** {@code detection}: the expressions of the pack. */
  public record Detection(List<String> attackPatterns) {
    static final Detection NONE = new Detection(List.of());

    public Detection {
      attackPatterns = attackPatterns == null ? List.of() : List.copyOf(attackPatterns);
    }
  }

  /**
   * {@code encoding}: all on by default.
   *
   * @param decodeBase64 read base64 and hexadecimal runs, escapes, HTML entities, rot13 and what is
   *     written backwards decoded
   * @param normalizeUnicode see through full width and other forms, invisible characters and
   *     letters that are spaced out
   * @param detectHomoglyphs see through Cyrillic and Greek letters in Latin words, and digits for
   *     letters
   */
  public record Encoding(Boolean decodeBase64, Boolean normalizeUnicode, Boolean detectHomoglyphs) {
    static final Encoding DEFAULTS = new Encoding(true, true, true);

    public Encoding {
      decodeBase64 = decodeBase64 == null || decodeBase64;
      normalizeUnicode = normalizeUnicode == null || normalizeUnicode;
      detectHomoglyphs = detectHomoglyphs == null || detectHomoglyphs;
    }
  }

  /**
   * {@code boundaries}: both on by default.
   *
   * @param enforceDelimiters lines that pretend the prompt has ended
   * @param rejectFakeBoundaries tokens of chat templates and headers of roles
   */
  public record Boundaries(Boolean enforceDelimiters, Boolean rejectFakeBoundaries) {
    static final Boundaries DEFAULTS = new Boundaries(true, true);

    public Boundaries {
      enforceDelimiters = enforceDelimiters == null || enforceDelimiters;
      rejectFakeBoundaries = rejectFakeBoundaries == null || rejectFakeBoundaries;
    }
  }

  /**
   * {@code response}.
   *
   * @param action block (default), log or escalate
   * @param message what the caller of a blocked request is told; null: the gateway's own words
   * @param logLevel of the line that names policy, finding and action, never the text; default warn
   */
  public record Response(@Nullable Reaction action, @Nullable String message, Level logLevel) {
    static final Response DEFAULTS = new Response(null, null, Level.WARN);

    public Response {
      if (message != null && message.isBlank()) {
        throw new IllegalArgumentException("response.message: must not be empty");
      }
      logLevel = logLevel == null ? Level.WARN : logLevel;
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
  public @Nullable Mode mode() {
    return null;
  }

  @Override
  public List<String> warnings(Config config) {
    var warnings = new ArrayList<String>();
    if (config.response().message() != null && config.reaction() != Reaction.BLOCK) {
      warnings.add("response.message: is told only by action block");
    }
    extremes("threshold", config.threshold(), warnings);
    if (config.backend() == Backend.LOCAL) {
      extremes("embedding_threshold", config.embeddingThreshold(), warnings);
      if (!Meaning.runsHere()) {
        warnings.add("backend: local is not part of a native executable: words alone decide here");
      }
    }
    return List.copyOf(warnings);
  }

  /** No score is certain: one end of the scale finds all, the other one nothing. */
  private static void extremes(String key, double threshold, List<String> warnings) {
    if (threshold == 0) {
      warnings.add(key + ": 0 is reached by every text that it decides about");
    } else if (threshold == 1) {
      warnings.add(key + ": 1 is never reached, so it finds nothing");
    }
  }

  @Override
  public Policy compile(Config config) {
    return Policy.of(NAME).withPrompt(new Look(detector(config), config));
  }

  static Detector detector(Config config) {
    var rules = new ArrayList<>(Attacks.ORDERS);
    if (config.boundaries().rejectFakeBoundaries()) {
      rules.addAll(FalseBoundaries.ROLES);
    }
    if (config.boundaries().enforceDelimiters()) {
      rules.addAll(FalseBoundaries.ENDS);
    }
    rules.addAll(UserPatterns.rules("attack_patterns", "CUSTOM", config.attackPatterns()));
    rules.addAll(
        UserPatterns.rules(
            "detection.attack_patterns", "CUSTOM", config.detection().attackPatterns()));
    Meaning meaning =
        config.backend() == Backend.LOCAL && Meaning.runsHere()
            ? new Meaning(logOdds(config.embeddingThreshold()))
            : null;
    return new Detector(
        Matcher.compile(rules), config.encoding(), logOdds(config.threshold()), meaning);
  }

  private static double logOdds(double share) {
    return Math.log(share / (1 - share));
  }

  private record Look(Detector detector, Config config) implements PromptCheck {
    @Override
    public Verdict.@Nullable OnPrompt glance(Prompt prompt, Caller caller) {
      return verdict(detector.look(prompt, false));
    }

    @Override
    public Verdict.OnPrompt check(Prompt prompt, Caller caller) {
      Verdict.OnPrompt verdict = verdict(detector.look(prompt, true));
      return verdict == null ? Verdict.ALLOW : verdict;
    }

    private Verdict.@Nullable OnPrompt verdict(Finding finding) {
      return switch (finding) {
        case Finding.Nothing _ -> Verdict.ALLOW;
        case Finding.Attempt(String label) -> react(label);
        case Finding.Unsure _ -> null;
      };
    }

    private Verdict.OnPrompt react(String finding) {
      Reaction reaction = config.reaction();
      LOG.logf(
          level(config.response().logLevel()),
          "policy=%s finding=%s action=%s",
          NAME,
          finding,
          reaction);
      return switch (reaction) {
        case BLOCK -> new Verdict.Block(REASON, config.response().message());
        case ESCALATE -> new Verdict.Escalate(REASON);
        case LOG -> new Verdict.Flag(REASON);
      };
    }
  }

  private static Logger.Level level(Level level) {
    return switch (level) {
      case DEBUG -> Logger.Level.DEBUG;
      case INFO -> Logger.Level.INFO;
      case WARN -> Logger.Level.WARN;
      case ERROR -> Logger.Level.ERROR;
    };
  }
}
