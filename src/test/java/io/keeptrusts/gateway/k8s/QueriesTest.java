package io.keeptrusts.gateway.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.keeptrusts.gateway.Trails;
import io.keeptrusts.gateway.access.Egress;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Ended;
import io.keeptrusts.gateway.exchange.Exchange;
import io.keeptrusts.gateway.exchange.Operation;
import io.keeptrusts.gateway.exchange.Usage;
import io.keeptrusts.gateway.ops.AuditMeters;
import io.keeptrusts.gateway.ops.Metrics;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What dashboards, alerts and the autoscaler ask for is what the gateway tells. */
class QueriesTest {
  private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-z_0-9]+)(?:\\{(.*)\\})? ");
  private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]+)=~?\"");
  private static final Pattern METRIC =
      Pattern.compile("\\b(keeptrusts_[a-z_0-9]+)(?:\\{([^}]*)\\})?");
  private static final Pattern BY = Pattern.compile("by \\(([a-z, ]+)\\)");

  /** Labels that a scrape adds. */
  private static final Set<String> OF_THE_SCRAPE = Set.of("namespace", "pod", "job", "instance");

  private static final Map<String, Set<String>> SCRAPED = scrape();

  @Test
  void theAutoscalerCountsWhatTheGatewayTells() {
    var scaler = Manifests.build("base").only(HorizontalPodAutoscaler.class, "keeptrusts-gateway");

    var metrics = scaler.getSpec().getMetrics();

    assertThat(metrics).extracting("type").containsExactly("Pods", "Resource");
    assertThat(SCRAPED).containsKey(metrics.getFirst().getPods().getMetric().getName());
  }

  @Test
  void everyAlertAsksForMetricsThatExist() {
    PrometheusRule rules =
        Manifests.build("overlays/monitoring").only(PrometheusRule.class, "keeptrusts-gateway");
    List<String> queries =
        rules.getSpec().getGroups().stream()
            .flatMap(group -> group.getRules().stream())
            .map(rule -> String.valueOf(rule.getExpr().getValue()))
            .toList();

    assertThat(queries).hasSizeGreaterThan(5).allSatisfy(QueriesTest::assertAnswerable);
  }

  @Test
  void everyPanelAsksForMetricsThatExist() throws IOException {
    String json =
        Manifests.build("overlays/monitoring")
            .only(ConfigMap.class, "keeptrusts-dashboard")
            .getData()
            .get("keeptrusts-gateway.json");
    List<String> queries = new ArrayList<>();
    for (JsonNode panel : new ObjectMapper().readTree(json).path("panels")) {
      panel.path("targets").forEach(target -> queries.add(target.path("expr").asText()));
    }

    assertThat(queries)
        .hasSizeGreaterThan(10)
        .allSatisfy(
            query -> {
              assertThat(METRIC.matcher(query).find()).as(query).isTrue();
              assertAnswerable(query);
            });
  }

  private static void assertAnswerable(String query) {
    Set<String> asked = new TreeSet<>();
    Set<String> told = new TreeSet<>(OF_THE_SCRAPE);
    Matcher metric = METRIC.matcher(query);
    while (metric.find()) {
      assertThat(SCRAPED).as(query).containsKey(metric.group(1));
      told.addAll(SCRAPED.get(metric.group(1)));
      Matcher label = LABEL.matcher(metric.group(2) == null ? "" : metric.group(2));
      while (label.find()) {
        asked.add(label.group(1));
      }
    }
    Matcher by = BY.matcher(query);
    while (by.find()) {
      asked.addAll(List.of(by.group(1).split(", ")));
    }
    assertThat(told).as(query).containsAll(asked);
  }

  private static Ended ended() {
    return new Ended(
        new Exchange("1", new Caller("127.0.0.1", ""), 0),
        new Operation("chat", "demo", "demo", "127.0.0.1", 1),
        true,
        200,
        "blocked",
        "pii-detector",
        "output_blocked",
        1,
        1,
        new Usage(1, 1, 2));
  }

  /** Names and labels of everything that the gateway counts, by asking it. */
  @SuppressWarnings("deprecation") // the registry that Quarkus' extension brings
  private static Map<String, Set<String>> scrape() {
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var metrics = new Metrics(registry);
    metrics.opened();
    metrics.closed(ended());
    metrics.chunks(1);
    metrics.upstreamFirst("demo", 1);
    metrics.deliveredFirst("demo", 1);
    metrics.held(1);
    metrics.heldFor(1);
    metrics.verdict("output", "pii-detector", "redact", 1);
    metrics.attempt("demo", () -> true);
    metrics.attemptFailed("demo", "timeout", false);
    metrics.tokens("demo", 1, 1);
    metrics.limited("user", "requests");
    new AuditMeters(new Trails(Manifests.build("base").gateway().settings(), new Egress(List.of())))
        .bindTo(registry);
    Map<String, Set<String>> scraped = new HashMap<>();
    Matcher sample = SAMPLE.matcher(registry.scrape());
    while (sample.find()) {
      Set<String> labels = scraped.computeIfAbsent(sample.group(1), name -> new TreeSet<>());
      Matcher label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
      while (label.find()) {
        labels.add(label.group(1));
      }
    }
    return scraped;
  }
}
