package io.keeptrusts.gateway.pack;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.limits.RateLimits;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.provider.Strategy;
import io.keeptrusts.gateway.provider.Task;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A checked {@code policy-config.yaml}. Immutable. It holds names of secrets, and a literal {@code
 * api_key} if the pack has one; no {@code toString} shows it. Components with a default are never
 * null, though their constructors accept null for it.
 *
 * @param pack who this pack is
 * @param chain the policies in execution order, the disabled ones too; blocks outside of the chain
 *     were checked and left out
 * @param providers where requests may go; empty where the pack has none
 * @param rateLimits how much who may ask; no limits where the pack has none
 * @param testing what {@code kt policy test} runs; nothing that serves requests looks at it
 */
public record PackDocument(
    Header pack, List<Entry> chain, Providers providers, RateLimits rateLimits, Testing testing) {

  public PackDocument {
    chain = List.copyOf(chain);
  }

  /**
   * The {@code pack} section.
   *
   * @param name any text, not blank
   * @param version by semver.org 2.0.0
   * @param enabled default true; false: no policy runs
   * @param description free text
   */
  public record Header(
      @Key(required = true) String name,
      @Key(required = true, example = "1.0.0") String version,
      Boolean enabled,
      @Nullable String description) {

    /** The expression that semver.org gives, without its groups. */
    private static final Pattern SEMVER =
        Pattern.compile(
            "(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)"
                + "(-(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(\\.(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
                + "(\\+[0-9a-zA-Z-]+(\\.[0-9a-zA-Z-]+)*)?");

    public Header {
      if (name.isBlank()) {
        throw new IllegalArgumentException("name: must not be blank");
      }
      if (version.length() > 256 || !SEMVER.matcher(version).matches()) {
        throw new IllegalArgumentException("version: is not SemVer, such as 1.0.0");
      }
      enabled = enabled == null || enabled;
    }
  }

  /**
   * One place of the chain.
   *
   * @param kind as it stands in the chain
   * @param bean the kind
   * @param config its settings
   * @param mode how its output side runs; null without one
   * @param enabled false: it does not run
   * @param policy what the kind compiled from the settings: a kind compiles once per load
   */
  public record Entry(
      String kind,
      PolicyKind<?> bean,
      Record config,
      PolicyKind.@Nullable Mode mode,
      boolean enabled,
      Policy policy) {}

  /**
   * The {@code providers} section.
   *
   * @param targets in file order, which is the order of fallback
   * @param fallback when the next target is tried; null: the pack does not say
   * @param circuitBreaker when a target is given a rest
   * @param modelGroups names that stand for several targets
   * @param streamFailure what becomes of a stream whose provider breaks off; default error
   */
  public record Providers(
      List<Target> targets,
      @Nullable Fallback fallback,
      CircuitBreaker circuitBreaker,
      List<ModelGroup> modelGroups,
      StreamFailure streamFailure) {

    public Providers {
      targets = List.copyOf(targets);
      modelGroups = List.copyOf(modelGroups);
    }

    static final Providers NONE =
        new Providers(List.of(), null, CircuitBreaker.DEFAULT, List.of(), StreamFailure.ERROR);
  }

  /** What becomes of a stream whose provider breaks off when text has been delivered. */
  public enum StreamFailure {
    /** It ends with an error event. */
    ERROR,
    /** The next target that takes a prefill goes on with it, where that can be done. */
    CONTINUE
  }

  /**
   * One place to send requests to. Compound providers ({@code openai:chat:gpt-4o}) have been taken
   * apart.
   *
   * @param id unique in the pack
   * @param provider a known vendor
   * @param model what the vendor calls it; null only for a vendor that serves every name
   * @param baseUrl http or https; null: the vendor's own
   * @param secretKeyRef where the key is; null: the vendor's usual variable
   * @param apiKey the key itself: legal, advised against
   * @param apiKeyHeader header that carries the key; null: the vendor's own
   * @param apiKeyPrefix what stands before the key in that header, perhaps nothing; null: the
   *     vendor's own
   * @param pathTemplate path after the base, {@code {model}} is replaced; null: the vendor's own
   * @param azureDeployment of Azure OpenAI alone: the deployment's name; null: as the model
   * @param azureApiVersion of Azure OpenAI alone: the version of its API; null: the newest stable
   *     one
   * @param weight its share under the strategy weighted, 1 to 1000; null: 1
   * @param cost its price, for the strategy cost; null: not known
   * @param task the one that a compound provider names; null: whatever the vendor can do
   */
  public record Target(
      @Key(required = true) String id,
      @Key(required = true, example = "openai") String provider,
      @Nullable String model,
      @Nullable String baseUrl,
      @Nullable SecretKeyRef secretKeyRef,
      @Nullable String apiKey,
      @Nullable String apiKeyHeader,
      @Nullable String apiKeyPrefix,
      @Nullable String pathTemplate,
      @Nullable String azureDeployment,
      @Nullable String azureApiVersion,
      @Nullable String tls,
      @Nullable Integer weight,
      @Nullable Price cost,
      @Key(derived = true) @Nullable Task task) {

    public Target {
      if (weight != null && (weight < 1 || weight > 1000)) {
        throw new IllegalArgumentException("weight: must be between 1 and 1000");
      }
    }

    Target as(String vendor, @Nullable String vendorModel, Task only) {
      return new Target(
          id,
          vendor,
          vendorModel,
          baseUrl,
          secretKeyRef,
          apiKey,
          apiKeyHeader,
          apiKeyPrefix,
          pathTemplate,
          azureDeployment,
          azureApiVersion,
          tls,
          weight,
          cost,
          only);
    }

    @Override
    public String toString() {
      return "Target[" + id + "]";
    }
  }

  /**
   * Where a key is: exactly one of both.
   *
   * @param env name of an environment variable of the gateway
   * @param store name of a file in {@code gateway.secrets-dir}
   */
  public record SecretKeyRef(@Nullable String env, @Nullable String store) {}

  /**
   * When a request goes on to another target.
   *
   * @param strategy in which order targets that share a model are asked; default ordered
   * @param maxRetries further attempts after the first, 0 to 10; default 2. When every target of
   *     the request has failed, they are asked again, after a pause
   * @param retryOn what a target may answer for the next attempt to be made; default 5xx, timeout,
   *     rate_limit
   * @param latencyWindow how long a measured latency counts; default 5m
   * @param maxLatencyMs a target slower than this to its first token comes last; null: no limit
   */
  public record Fallback(
      Strategy strategy,
      Integer maxRetries,
      Set<RetryOn> retryOn,
      @Nullable String latencyWindow,
      @Nullable Integer maxLatencyMs) {

    private static final int MOST_RETRIES = 10;
    private static final Pattern DURATION = Pattern.compile("([1-9]\\d{0,5})(s|m|h)");
    private static final Set<RetryOn> RETRY_ON =
        Set.of(RetryOn.SERVER_ERROR, RetryOn.TIMEOUT, RetryOn.RATE_LIMIT);

    static final Fallback DEFAULT = new Fallback(Strategy.ORDERED, 2, RETRY_ON, null, null);

    public Fallback {
      strategy = strategy == null ? Strategy.ORDERED : strategy;
      maxRetries = maxRetries == null ? 2 : maxRetries;
      retryOn = retryOn == null ? RETRY_ON : Set.copyOf(retryOn);
      if (maxRetries < 0 || maxRetries > MOST_RETRIES) {
        throw new IllegalArgumentException("max_retries: must be between 0 and " + MOST_RETRIES);
      }
      if (latencyWindow != null && !DURATION.matcher(latencyWindow).matches()) {
        throw new IllegalArgumentException("latency_window: is not a duration, such as 5m");
      }
      if (maxLatencyMs != null && maxLatencyMs < 1) {
        throw new IllegalArgumentException("max_latency_ms: must be 1 or more");
      }
    }

    Duration window() {
      return latencyWindow == null
          ? Duration.ofMinutes(5)
          : Duration.parse("PT" + latencyWindow.toUpperCase(Locale.ROOT));
    }
  }

  /**
   * When a target is given a rest.
   *
   * @param failureThreshold failures in a row that open the circuit, 0: it never opens; default 5
   * @param cooldownSeconds for how long it stays open; default 30
   * @param halfOpenProbes how many requests are let through then, all of which must succeed;
   *     default 1
   * @param whenAllOpen what becomes of a request whose targets are all open; default ask
   */
  public record CircuitBreaker(
      Integer failureThreshold,
      Integer cooldownSeconds,
      Integer halfOpenProbes,
      WhenAllOpen whenAllOpen) {
    static final CircuitBreaker DEFAULT = new CircuitBreaker(5, 30, 1, WhenAllOpen.ASK);

    public CircuitBreaker {
      failureThreshold = failureThreshold == null ? 5 : failureThreshold;
      cooldownSeconds = cooldownSeconds == null ? 30 : cooldownSeconds;
      halfOpenProbes = halfOpenProbes == null ? 1 : halfOpenProbes;
      whenAllOpen = whenAllOpen == null ? WhenAllOpen.ASK : whenAllOpen;
      within("failure_threshold", failureThreshold, 0, 1000);
      within("cooldown_seconds", cooldownSeconds, 1, 3600);
      within("half_open_probes", halfOpenProbes, 1, 100);
    }

    private static void within(String key, int value, int least, int most) {
      if (value < least || value > most) {
        throw new IllegalArgumentException(key + ": must be between " + least + " and " + most);
      }
    }
  }

  /** What becomes of a request whose targets are all given a rest. */
  public enum WhenAllOpen {
    /** They are asked all the same, in order. */
    ASK,
    /** 503 with the time after which to come back. */
    REFUSE
  }

  /**
   * What a target charges, in dollars for a million tokens.
   *
   * @param input of a prompt
   * @param output of an answer
   */
  public record Price(@Key(required = true) Double input, @Key(required = true) Double output) {
    public Price {
      if (!(input >= 0) || !(output >= 0)) {
        throw new IllegalArgumentException("input: prices are 0 or more");
      }
    }

    double sum() {
      return input + output;
    }
  }

  /** Why the next target may be tried. */
  public enum RetryOn {
    SERVER_ERROR("5xx"),
    TIMEOUT("timeout"),
    RATE_LIMIT("rate_limit"),
    /** Refused, reset or unreachable before an answer. */
    CONNECTION("connection");

    private final String text;

    RetryOn(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * A model name of its own.
   *
   * @param name what a request asks for
   * @param targets ids, in order of fallback
   * @param aliases further names
   * @param strategy in which order they are asked; null: as the fallback says
   * @param fallbackGroup the group whose targets come after these; null: none
   */
  public record ModelGroup(
      @Key(required = true) String name,
      @Key(required = true, example = "[openai, groq]") List<String> targets,
      List<String> aliases,
      @Nullable Strategy strategy,
      @Nullable String fallbackGroup) {

    public ModelGroup {
      aliases = aliases == null ? List.of() : aliases;
      if (targets.isEmpty()) {
        throw new IllegalArgumentException("targets: must name at least one target");
      }
    }
  }

  /**
   * The {@code testing} section: tests that stand in the pack.
   *
   * @param file where the suites stand; empty without any
   * @param defaultThreshold of assertions; has no effect
   * @param plugins have no effect
   * @param strategies have no effect
   */
  public record Testing(
      @Key(derived = true) String file,
      @Nullable JsonNode defaultThreshold,
      List<Suite> suites,
      @Nullable JsonNode plugins,
      @Nullable JsonNode strategies) {

    static final Testing NONE = new Testing("", null, List.of(), null, null);

    public Testing {
      file = file == null ? "" : file;
      suites = suites == null ? List.of() : suites;
    }

    Testing in(String itsFile) {
      return new Testing(itsFile, defaultThreshold, suites, plugins, strategies);
    }
  }

  /**
   * Tests that belong together.
   *
   * @param name null: has none
   * @param target has no effect: a test takes the whole walk
   * @param assertions about the answers of all cases; not made
   * @param cases as they stand in the pack, unchecked: who runs them reads them
   */
  public record Suite(
      @Nullable String name,
      @Nullable String description,
      @Nullable JsonNode target,
      List<JsonNode> assertions,
      List<JsonNode> cases) {

    public Suite {
      assertions = assertions == null ? List.of() : assertions;
      cases = cases == null ? List.of() : cases;
    }
  }
}
