package io.keeptrusts.gateway.policy.kind.injection;

import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.policy.kind.UserPatterns;
import io.keeptrusts.gateway.policy.match.Matcher;
import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.match.Scan;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks for orders to the model in what the caller did not write as operator: user messages, tool
 * results, documents. The parts are read as one text, so that an order spread over turns is one
 * order; encoded parts are read decoded, too.
 */
@Singleton
public final class PromptInjection implements PolicyKind<PromptInjection.Config> {
  private static final String NAME = "prompt-injection";
  private static final String REASON = "prompt_injection.detected";
  private static final int DEPTH = 2;
  private static final Logger LOG = Logger.getLogger(PromptInjection.class);

  /**
   * Written by the operator or by the model; policies about attacks are full of the attackers'
   * words.
   */
  private static final Set<String> TRUSTED =
      Set.of("system", "developer", "assistant", "tools", "instructions");

  /** Where similarity is computed. */
  public enum Backend {
    LOCAL
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
   * @param embeddingThreshold refused: similarity to known attacks is not computed yet
   * @param backend local
   * @param attackPatterns expressions of the pack, added to the built-in ones
   * @param detection the other place for them
   * @param encoding which disguises are seen through
   * @param boundaries which false boundaries count
   * @param response what follows
   */
  public record Config(
      @Nullable Double embeddingThreshold,
      Backend backend,
      List<String> attackPatterns,
      Detection detection,
      Encoding encoding,
      Boundaries boundaries,
      Response response) {
    public Config {
      if (embeddingThreshold != null) {
        throw new IllegalArgumentException(
            "embedding_threshold: cannot act, similarity to known attacks is not computed; remove the key, the "
                + "patterns stay on");
      }
      backend = backend == null ? Backend.LOCAL : backend;
      attackPatterns = attackPatterns == null ? List.of() : List.copyOf(attackPatterns);
      detection = detection == null ? Detection.NONE : detection;
      encoding = encoding == null ? Encoding.DEFAULTS : encoding;
      boundaries = boundaries == null ? Boundaries.DEFAULTS : boundaries;
      response = response == null ? Response.DEFAULTS : response;
      UserPatterns.rules("attack_patterns", "CUSTOM", attackPatterns);
      UserPatterns.rules("detection.attack_patterns", "CUSTOM", detection.attackPatterns());
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
   * @param decodeBase64 read base64 and hexadecimal runs, URL escapes and rot13 decoded
   * @param normalizeUnicode see through full width and other forms, and invisible characters
   * @param detectHomoglyphs see through Cyrillic and Greek letters in Latin words
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
   * @param message refused: the caller's message is the gateway's
   * @param logLevel of the line that names policy, finding and action, never the text; default warn
   */
  public record Response(Reaction action, @Nullable String message, Level logLevel) {
    static final Response DEFAULTS = new Response(Reaction.BLOCK, null, Level.WARN);

    public Response {
      action = action == null ? Reaction.BLOCK : action;
      if (message != null) {
        throw new IllegalArgumentException(
            "message: cannot act, a verdict carries a code only; remove the key");
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
  public Policy compile(Config config) {
    var rules = new ArrayList<>(Attacks.ORDERS);
    if (config.boundaries().rejectFakeBoundaries()) {
      rules.addAll(Attacks.BOUNDARIES);
    }
    if (config.boundaries().enforceDelimiters()) {
      rules.addAll(Attacks.DELIMITERS);
    }
    rules.addAll(UserPatterns.rules("attack_patterns", "CUSTOM", config.attackPatterns()));
    rules.addAll(
        UserPatterns.rules(
            "detection.attack_patterns", "CUSTOM", config.detection().attackPatterns()));
    Matcher matcher = Matcher.compile(rules);
    return Policy.of(NAME).withPrompt((prompt, caller) -> check(prompt, matcher, config));
  }

  private static Verdict.OnPrompt check(Prompt prompt, Matcher matcher, Config config) {
    String text =
        prompt.segments().stream()
            .filter(segment -> !TRUSTED.contains(segment.role()))
            .map(Prompt.Segment::text)
            .collect(Collectors.joining("\n"));
    Optional<Rule> finding = finding(text, matcher, config.encoding());
    return finding.isPresent() ? react(finding.get().label(), config.response()) : Verdict.ALLOW;
  }

  private static Verdict.OnPrompt react(String finding, Response response) {
    LOG.logf(
        level(response.logLevel()),
        "policy=%s finding=%s action=%s",
        NAME,
        finding,
        response.action());
    return switch (response.action()) {
      case BLOCK -> new Verdict.Block(REASON, response.message());
      case ESCALATE -> new Verdict.Escalate(REASON);
      case LOG -> new Verdict.Flag(REASON);
    };
  }

  private static Logger.Level level(Level level) {
    return switch (level) {
      case DEBUG -> Logger.Level.DEBUG;
      case INFO -> Logger.Level.INFO;
      case WARN -> Logger.Level.WARN;
      case ERROR -> Logger.Level.ERROR;
    };
  }

  /** The first rule that a text or one of its layers meets. */
  private static Optional<Rule> finding(String text, Matcher matcher, Encoding encoding) {
    String seen = encoding.normalizeUnicode() ? text : Disguise.keepForms(text);
    seen = encoding.detectHomoglyphs() ? seen : Disguise.keepLookalikes(seen);
    Optional<Rule> found = first(seen, matcher);
    if (found.isPresent() || !encoding.decodeBase64()) {
      return found;
    }
    found = first(Layers.rot13(seen), matcher);
    List<String> layers = List.of(seen);
    for (int depth = 0; depth < DEPTH && found.isEmpty(); depth++) {
      layers = layers.stream().flatMap(layer -> Layers.of(layer).stream()).toList();
      found =
          layers.stream().map(layer -> first(layer, matcher)).flatMap(Optional::stream).findFirst();
    }
    return found;
  }

  private static Optional<Rule> first(String text, Matcher matcher) {
    char[] chars = text.toCharArray();
    var scan = matcher.open();
    int[] first = {-1};
    Scan.Sink sink = (rule, start, end) -> first[0] = first[0] < 0 ? rule : first[0];
    scan.feed(chars, 0, chars.length, 0, sink);
    scan.end(chars, 0, sink);
    return first[0] < 0 ? Optional.empty() : Optional.of(matcher.rule(first[0]));
  }
}
