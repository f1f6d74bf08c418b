package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.policy.match.Matcher;
import io.keeptrusts.gateway.policy.match.Rule;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Kinds with real names and just enough settings to be got wrong; vendors likewise. */
final class FakeKinds {

  private FakeKinds() {}

  static KindCatalog catalog() {
    return new KindCatalog(
        List.of(
            new Injection(),
            new Pii(),
            new Safety(),
            new Quality(),
            new Audit(),
            new Terms(),
            new Broken()));
  }

  static final VendorNames VENDORS =
      new VendorNames() {
        @Override
        public Set<String> names() {
          return Set.of("openai", "groq", "vllm", "azure", "demo");
        }

        @Override
        public List<String> keyVariables(String vendor) {
          return vendor.equals("demo")
              ? List.of()
              : List.of(vendor.toUpperCase(java.util.Locale.ROOT) + "_API_KEY");
        }

        @Override
        public boolean embeds(String vendor) {
          return !vendor.equals("groq");
        }

        @Override
        public boolean keyOptional(String vendor) {
          return vendor.equals("vllm");
        }

        @Override
        public boolean modelOptional(String vendor) {
          return vendor.equals("demo");
        }

        @Override
        public boolean deployments(String vendor) {
          return vendor.equals("azure");
        }
      };

  abstract static class Kind<C extends Record> implements PolicyKind<C> {
    private final String name;
    private final Class<C> config;
    private final @Nullable Mode mode;

    Kind(String name, Class<C> config, @Nullable Mode mode) {
      this.name = name;
      this.config = config;
      this.mode = mode;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Class<C> config() {
      return config;
    }

    @Override
    public @Nullable Mode mode() {
      return mode;
    }

    @Override
    public Policy compile(C settings) {
      return Policy.of(name);
    }
  }

  /** Input only. */
  static final class Injection extends Kind<Injection.Config> {
    record Config(@Nullable Double threshold) {}

    Injection() {
      super("prompt-injection", Config.class, null);
    }
  }

  /** Realtime, works buffered too; compiles once per read; warns when it only masks. */
  static final class Pii extends Kind<Pii.Config> {
    enum Action {
      REDACT,
      BLOCK,
      ALERT_ONLY
    }

    record Config(@Nullable Action action, @Nullable List<String> patterns) {}

    final AtomicInteger compiled = new AtomicInteger();

    Pii() {
      super("pii-detector", Config.class, Mode.REALTIME);
    }

    @Override
    public boolean supports(Mode mode) {
      return true;
    }

    @Override
    public Policy compile(Config settings) {
      compiled.incrementAndGet();
      List<String> patterns = settings.patterns() == null ? List.of() : settings.patterns();
      for (int i = 0; i < patterns.size(); i++) {
        if (patterns.get(i).startsWith("*")) {
          throw new IllegalArgumentException("patterns[" + i + "]: nothing to repeat");
        }
      }
      return super.compile(settings);
    }

    @Override
    public List<String> warnings(Config settings) {
      return settings.action() == Action.ALERT_ONLY
          ? List.of("action: alert_only changes nothing")
          : List.of();
    }
  }

  /** Realtime only. */
  static final class Safety extends Kind<Safety.Config> {
    record Config(@Nullable Boolean strict) {}

    Safety() {
      super("safety-filter", Config.class, Mode.REALTIME);
    }
  }

  /** Buffered only. */
  static final class Quality extends Kind<Quality.Config> {
    record Config(@Nullable Thresholds thresholds, @Nullable Integer minLength) {}

    record Thresholds(@Nullable Double minAggregate) {
      Thresholds {
        if (minAggregate != null && (minAggregate < 0 || minAggregate > 1)) {
          throw new IllegalArgumentException("min_aggregate: must be between 0 and 1");
        }
      }
    }

    Quality() {
      super("quality-scorer", Config.class, Mode.BUFFERED);
    }
  }

  static final class Audit extends Kind<Audit.Config> {
    record Config(
        @Nullable Boolean immutable,
        @Nullable Integer retentionDays,
        @Nullable Boolean logAllAccess) {}

    Audit() {
      super("audit-logger", Config.class, Mode.REALTIME);
    }
  }

  /** Hands its rules to the matcher and does not say which key they came from. */
  static final class Terms extends Kind<Terms.Config> {
    record Config(@Nullable String rule) {}

    Terms() {
      super("dlp-filter", Config.class, Mode.REALTIME);
    }

    @Override
    public Policy compile(Config settings) {
      if (settings.rule() != null) {
        Matcher.compile(List.of(Rule.of("TERM", settings.rule())));
      }
      return super.compile(settings);
    }
  }

  /** A kind with a bug, whose settings have no defaults. */
  static final class Broken extends Kind<Broken.Config> {
    record Config(int limit) {}

    Broken() {
      super("broken", Config.class, null);
    }

    @Override
    public Policy compile(Config settings) {
      throw new UnsupportedOperationException();
    }
  }
}
