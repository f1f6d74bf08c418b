package io.keeptrusts.gateway.testing;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A provider on a real socket of the loopback, at a port of its own, that plays {@link Reply}s and
 * records what it was asked. Replies are taken in order; when none is left the fallback handler is
 * asked, which at first answers 500.
 */
public final class FakeUpstream implements AutoCloseable {
  private final Vertx vertx;
  private final boolean ownsVertx;
  private final HttpServer server;
  private final Queue<Reply> script = new ArrayDeque<>();
  private final List<Received> requests = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Received> untaken = new LinkedBlockingQueue<>();
  private volatile Function<Received, Reply> fallback =
      request -> Reply.json(500, "{\"error\":{\"message\":\"no reply was scripted\"}}");

  private FakeUpstream(Vertx vertx, boolean ownsVertx, HttpServerOptions options) {
    this.vertx = vertx;
    this.ownsVertx = ownsVertx;
    // a fixed send buffer, or the kernel would take megabytes before a slow reader can be felt
    options.setHost("127.0.0.1").setPort(0).setSendBufferSize(32 * 1024);
    server = vertx.createHttpServer(options).requestHandler(this::receive);
    server.listen().toCompletionStage().toCompletableFuture().join();
  }

  public static FakeUpstream start() {
    return new FakeUpstream(Vertx.vertx(), true, new HttpServerOptions());
  }

  /**
   * Speaks TLS.
   *
   * @param client the one certificate that clients may show, and must; null: they need none
   */
  public static FakeUpstream start(TestCertificate own, @Nullable TestCertificate client) {
    HttpServerOptions options = new HttpServerOptions().setSsl(true).setKeyCertOptions(own.keys());
    if (client != null) {
      options.setClientAuth(ClientAuth.REQUIRED).setTrustOptions(client.trust());
    }
    return new FakeUpstream(Vertx.vertx(), true, options);
  }

  /** Runs on an event loop of this Vert.x, which the caller closes. */
  public static FakeUpstream start(Vertx vertx) {
    return new FakeUpstream(vertx, false, new HttpServerOptions());
  }

  /** Adds replies to the script. */
  public FakeUpstream reply(Reply... replies) {
    synchronized (script) {
      script.addAll(Arrays.asList(replies));
    }
    return this;
  }

  /** Answers what the script does not; called on the event loop. */
  public FakeUpstream handle(Function<Received, Reply> handler) {
    fallback = handler;
    return this;
  }

  public int port() {
    return server.actualPort();
  }

  /** Scheme, host and port, without a path. */
  public String baseUrl() {
    return "http://127.0.0.1:" + port();
  }

  /** Forgets the requests so far: for tests that run long. */
  public void forget() {
    requests.clear();
    untaken.clear();
  }

  /** All requests so far. */
  public List<Received> requests() {
    return List.copyOf(requests);
  }

  /** The next request that was not taken yet; waits up to 10 s for it. */
  public Received take() {
    try {
      Received request = untaken.poll(10, TimeUnit.SECONDS);
      if (request == null) {
        throw new AssertionError("no request within 10 s");
      }
      return request;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for a request", e);
    }
  }

  @Override
  public void close() {
    server.close().toCompletionStage().toCompletableFuture().join();
    if (ownsVertx) {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private void receive(HttpServerRequest request) {
    request.body().onSuccess(body -> answer(request, body));
  }

  private void answer(HttpServerRequest request, Buffer body) {
    Received received =
        new Received(request.method().name(), request.uri(), request.headers(), body.getBytes());
    Reply reply;
    synchronized (script) {
      reply = script.poll();
    }
    ReplyPlayer player = new ReplyPlayer(vertx, request, received);
    requests.add(received);
    untaken.add(received);
    player.play(reply != null ? reply : fallback.apply(received));
  }
}
