package io.keeptrusts.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Talks HTTP/1.1 to providers. Thread-safe; a call lives on the event loop that made it. Each event
 * loop has connections of its own, so that an answer is never handed from one loop to another.
 */
public final class UpstreamClient implements Transport {
  /** Fixed, or the kernel would take megabytes of each stream whose client is slow. */
  private static final int RECEIVE_BUFFER = 256 * 1024;

  private final Vertx vertx;
  private final HttpClientOptions options;
  private final PoolOptions pool;
  private final Addresses addresses;
  private final TlsMaterial tls;
  private final Map<Use, Connections> connections = new ConcurrentHashMap<>();

  /** Connections are shared within an event loop, by what is trusted and shown on them. */
  private record Use(Thread loop, @Nullable String trust) {}

  /**
   * @param most the most connections per host and event loop
   */
  UpstreamClient(
      Vertx vertx, Addresses addresses, TlsMaterial tls, Duration connectTimeout, int most) {
    this.vertx = vertx;
    this.addresses = addresses;
    this.tls = tls;
    this.options =
        new HttpClientOptions()
            .setConnectTimeout((int) connectTimeout.toMillis())
            .setSslHandshakeTimeout(connectTimeout.toMillis())
            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
            .setKeepAliveTimeout(30)
            .setDecompressionSupported(false)
            .setMaxWaitQueueSize(most)
            .setTcpNoDelay(true)
            .setReceiveBufferSize(RECEIVE_BUFFER)
            .setVerifyHost(true)
            .setTrustAll(false)
            .setShared(false);
    this.pool = new PoolOptions().setHttp1MaxSize(most);
    tls.onChange(this::renew);
  }

  @Override
  public Call post(Endpoint to, Map<String, String> headers, byte[] body, Call.Listener listener) {
    Connections own =
        connections.computeIfAbsent(
            new Use(Thread.currentThread(), to.trust()),
            use -> new Connections(vertx, options(use.trust()), pool));
    RequestOptions request =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(to.host())
            .setPort(to.port())
            .setSsl(to.tls())
            .setURI(to.path());
    headers.forEach(request::addHeader);
    return new HttpCall(EventLoop.current(vertx), own, addresses, to, request, body, listener);
  }

  private HttpClientOptions options(@Nullable String trust) {
    if (trust == null) {
      return options;
    }
    SSLOptions material = tls.named(trust);
    HttpClientOptions own =
        new HttpClientOptions(options)
            .setKeyCertOptions(material.getKeyCertOptions())
            .setTrustOptions(material.getTrustOptions())
            .setEnabledSecureTransportProtocols(material.getEnabledSecureTransportProtocols());
    material.getEnabledCipherSuites().forEach(own::addEnabledCipherSuite);
    material.getCrlPaths().forEach(own::addCrlPath);
    material.getCrlValues().forEach(own::addCrlValue);
    return own;
  }

  /** Connections that are made from now on use what goes by the name now. */
  private void renew(String trust) {
    connections.forEach(
        (use, own) -> {
          if (trust.equals(use.trust())) {
            own.renew(tls.named(trust));
          }
        });
  }

  @Override
  public void close() {
    connections.values().forEach(Connections::close);
  }

  /**
   * What the loop reads in one go is one batch: the HTTP codec hands over every transfer chunk by
   * itself, and a write for each of them would cost many times what they cost together.
   */
  private static final class HttpCall implements Call, AnswerBytes.Reader {
    /** A batch that is larger is worked off in several turns, so that other streams have theirs. */
    private static final int MAX_TURN = 64 * 1024;

    private final EventLoop loop;
    private final Connections connections;
    private final Addresses addresses;
    private final Endpoint endpoint;
    private final RequestOptions options;
    private final byte[] body;
    private final Listener listener;
    private final Runnable turn = this::turn;
    private byte[] batch = new byte[2048];
    private int from;
    private int to;
    private boolean due;
    private boolean ended;
    private boolean choked;
    private @Nullable HttpClientRequest request;
    private @Nullable AnswerBytes answer;
    private boolean paused;
    private boolean over;

    HttpCall(
        EventLoop loop,
        Connections connections,
        Addresses addresses,
        Endpoint endpoint,
        RequestOptions options,
        byte[] body,
        Listener listener) {
      this.loop = loop;
      this.connections = connections;
      this.addresses = addresses;
      this.endpoint = endpoint;
      this.options = options;
      this.body = body;
      this.listener = listener;
      ask(connections.pooled());
    }

