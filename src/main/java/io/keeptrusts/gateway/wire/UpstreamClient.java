package io.keeptrusts.gateway.wire;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Talks HTTP/1.1 to providers. Thread-safe; a call lives on the event loop that made it. Each event loop has connections of
 * its own, so that an answer is never handed from one loop to another.
 */
public final class UpstreamClient implements Transport, AutoCloseable {
  private final Vertx vertx;
  private final HttpClientOptions options;
  private final PoolOptions pool;
  private final Map<Thread, HttpClient> clients = new ConcurrentHashMap<>();

  /** @param connections the most connections per host and event loop */
  public UpstreamClient(Vertx vertx, Duration connectTimeout, int connections) {
    this.vertx = vertx;
    this.options =
        new HttpClientOptions()
            .setConnectTimeout((int) connectTimeout.toMillis())
            .setKeepAliveTimeout(30)
            .setDecompressionSupported(false)
            .setMaxWaitQueueSize(connections)
            .setTcpNoDelay(true)
            .setShared(false);
    this.pool = new PoolOptions().setHttp1MaxSize(connections);
  }

  @Override
  public Call post(Endpoint to, Map<String, String> headers, byte[] body, Call.Listener listener) {
    HttpClient client = clients.computeIfAbsent(Thread.currentThread(), loop -> vertx.createHttpClient(options, pool));
    RequestOptions request =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(to.host())
            .setPort(to.port())
            .setSsl(to.tls())
            .setURI(to.path());
    headers.forEach(request::addHeader);
    return new HttpCall(client, request, body, listener);
  }

  @Override
  public void close() {
    clients.values().forEach(HttpClient::close);
  }

  private static final class HttpCall implements Call {
    private final Listener listener;
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;
    private boolean paused;
    private boolean over;

    HttpCall(HttpClient client, RequestOptions options, byte[] body, Listener listener) {
      this.listener = listener;
      client.request(options).onSuccess(sent -> send(sent, body)).onFailure(cause -> fail(Failure.CONNECT));
    }

    private void send(HttpClientRequest opened, byte[] body) {
      request = opened;
      if (over) {
        opened.reset();
        return;
      }
      // The answer comes through the handler: its body handlers must be set before the loop reads on.
      opened.response(answer -> {
        if (answer.succeeded()) {
          receive(answer.result());
        } else {
          fail(Failure.CLOSED);
        }
      });
      opened.exceptionHandler(cause -> fail(Failure.CLOSED));
      opened.end(Buffer.buffer(body));
    }

    private void receive(HttpClientResponse answer) {
      if (over) {
        return;
      }
      response = answer;
      if (paused) {
        answer.pause();
      }
      answer.handler(data -> {
        if (!over) {
          byte[] bytes = data.getBytes();
          listener.data(bytes, 0, bytes.length);
        }
      });
      answer.endHandler(nothing -> {
        if (!over) {
          over = true;
          listener.end();
        }
      });
      answer.exceptionHandler(cause -> fail(Failure.CLOSED));
      MultiMap headers = answer.headers();
      listener.head(answer.statusCode(), headers::get);
    }

    private void fail(Failure failure) {
      if (!over) {
        over = true;
        listener.failed(failure);
      }
    }

    @Override
    public void pause() {
      paused = true;
      if (response != null && !over) {
        response.pause();
      }
    }

    @Override
    public void resume() {
      paused = false;
      if (response != null && !over) {
        response.resume();
      }
    }

    @Override
    public void reset() {
      if (!over) {
        over = true;
        if (request != null) {
          request.reset();
        }
      }
    }
  }
}
