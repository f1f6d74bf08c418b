package io.keeptrusts.gateway.cli;

import io.keeptrusts.gateway.GatewayConfig;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** The settings of a process, for commands that end before the application would start. */
final class ProcessSettings {
  private ProcessSettings() {}

  /** As {@code kt gateway run} would have them here. */
  static GatewayConfig ofThisProcess() {
    SmallRyeConfigBuilder builder = builder();
    for (ConfigSource source : ConfigProvider.getConfig().getConfigSources()) {
      builder.withSources(source);
    }
    return builder.build().getConfigMapping(GatewayConfig.class);
  }

  /** As they are where nobody sets anything: a test of a pack is the same everywhere. */
  static GatewayConfig defaults() {
    return builder().build().getConfigMapping(GatewayConfig.class);
  }

  private static SmallRyeConfigBuilder builder() {
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .withMapping(GatewayConfig.class)
        .withValidateUnknown(false)
        .withConverter(Duration.class, 500, new DurationConverter())
        .withConverter(MemorySize.class, 500, new MemorySizeConverter());
  }
}
