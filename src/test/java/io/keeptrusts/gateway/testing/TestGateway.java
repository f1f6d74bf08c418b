package io.keeptrusts.gateway.testing;

import io.keeptrusts.gateway.Gateway;
import io.keeptrusts.gateway.GatewayConfig;
import io.keeptrusts.gateway.Trails;
import io.keeptrusts.gateway.access.Egress;
import io.keeptrusts.gateway.exchange.Spans;
import io.keeptrusts.gateway.http.AdminDoor;
import io.keeptrusts.gateway.http.FrontDoor;
import io.keeptrusts.gateway.http.Tokens;
import io.keeptrusts.gateway.ops.AuditMeters;
import io.keeptrusts.gateway.ops.Keyring;
import io.keeptrusts.gateway.ops.LimitMeters;
import io.keeptrusts.gateway.ops.LoadMeters;
import io.keeptrusts.gateway.ops.Metrics;
import io.keeptrusts.gateway.ops.Reloader;
import io.keeptrusts.gateway.ops.Traces;
import io.keeptrusts.gateway.pack.PackStore;
import io.keeptrusts.gateway.pack.Problem;
import io.keeptrusts.gateway.pack.Secrets;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.policy.kind.AgentFirewall;
import io.keeptrusts.gateway.policy.kind.AuditLogger;
import io.keeptrusts.gateway.policy.kind.DlpFilter;
import io.keeptrusts.gateway.policy.kind.SafetyFilter;
import io.keeptrusts.gateway.policy.kind.citation.CitationVerifier;
import io.keeptrusts.gateway.policy.kind.injection.PromptInjection;
import io.keeptrusts.gateway.policy.kind.language.LanguageValidator;
import io.keeptrusts.gateway.policy.kind.pii.PiiDetector;
import io.keeptrusts.gateway.policy.kind.quality.QualityScorer;
import io.keeptrusts.gateway.policy.kind.rbac.Rbac;
import io.keeptrusts.gateway.wire.Network;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The whole gateway on a port of its own, put together by hand: the same classes as in the
 * application, a real socket in front, and settings that each test chooses. The pack is a file, so
 * that it can be rewritten and reloaded.
 */
public final class TestGateway implements AutoCloseable {
  /** What {@code secret_key_ref: {env: TEST_SECRET}} names. */
  public static final String SECRET = "a secret for tests that has 32 bytes or more";

  /** What {@code secret_key_ref: {env: TEST_KEY}} names. */
  public static final String KEY = "sk-test-0123456789abcdef";

  /** What {@code tls: <name>} of a target means. */
  public static final TestTls TLS = new TestTls();

  private final Vertx vertx = Vertx.vertx();

  @SuppressWarnings("deprecation") // the client that Quarkus has
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private final Path dir;
  private final Path packFile;
  private final PackStore packs;
  private final Trails trails;
  private final Gateway gateway;
  private final Spans spans;
  private final Keyring keyring;
  private final HttpServer server;

