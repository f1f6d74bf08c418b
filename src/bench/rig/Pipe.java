import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The least that a gateway on this stack can cost: a server that pipes bodies both ways and looks at
 * nothing. {@code java -cp 'target/quarkus-app/lib/main/*' src/bench/rig/Pipe.java PORT UPSTREAM_PORT}
 */
final class Pipe {
  public static void main(String[] args) {
    int port = Integer.parseInt(args[0]);
    int upstream = Integer.parseInt(args[1]);
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    // As in the gateway, an answer stays on the event loop that asked for it.
    Map<Thread, HttpClient> clients = new ConcurrentHashMap<>();
    for (int i = 0; i < VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE; i++) {
      vertx.deployVerticle(
          () ->
              new io.vertx.core.AbstractVerticle() {
                @Override
                public void start() {
                  vertx
                      .createHttpServer(new HttpServerOptions().setTcpNoDelay(true))
                      .requestHandler(
                          request ->
                              pipe(
                                  request,
                                  clients.computeIfAbsent(
                                      Thread.currentThread(),
                                      loop ->
                                          vertx.createHttpClient(
                                              new HttpClientOptions().setTcpNoDelay(true),
                                              new PoolOptions().setHttp1MaxSize(10_000))),
                                  upstream))
                      .listen(port, "127.0.0.1");
                }
              },
          new io.vertx.core.DeploymentOptions());
    }
  }

  private static void pipe(HttpServerRequest request, HttpClient client, int upstream) {
    request.pause();
    client
        .request(
            new RequestOptions()
                .setMethod(request.method())
                .setHost("127.0.0.1")
                .setPort(upstream)
                .setURI(request.uri()))
        .onSuccess(
            out -> {
              out.putHeader("Content-Type", "application/json");
              out.putHeader("Content-Length", request.getHeader("Content-Length"));
              out.response().onSuccess(answer -> back(request, answer));
              request.pipeTo(out);
            });
  }

  private static void back(HttpServerRequest request, HttpClientResponse answer) {
    request.response().setStatusCode(answer.statusCode());
    request.response().putHeader("Content-Type", answer.getHeader("Content-Type"));
    String length = answer.getHeader("Content-Length");
    if (length == null) {
      request.response().setChunked(true);
    } else {
      request.response().putHeader("Content-Length", length);
    }
    answer.pipeTo(request.response());
  }
}
