package io.keeptrusts.gateway.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What is counted with each batch of a stream must leave nothing for the collector to clean up. */
class MetricsCostTest {
  private static final int BATCHES = 50_000;

  /** The histogram's ring of recent maxima turns now and then. */
  private static final double BYTES_PER_BATCH = 1;

  @Test
  void aBatchIsCountedWithoutAllocation() {
    @SuppressWarnings("deprecation") // the client that Quarkus has
    Metrics metrics = new Metrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    batches(metrics);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    long before = threads.getCurrentThreadAllocatedBytes();
    batches(metrics);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat((double) allocated / BATCHES).as("bytes").isLessThan(BYTES_PER_BATCH);
  }

  private static void batches(Metrics metrics) {
    for (int i = 0; i < BATCHES; i++) {
      metrics.chunks(3);
      metrics.held(i % 20);
    }
  }
}
