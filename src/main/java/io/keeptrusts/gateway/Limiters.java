package io.keeptrusts.gateway;

import io.keeptrusts.gateway.limits.Limiter;
import io.keeptrusts.gateway.wire.Network;
import io.keeptrusts.gateway.wire.RedisLink;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** From {@code gateway.limits} to what counts. */
final class Limiters {
  private static final String URL = "gateway.limits.redis.url";

  private Limiters() {}

  /**
   * @throws ConfigurationException if a setting is wrong; never says its value
   */
  static Limiter of(GatewayConfig config, Network network) {
    GatewayConfig.Limits.Redis redis = config.limits().redis();
    Path password = redis.passwordFile().map(path -> resolved(path, config)).orElse(null);
    if (redis.url().isEmpty()) {
      if (password != null) {
        throw new ConfigurationException(
            "gateway.limits.redis.password-file has no effect without " + URL);
      }
      return Limiter.inMemory();
    }
    boolean failOpen = config.failMode() == GatewayConfig.FailMode.ALLOW;
    try {
      return Limiter.shared(
          network,
          new RedisLink.Settings(
              URI.create(redis.url().get()), password(password), redis.timeout()),
          failOpen);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          URL
              + " must be redis://host:port or rediss://host:port, perhaps with user@ and /database; the"
              + " password belongs in gateway.limits.redis.password-file");
    }
  }

  private static Path resolved(Path file, GatewayConfig config) {
    return file.getNameCount() == 1 && !file.isAbsolute()
        ? config.secretsDir().map(dir -> dir.resolve(file)).orElse(file)
        : file;
  }

  private static Supplier<@Nullable String> password(@Nullable Path file) {
    return () -> {
      if (file == null) {
        return null;
      }
      try {
        return Files.readString(file).strip();
      } catch (IOException e) {
        throw new UncheckedIOException(e.getClass().getSimpleName(), e);
      }
    };
  }
}
