package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK;
import static io.keeptrusts.gateway.life.Talk.CHAT;
import static io.keeptrusts.gateway.life.Talk.DONE;
import static io.keeptrusts.gateway.life.Talk.ROLE;
import static io.keeptrusts.gateway.life.Talk.STOP;
import static io.keeptrusts.gateway.life.Talk.awaitIdle;
import static io.keeptrusts.gateway.life.Talk.post;
import static io.keeptrusts.gateway.life.Talk.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.ops.Metrics;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Prometheus gets, by name and label. */
class ScrapeTest {
  private static final String USAGE =
      "data: {\"id\":\"c1\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":5,\"total_tokens\":8}}\n\n";
  private static final Pattern SAMPLE =
      Pattern.compile("(?<name>[a-z_0-9]+)(\\{(?<labels>[^}]*)})? (?<value>\\S+)( \\S+)?");
  private static final Pattern LABEL = Pattern.compile("([a-z_0-9]+)=\"([^\"]*)\",?");
  private static final Pattern DOCUMENTED =
      Pattern.compile("(?m)^\\| `((?:keeptrusts|gen_ai)_[a-z_]+)` \\|");

  private static final Pattern TYPE = Pattern.compile("# TYPE ((?:keeptrusts|gen_ai)_\\S+) ");

  private record Sample(String name, Map<String, String> labels, double value) {}

  private FakeUpstream one;
  private FakeUpstream two;
  private TestGateway gateway;

  @BeforeEach
  void start() {
    one = FakeUpstream.start();
    two = FakeUpstream.start();
    gateway =
        TestGateway.start(
            Talk.twoTargets(one.baseUrl(), two.baseUrl(), "{max_retries: 1}", "pii-detector"));
  }

  @AfterEach
  void stop() {
    gateway.close();
    one.close();
    two.close();
  }

  private List<Sample> scrape() {
    return gateway
        .scrape()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(
            line -> {
              var sample = SAMPLE.matcher(line);
              assertThat(sample.matches()).as(line).isTrue();
              String labels = sample.group("labels");
              return new Sample(
                  sample.group("name"),
                  LABEL
                      .matcher(labels == null ? "" : labels)
                      .results()
                      .collect(Collectors.toMap(each -> each.group(1), each -> each.group(2))),
                  Double.parseDouble(sample.group("value")));
            })
        .toList();
  }

  private static double value(List<Sample> samples, String name, Map<String, String> labels) {
    List<Sample> found =
        samples.stream()
            .filter(sample -> sample.name().equals(name))
            .filter(sample -> sample.labels().entrySet().containsAll(labels.entrySet()))
            .toList();
    assertThat(found).as("%s %s", name, labels).hasSize(1);
    return found.getFirst().value();
  }

  @Test
  void aStreamIsMeasuredByTheConventionsAtTheirBoundaries() {
    one.reply(Reply.sse(ROLE + text("Hi. ") + text("There. ") + STOP + USAGE + DONE));

    post(gateway, ASK);
    awaitIdle(gateway);
    List<Sample> samples = scrape();

    Map<String, String> client =
        Map.of(
            "gen_ai_operation_name", "chat",
            "gen_ai_provider_name", "openai",
            "gen_ai_request_model", "gpt-4o",
            "server_address", "127.0.0.1",
            "server_port", Integer.toString(one.port()),
            "error_type", "");
    for (String name :
        List.of(
            "gen_ai_client_operation_duration_seconds",
            "gen_ai_server_request_duration_seconds",
            "gen_ai_server_time_to_first_token_seconds",
            "gen_ai_server_time_per_output_token_seconds")) {
      assertThat(value(samples, name + "_count", client)).as(name).isEqualTo(1);
    }
    assertThat(
            value(samples, "gen_ai_client_token_usage_sum", Map.of("gen_ai_token_type", "input")))
        .isEqualTo(3);
    assertThat(
            value(samples, "gen_ai_client_token_usage_sum", Map.of("gen_ai_token_type", "output")))
        .isEqualTo(5);
    assertThat(boundaries(samples, "gen_ai_client_token_usage_bucket"))
        .contains("1.0", "4.0", "1048576.0")
        .hasSize(15);
    assertThat(boundaries(samples, "gen_ai_server_time_to_first_token_seconds_bucket"))
        .contains("0.001", "0.06", "10.0")
        .hasSize(17);
    assertThat(boundaries(samples, "gen_ai_server_time_per_output_token_seconds_bucket"))
        .contains("0.025", "2.5")
        .hasSize(14);
    assertThat(boundaries(samples, "gen_ai_client_operation_duration_seconds_bucket"))
        .contains("0.01", "0.64", "81.92")
        .hasSize(15);
  }

