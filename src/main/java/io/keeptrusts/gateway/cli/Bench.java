package io.keeptrusts.gateway.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.Gateway;
import io.keeptrusts.gateway.GatewayConfig;
import io.keeptrusts.gateway.Trails;
import io.keeptrusts.gateway.access.Egress;
import io.keeptrusts.gateway.dialect.Chat;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.ops.Metrics;
import io.keeptrusts.gateway.pack.PackDocument;
import io.keeptrusts.gateway.pack.PackDocument.Entry;
import io.keeptrusts.gateway.pack.PackStore;
import io.keeptrusts.gateway.pack.Secrets;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.provider.Task;
import io.keeptrusts.gateway.wire.ClientSocket;
import io.keeptrusts.gateway.wire.Network;
import io.keeptrusts.gateway.wire.TlsMaterial;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs fixtures through the whole gateway: a real client and server on the loopback, and in the
 * place of the network a provider that plays what the fixture says. Every run has a gateway of its
 * own, so that nothing of one is left for the next, no trail, and no sinks. For one thread.
 */
final class Bench implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_SECONDS = 60;

  private final List<Path> files;
  private final List<PolicyKind<?>> kinds;
  private final Secrets secrets;
  private final PackDocument pack;
  private final GatewayConfig config = ProcessSettings.defaults();
  private final Path directory;
  private final Map<String, PackStore> stores = new HashMap<>();
  private final Vertx vertx = Vertx.vertx();
  private final Network network = new Network(vertx, Bench::nowhere, TlsMaterial.NONE);
  private final HttpClient client = vertx.createHttpClient();
  private final HttpServer server;
  private volatile Consumer<HttpServerRequest> door = request -> {};

  /**
   * @param files of the pack, in order
   * @param pack what they say
   */
  Bench(List<Path> files, PackDocument pack, List<PolicyKind<?>> kinds, Secrets secrets)
      throws IOException {
    this.files = List.copyOf(files);
    this.pack = pack;
    this.kinds = kinds;
    this.secrets = secrets;
    this.directory = Files.createTempDirectory("kt-policy-test");
    this.server = vertx.createHttpServer().requestHandler(request -> door.accept(request));
    join(server.listen(0, "127.0.0.1"));
  }

  /**
   * One run.
   *
   * @param cuts where the provider's chunks and reads end; null: as the fixture has them
   * @throws IOException if there was no whole answer
   */
  Heard run(Fixture fixture, @Nullable Random cuts) throws IOException {
    ObjectNode request = fixture.request().deepCopy();
    if (!request.has("model")) {
      request.put("model", model());
    }
    request.put("stream", fixture.stream());
    PackStore packs = packs(fixture, request.path("model").asText());
    Decisions decisions = new Decisions();
    Played played = new Played(network, fixture, cuts);
    Gateway gateway =
        new Gateway(
            packs,
            new Trails(config, new Egress(List.of())),
            new Metrics(new SimpleMeterRegistry()),
            decisions,
            config,
            network,
            played,
            played);
    try {
      door = exchange -> enter(gateway, fixture.headers(), exchange);
      return ask(request, played, decisions);
    } finally {
      gateway.close();
    }
  }

  private static void enter(
      Gateway gateway, Map<String, String> headers, HttpServerRequest request) {
    String user =
        Objects.requireNonNullElse(
            new Caller("127.0.0.1", "", Set.of(), "", headers).header("X-User-ID"), "");
    Caller caller = new Caller("127.0.0.1", user, Set.of(), "", headers);
    request
        .body()
        .onSuccess(
            body -> {
              gateway.bodies().take(body.length());
              gateway.handle(new Chat(), caller, body.getBytes(), new ClientSocket(request));
            });
  }

  private static List<InetAddress> nowhere(String host, boolean named) throws IOException {
    throw new IOException("a fixture asks nobody outside, not " + host);
  }

  private Heard ask(ObjectNode request, Played played, Decisions decisions) throws IOException {
    // On an event loop from the start: elsewhere an answer could have come before its reader is
    // set.
    Promise<Map.Entry<Integer, Buffer>> told = Promise.promise();
    vertx.runOnContext(
        nothing ->
            client
                .request(HttpMethod.POST, server.actualPort(), "127.0.0.1", "/v1/chat/completions")
                .compose(open -> open.send(request.toString()))
                .compose(got -> got.body().map(body -> Map.entry(got.statusCode(), body)))
                .onComplete(told));
    Map.Entry<Integer, Buffer> answer = join(told.future());
    return Heard.of(answer.getKey(), answer.getValue().getBytes(), played.sent(), decisions);
  }

  /** What a request without a model asks for. */
  private String model() {
    return pack.providers().targets().stream()
        .filter(target -> target.task() != Task.EMBEDDINGS && target.model() != null)
        .map(target -> Objects.requireNonNull(target.model()))
        .findFirst()
        .orElse("gpt-4o");
  }

  /**
   * The pack with its targets in the hands of the fixture: same ids, models and groups, another
   * provider, no keys.
   */
  private PackStore packs(Fixture fixture, String model) throws IOException {
    String key = fixture.provider() + " " + model;
    PackStore known = stores.get(key);
    if (known != null) {
      return known;
    }
    Path layer = directory.resolve("targets-" + stores.size() + ".yaml");
    Files.writeString(layer, JSON.writeValueAsString(targets(fixture.provider(), model)));
    List<Path> layers = new ArrayList<>(files);
    layers.add(layer);
    PackStore store = new PackStore(layers, kinds, secrets, false, loaded -> {});
    if (store.load() instanceof PackStore.Load.Refused(var problems)) {
      throw new IOException("the pack is refused with played targets: " + problems);
    }
    stores.put(key, store);
    return store;
  }

  private ObjectNode targets(String provider, String model) {
    ObjectNode layer = JSON.createObjectNode();
    ArrayNode targets = layer.putObject("providers").putArray("targets");
    Set<String> judges = judges();
    for (PackDocument.Target target : pack.providers().targets()) {
      boolean own = judges.contains(target.id()) || target.task() == Task.EMBEDDINGS;
      String named = target.model() == null && !provider.equals("demo") ? model : target.model();
      targets.add(target(target.id(), own ? "demo" : provider, named, target.task()));
    }
    if (targets.isEmpty()) {
      targets.add(target("fixture", provider, provider.equals("demo") ? null : model, null));
    }
    return layer;
  }

  private static ObjectNode target(
      String id, String provider, @Nullable String model, @Nullable Task task) {
    ObjectNode target = JSON.createObjectNode().put("id", id);
    if (task == null || model == null) {
      target.put("provider", provider);
    } else {
      String what = task == Task.EMBEDDINGS ? "embedding" : "chat";
      target.put("provider", provider + ":" + what + ":" + model);
    }
    if (model != null) {
      target.put("model", model);
    }
    if (!provider.equals("demo")) {
      target.put("api_key", "played").put("base_url", "http://played.invalid");
    }
    return target;
  }

  private Set<String> judges() {
    return pack.chain().stream()
        .map(entry -> judges(entry.bean(), entry))
        .flatMap(Collection::stream)
        .collect(Collectors.toSet());
  }

  private static <C extends Record> Collection<String> judges(PolicyKind<C> kind, Entry entry) {
    return kind.judges(kind.config().cast(entry.config())).values();
  }

  private static <T> T join(Future<T> future) throws IOException {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException("no whole answer: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + PATIENCE_SECONDS + " s", e);
    }
  }

  @Override
  public void close() throws IOException {
    join(vertx.close());
    for (int i = 0; i < stores.size(); i++) {
      Files.deleteIfExists(directory.resolve("targets-" + i + ".yaml"));
    }
    Files.deleteIfExists(directory);
  }
}