  private TestGateway(
      Map<String, String> settings, Spans spans, String pack, List<PolicyKind<?>> moreKinds)
      throws IOException {
    this.spans = spans;
    dir = Files.createTempDirectory("gateway-test");
    packFile = Files.writeString(dir.resolve("policy-config.yaml"), pack);
    Map<String, String> values =
        new HashMap<>(
            Map.of(
                "gateway.audit.dir",
                dir.resolve("audit").toString(),
                "gateway.audit.segment",
                "1M"));
    values.putAll(settings);
    GatewayConfig config =
        new SmallRyeConfigBuilder()
            .withMapping(GatewayConfig.class)
            .withConverter(Duration.class, 500, new DurationConverter())
            .withConverter(MemorySize.class, 500, new MemorySizeConverter())
            .withDefaultValues(values)
            .build()
            .getConfigMapping(GatewayConfig.class);
    List<PolicyKind<?>> kinds = new ArrayList<>(kinds());
    kinds.addAll(moreKinds);
    Egress egress = new Egress(config.egress().allow().orElse(List.of()));
    trails = new Trails(config, egress);
    packs =
        new PackStore(
            List.of(packFile),
            kinds,
            new Secrets(
                Map.of("TEST_KEY", KEY, "TEST_SECRET", SECRET), config.secretsDir().orElse(null)),
            config.failMode() == GatewayConfig.FailMode.ALLOW,
            loaded -> trails.open(loaded.chain().audit()));
    load();
    Metrics metrics = new Metrics(registry);
    new AuditMeters(trails).bindTo(registry);
    gateway = new Gateway(packs, trails, metrics, spans, config, network(vertx, egress));
    LimitMeters.register(gateway.limiter(), registry);
    new LoadMeters(gateway).bindTo(registry);
    Router router = Router.router(vertx);
    keyring = new Keyring(config, egress, TLS);
    keyring.load();
    keyring.start();
    Reloader reloader = new Reloader(packs, keyring, config);
    Tokens tokens = new Tokens(keyring, config);
    new AdminDoor(gateway, packs, reloader, metrics, tokens).routes(router);
    new FrontDoor(gateway, packs, tokens, config).routes(router);
    server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setHost("127.0.0.1")
                    .setPort(0)
                    .setTcpNoDelay(true)
                    .setSendBufferSize(64 * 1024))
            .requestHandler(
                request -> {
                  request.pause(); // as Quarkus does before its routes run
                  router.handle(request);
                })
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  /** A network as the gateway has it, without exceptions of an operator. */
  public static Network network(Vertx vertx) {
    return network(vertx, new Egress(List.of()));
  }

  private static Network network(Vertx vertx, Egress egress) {
    return new Network(vertx, egress::resolve, TLS);
  }

  private static Spans traces(Map<String, String> settings) {
    return settings.containsKey("otel.exporter.otlp.endpoint") ? new Traces(settings) : Spans.NONE;
  }

  /** Every kind that the project has. */
  public static List<PolicyKind<?>> kinds() {
    return List.of(
        new PromptInjection(),
        new PiiDetector(),
        new SafetyFilter(),
        new DlpFilter(),
        new Rbac(),
        new AgentFirewall(),
        new LanguageValidator(),
        new QualityScorer(),
        new CitationVerifier(),
        new AuditLogger());
  }

  public static TestGateway start(String pack) {
    return start(Map.of(), pack);
  }

  /**
   * @param settings such as {@code gateway.sse.heartbeat}; exchanges are traced with {@code
   *     otel.exporter.otlp.endpoint}
   */
  public static TestGateway start(
      Map<String, String> settings, String pack, PolicyKind<?>... moreKinds) {
    try {
      return new TestGateway(settings, traces(settings), pack, List.of(moreKinds));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A gateway whose exchanges are traced by {@code spans}. */
  public static TestGateway start(Map<String, String> settings, Spans spans, String pack) {
    try {
      return new TestGateway(settings, spans, pack, List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A pack with one target, an OpenAI-shaped provider at {@code baseUrl}, serving the model {@code
   * gpt-4o}.
   */
  public static String pack(String baseUrl, String chain, String blocks) {
    return """
        pack: {name: test, version: 1.0.0}
        providers:
          targets:
            - {id: up, provider: openai, model: gpt-4o, base_url: "%s", secret_key_ref: {env: TEST_KEY}}
        policies:
          chain: [%s]
        policy:
        %s
        """
        .formatted(baseUrl, chain, blocks.isBlank() ? "  {}" : blocks.indent(2));
  }

  /** Replaces the pack and loads it. */
  public void repack(String pack) {
    try {
      Files.writeString(packFile, pack);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    load();
  }

  private void load() {
    if (packs.load() instanceof PackStore.Load.Refused(List<Problem> problems)) {
      throw new IllegalArgumentException("the pack is refused: " + problems);
    }
  }

  public String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  public int port() {
    return server.actualPort();
  }

  public Path packFile() {
    return packFile;
  }

  public Path auditDir() {
    return dir.resolve("audit");
  }

  public Gateway gateway() {
    return gateway;
  }

  public MeterRegistry metrics() {
    return registry;
  }

  /** What {@code GET /metrics} says of the gateway. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    server.close().toCompletionStage().toCompletableFuture().join();
    gateway.close();
    if (spans instanceof Traces traces) {
      traces.close();
    }
    keyring.close();
    trails.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
    try (Stream<Path> left = Files.walk(dir)) {
      left.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
