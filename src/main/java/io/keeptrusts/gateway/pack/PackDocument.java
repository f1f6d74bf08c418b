package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import java.util.List;
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
 */
public record PackDocument(Header pack, List<Entry> chain, Providers providers) {

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
   * @param fallback when the next target is tried
   * @param modelGroups names that stand for several targets
   */
  public record Providers(List<Target> targets, Fallback fallback, List<ModelGroup> modelGroups) {

    public Providers {
      targets = List.copyOf(targets);
      modelGroups = List.copyOf(modelGroups);
    }

    static final Providers NONE = new Providers(List.of(), Fallback.DEFAULT, List.of());
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
      @Nullable String azureApiVersion) {

    Target as(String vendor, @Nullable String vendorModel) {
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
          azureApiVersion);
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
   * @param strategy in which order
   * @param maxRetries further targets after the first, 0 or more; default 2
   * @param retryOn what a target may answer for the next one to be tried; default 5xx, timeout,
   *     rate_limit
   */
  public record Fallback(Strategy strategy, Integer maxRetries, Set<RetryOn> retryOn) {

    private static final Set<RetryOn> RETRY_ON =
        Set.of(RetryOn.SERVER_ERROR, RetryOn.TIMEOUT, RetryOn.RATE_LIMIT);
    static final Fallback DEFAULT = new Fallback(Strategy.ORDERED, 2, RETRY_ON);

    public Fallback {
      strategy = strategy == null ? Strategy.ORDERED : strategy;
      maxRetries = maxRetries == null ? 2 : maxRetries;
      retryOn = retryOn == null ? RETRY_ON : Set.copyOf(retryOn);
      if (maxRetries < 0) {
        throw new IllegalArgumentException("max_retries: must be 0 or more");
      }
      if (strategy != Strategy.ORDERED) {
        throw new IllegalArgumentException(
            "strategy: `" + strategy + "` is not available yet: use `ordered`");
      }
    }
  }

  /** The documented orders; only the first is accepted by now. */
  public enum Strategy {
    /** As in the file. */
    ORDERED("ordered"),
    ROUND_ROBIN("round-robin"),
    LATENCY("latency"),
    COST("cost"),
    RANDOM("random"),
    WEIGHTED("weighted");

    private final String text;

    Strategy(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
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
   */
  public record ModelGroup(
      @Key(required = true) String name,
      @Key(required = true, example = "[openai, groq]") List<String> targets,
      List<String> aliases) {

    public ModelGroup {
      aliases = aliases == null ? List.of() : aliases;
      if (targets.isEmpty()) {
        throw new IllegalArgumentException("targets: must name at least one target");
      }
    }
  }
}
