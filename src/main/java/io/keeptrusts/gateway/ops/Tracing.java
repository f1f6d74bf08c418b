package io.keeptrusts.gateway.ops;

import io.keeptrusts.gateway.exchange.Spans;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/**
 * Whether exchanges are traced: only if an endpoint for spans is named. The SDK's own settings
 * decide the rest. Without one no class of the SDK is loaded.
 */
@Singleton
final class Tracing {
  private static final String PREFIX = "otel.";

  @Produces
  @Singleton
  Spans spans(Config config) {
    return isConfigured(config) ? new Traces(settings(config)) : Spans.NONE;
  }

  void close(@Disposes Spans spans) {
    if (spans instanceof Traces traces) {
      traces.close();
    }
  }

  static boolean isConfigured(Config config) {
    boolean endpoint =
        value(config, "exporter.otlp.traces.endpoint").isPresent()
            || value(config, "exporter.otlp.endpoint").isPresent();
    return endpoint
        && !value(config, "sdk.disabled").map(Boolean::parseBoolean).orElse(false)
        && !value(config, "traces.exporter").map("none"::equals).orElse(false);
  }

  private static Optional<String> value(Config config, String name) {
    return config.getOptionalValue(PREFIX + name, String.class).filter(text -> !text.isBlank());
  }

  /** What stands in configuration files: the SDK itself sees only properties and environment. */
  private static Map<String, String> settings(Config config) {
    Map<String, String> settings = new HashMap<>();
    for (String name : config.getPropertyNames()) {
      if (name.startsWith(PREFIX)) {
        config.getOptionalValue(name, String.class).ifPresent(value -> settings.put(name, value));
      }
    }
    return settings;
  }
}
