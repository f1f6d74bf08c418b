package io.keeptrusts.gateway.ops;

import io.keeptrusts.gateway.exchange.Ended;
import io.keeptrusts.gateway.exchange.Operation;
import io.keeptrusts.gateway.exchange.Usage;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The histograms of the conventions for generative AI, with the boundaries that they advise. {@code
 * client}: each request to a target; {@code server}: each exchange, as the client saw it. Once per
 * exchange or attempt, never per chunk. {@code gen_ai.response.model} is left out: a provider
 * chooses it, and metrics are made of names that the pack knows. Thread-safe.
 */
final class GenAiMeters {
  private static final Duration[] DURATIONS =
      seconds(
          0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92);
  private static final Duration[] FIRST_TOKEN =
      seconds(
          0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5,
          10.0);
  private static final Duration[] EACH_TOKEN =
      seconds(0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5);
  private static final double[] TOKENS = {
    1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864
  };

  private record Key(String meter, Operation operation, String detail) {}

  private final MeterRegistry registry;
  private final Map<Key, Timer> timers = new ConcurrentHashMap<>();
  private final Map<Key, DistributionSummary> summaries = new ConcurrentHashMap<>();

  GenAiMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  private static Duration[] seconds(double... boundaries) {
    return Arrays.stream(boundaries)
        .mapToObj(each -> Duration.ofNanos(Math.round(each * 1e9)))
        .toArray(Duration[]::new);
  }

  void asked(Operation operation, String error, long nanos, @Nullable Usage usage) {
    timer(GenAi.CLIENT_DURATION, operation, error, DURATIONS).record(nanos, TimeUnit.NANOSECONDS);
    if (usage != null) {
      tokens(operation, "input", usage.promptTokens());
      tokens(operation, "output", usage.completionTokens());
    }
  }

  private void tokens(Operation operation, String type, long count) {
    if (count >= 0) {
      summaries
          .computeIfAbsent(
              new Key(GenAi.CLIENT_TOKENS, operation, type),
              key ->
                  DistributionSummary.builder(GenAi.CLIENT_TOKENS)
                      .description("Tokens of a request to a target, as its provider counted them")
                      .tags(tags(operation).and(GenAi.TOKEN_TYPE, type))
                      .serviceLevelObjectives(TOKENS)
                      .register(registry))
          .record((double) count);
    }
  }

  void served(Ended ended) {
    Operation operation = ended.operation();
    String error =
        ended.code() != null
            ? ended.code()
            : ended.outcome().equals("cancelled") ? "cancelled" : "";
    timer(GenAi.SERVER_DURATION, operation, error, DURATIONS)
        .record(ended.nanos(), TimeUnit.NANOSECONDS);
    if (ended.stream() && ended.firstNanos() > 0 && error.isEmpty()) {
      timer(GenAi.SERVER_FIRST_TOKEN, operation, "", FIRST_TOKEN)
          .record(ended.firstNanos(), TimeUnit.NANOSECONDS);
      long output = ended.usage() == null ? 0 : ended.usage().completionTokens();
      if (output > 1) {
        timer(GenAi.SERVER_EACH_TOKEN, operation, "", EACH_TOKEN)
            .record((ended.nanos() - ended.firstNanos()) / (output - 1), TimeUnit.NANOSECONDS);
      }
    }
  }

  private Timer timer(String name, Operation operation, String error, Duration[] boundaries) {
    return timers.computeIfAbsent(
        new Key(name, operation, error),
        key ->
            Timer.builder(name)
                .description(description(name))
                .tags(tags(operation).and(GenAi.ERROR_TYPE.getKey(), error))
                .serviceLevelObjectives(boundaries)
                .register(registry));
  }

  private static String description(String name) {
    return switch (name) {
      case GenAi.CLIENT_DURATION -> "A request to a target, from its start to its last byte";
      case GenAi.SERVER_DURATION -> "An exchange, from the request to the last byte of the answer";
      case GenAi.SERVER_FIRST_TOKEN -> "From the request to the first frame for the client";
      case GenAi.SERVER_EACH_TOKEN -> "For each token after the first";
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Tags tags(Operation operation) {
    return Tags.of(
        GenAi.OPERATION.getKey(),
        operation.name(),
        GenAi.PROVIDER.getKey(),
        GenAi.provider(operation.provider()),
        GenAi.REQUEST_MODEL.getKey(),
        operation.model(),
        GenAi.SERVER_ADDRESS.getKey(),
        operation.host(),
        GenAi.SERVER_PORT.getKey(),
        operation.port() == 0 ? "" : Integer.toString(operation.port()));
  }
}