    private void ask(HttpClient client) {
      addresses
          .of(endpoint)
          .onSuccess(address -> open(client, address, true))
          .onFailure(cause -> fail(Failure.CONNECT));
    }

    /** An address that cannot be connected to is given up for the host's next one, once a call. */
    private void open(HttpClient client, SocketAddress address, boolean first) {
      client
          .request(options.setServer(address))
          .onSuccess(
              opened ->
                  send(
                      opened,
                      client == connections.pooled() && connections.isReused(opened.connection())))
          .onFailure(
              cause -> {
                boolean busy = cause instanceof ConnectionPoolTooBusyException;
                SocketAddress other = busy ? null : addresses.insteadOf(address, endpoint);
                if (first && other != null && !over) {
                  open(client, other, false);
                } else {
                  fail(Failure.CONNECT);
                }
              });
    }

    private void send(HttpClientRequest opened, boolean reused) {
      request = opened;
      if (over) {
        opened.reset();
        return;
      }
      // The answer comes through the handler: its body handlers must be set before the loop reads
      // on.
      opened.response(
          answer -> {
            if (answer.succeeded()) {
              receive(answer.result());
            } else {
              lost(opened, reused);
            }
          });
      opened.exceptionHandler(cause -> lost(opened, reused));
      opened
          .connection()
          .exceptionHandler(cause -> {}); // told above; here it would only be logged as an error
      opened.end(Buffer.buffer(body));
    }

    /**
     * The provider may have closed an idle connection while the request was on its way to it: what
     * was not answered at all on such a one is asked once more, on a connection of its own.
     */
    private void lost(HttpClientRequest by, boolean reused) {
      if (by != request || over) {
        return;
      }
      if (reused && answer == null) {
        request = null;
        ask(connections.fresh());
      } else {
        cut();
      }
    }

    private void receive(HttpClientResponse head) {
      if (over) {
        return;
      }
      AnswerBytes bytes = AnswerBytes.of(head.request().connection());
      answer = bytes;
      bytes.begin(this);
      if (paused) {
        bytes.flow(false);
      }
      head.endHandler(
          nothing -> {
            ended = true;
            bytes.done();
          });
      head.exceptionHandler(cause -> cut());
      MultiMap headers = head.headers();
      listener.head(head.statusCode(), headers::get);
    }

    @Override
    public void take(ByteBuf data) {
      if (over) {
        return;
      }
      int length = data.readableBytes();
      if (length > batch.length - to) {
        byte[] larger =
            length > batch.length - (to - from)
                ? new byte[Math.max(2 * batch.length, to - from + length)]
                : batch;
        System.arraycopy(batch, from, larger, 0, to - from);
        batch = larger;
        to -= from;
        from = 0;
      }
      data.readBytes(batch, to, length);
      to += length;
      if (to - from > MAX_TURN && !choked) {
        // Reading is faster than checking: what cannot be checked in the next turn stays in the
        // provider's socket.
        choked = true;
        flow();
      }
    }

    @Override
    public void readComplete() {
      if (!due) {
        loop.run(turn);
      }
    }

    /** Reads while somebody wants it; a connection whose answer has ended is not this call's. */
    private void flow() {
      if (answer != null && !ended) {
        answer.flow(!paused && !choked);
      }
    }

    private void later() {
      if (!due && !over && !paused) {
        due = true;
        loop.execute(turn);
      }
    }

    private void turn() {
      due = false;
      if (over || paused) {
        return;
      }
      if (from < to) {
        int start = from;
        from = Math.min(to, from + MAX_TURN);
        listener.data(batch, start, from);
      }
      if (from < to) {
        later();
        return;
      }
      from = 0;
      to = 0;
      if (choked && !over) {
        choked = false;
        flow();
      }
      if (ended && !over) {
        over = true;
        listener.end();
      }
    }

    /** The answer was cut: what came before it counts, as if it had been read a moment earlier. */
    private void cut() {
      while (from < to && !over) {
        int start = from;
        from = to;
        listener.data(batch, start, to);
      }
      fail(Failure.CLOSED);
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
      flow();
    }

    @Override
    public void resume() {
      paused = false;
      flow();
      if (from < to || ended) {
        later();
      }
    }

    /** An answer that has ended has given its connection back: it may be another call's by now. */
    @Override
    public void reset() {
      if (!over) {
        over = true;
        if (request != null && !ended) {
          request.reset();
        }
      }
    }
  }
}