  private static Set<String> boundaries(List<Sample> samples, String name) {
    return samples.stream()
        .filter(sample -> sample.name().equals(name))
        .map(sample -> sample.labels().get("le"))
        .collect(Collectors.toSet());
  }

  @Test
  void aFallbackShowsTheTargetThatFailedAndThatItIsKeptBack() {
    one.reply(Reply.of(429, Map.of("Retry-After", "60"), new byte[0]));
    two.reply(Reply.sse(Talk.stream("Hi.")));

    post(gateway, ASK);
    awaitIdle(gateway);
    List<Sample> samples = scrape();

    assertThat(value(samples, "keeptrusts_gateway_target_ready", Map.of("target", "one"))).isZero();
    assertThat(value(samples, "keeptrusts_gateway_target_ready", Map.of("target", "two")))
        .isEqualTo(1);
    assertThat(value(samples, "keeptrusts_gateway_attempts_total", Map.of("target", "one")))
        .isEqualTo(1);
    assertThat(
            value(
                samples,
                "gen_ai_client_operation_duration_seconds_count",
                Map.of("error_type", "rate_limit")))
        .isEqualTo(1);
    assertThat(samples).noneMatch(s -> s.name().startsWith("keeptrusts_gateway_errors"));
  }

  @Test
  void errorsAreCountedByTheGatewaysOwnCodesAndModelsByThePacksNames() {
    one.reply(Reply.json(400, "{\"error\":{\"message\":\"no\",\"code\":\"you_said_hello\"}}"));

    post(gateway, ASK);
    post(gateway, ASK.replace("gpt-4o", "a-name-of-the-callers"));
    awaitIdle(gateway);
    List<Sample> samples = scrape();

    assertThat(
            value(samples, "keeptrusts_gateway_errors_total", Map.of("code", "validation_error")))
        .isEqualTo(1);
    assertThat(
            value(
                samples,
                "keeptrusts_gateway_errors_total",
                Map.of("code", "model_not_found", "policy", "none")))
        .isEqualTo(1);
    assertThat(
            value(
                samples,
                "gen_ai_server_request_duration_seconds_count",
                Map.of("error_type", "model_not_found", "gen_ai_request_model", "_OTHER")))
        .isEqualTo(1);
    assertThat(gateway.scrape()).doesNotContain("you_said_hello", "a-name-of-the-callers");
  }

  /** What takes limits and streams that break off. */
  @SuppressWarnings("deprecation") // the client that Quarkus has
  private static String rare() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Metrics metrics = new Metrics(registry);
    metrics.limited("user", "requests");
    metrics.continued("two");
    return registry.scrape();
  }

  @Test
  void everyMetricIsInTheReadmeAndEveryOneThereExists() throws IOException {
    one.reply(
        Reply.sse(ROLE + text("Ask jane.doe@example.com. ") + STOP + text("late") + USAGE + DONE),
        Reply.json(500, "{}"),
        Reply.sse(ROLE + text("Hi.")).stall());
    two.reply(Reply.json(500, "{}"));
    post(gateway, ASK);
    post(gateway, ASK);
    try (RawClient client = RawClient.connect(gateway.url())) {
      client.post(CHAT, ASK);
      client.reset();
    }
    awaitIdle(gateway);

    Set<String> documented =
        DOCUMENTED
            .matcher(Files.readString(Path.of("README.md")))
            .results()
            .map(each -> each.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> scraped =
        TYPE.matcher(gateway.scrape() + rare())
            .results()
            .map(each -> each.group(1))
            .filter(name -> !name.endsWith("_max")) // Micrometer adds one to each histogram
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(scraped).isNotEmpty().isEqualTo(documented);
  }
}
