package io.keeptrusts.gateway.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.exchange.Spans;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When exchanges are traced. */
class TracingTest {
  private static final String ENDPOINT = "otel.exporter.otlp.endpoint";

  private static SmallRyeConfig config(Map<String, String> values) {
    return new SmallRyeConfigBuilder().withDefaultValues(values).build();
  }

  private static long exporters() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("BatchSpanProcessor"))
        .count();
  }

  @Test
  void withoutAnEndpointThereAreNeitherSpansNorAThread() {
    long before = exporters();

    Spans spans = new Tracing().spans(config(Map.of("otel.service.name", "gateway")));

    assertThat(spans).isSameAs(Spans.NONE);
    assertThat(exporters()).isEqualTo(before);
  }

  @Test
  void withAnEndpointOneThreadSendsAndEndsWithTheGateway() {
    long before = exporters();
    Tracing tracing = new Tracing();

    Spans spans = tracing.spans(config(Map.of(ENDPOINT, "http://127.0.0.1:1")));
    long open = exporters();
    tracing.close(spans);

    assertThat(open).isEqualTo(before + 1);
    await().until(() -> exporters() == before);
  }

  @ParameterizedTest
  @CsvSource({
    "otel.exporter.otlp.traces.endpoint, http://c/v1/traces, true",
    "otel.exporter.otlp.endpoint, '', false",
    "otel.exporter.otlp.endpoint, ' ', false",
    "otel.exporter.otlp.metrics.endpoint, http://c, false",
  })
  void anEndpointForSpansTurnsTracesOn(String name, String value, boolean on) {
    assertThat(Tracing.isConfigured(config(Map.of(name, value)))).isEqualTo(on);
  }

  @ParameterizedTest
  @CsvSource({
    "otel.sdk.disabled, true, false",
    "otel.sdk.disabled, false, true",
    "otel.traces.exporter, none, false",
    "otel.traces.exporter, otlp, true"
  })
  void theSdksOwnSwitchesCount(String name, String value, boolean on) {
    Map<String, String> values = new HashMap<>(Map.of(ENDPOINT, "http://c", name, value));

    assertThat(Tracing.isConfigured(config(values))).isEqualTo(on);
  }
}
