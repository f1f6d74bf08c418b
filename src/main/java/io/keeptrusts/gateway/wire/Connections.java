package io.keeptrusts.gateway.wire;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop to providers; used on that loop alone, but for renewal and the
 * end.
 */
final class Connections {
  /** What the allocator of an event loop keeps in its cache. */
  private static final int MAX_READ = 32 * 1024;

  private final Vertx vertx;
  private final HttpClientOptions options;
  private final PoolOptions pool;
  private final HttpClient pooled;
  private final Set<HttpConnection> unused = Collections.newSetFromMap(new WeakHashMap<>());
  private volatile @Nullable HttpClient fresh;
  private volatile @Nullable SSLOptions renewed;

  Connections(Vertx vertx, HttpClientOptions options, PoolOptions pool) {
    this.vertx = vertx;
    this.options = options;
    this.pool = pool;
    this.pooled =
        vertx
            .httpClientBuilder()
            .with(options)
            .with(pool)
            .withConnectHandler(this::connected)
            .build();
  }

  private void connected(HttpConnection connection) {
    prepare(connection);
    unused.add(connection);
  }

  private static void prepare(HttpConnection connection) {
    readInSmallPieces(connection);
    AnswerBytes.prepare(connection);
  }

  /**
   * With the socket's buffer Vert.x also fixes the size of what each read allocates. That is larger
   * than the allocator pools: fresh zeroed memory for each event, a tenth of what one costs.
   */
  private static void readInSmallPieces(HttpConnection connection) {
    ((ConnectionBase) connection)
        .channel()
        .config()
        .setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator(512, 2048, MAX_READ));
  }

  /** A connection that is there, or a new one. */
  HttpClient pooled() {
    return pooled;
  }

  /** A new connection for each request. */
  HttpClient fresh() {
    HttpClient client = fresh;
    if (client == null) {
      client =
          vertx
              .httpClientBuilder()
              .with(new HttpClientOptions(options).setKeepAlive(false))
              .with(pool)
              .withConnectHandler(Connections::prepare)
              .build();
      SSLOptions material = renewed;
      if (material != null) {
        var _ = client.updateSSLOptions(material);
      }
      fresh = client;
    }
    return client;
  }

  /** Whether it has carried a request before; asked once for each request. */
  boolean isReused(HttpConnection connection) {
    return !unused.remove(connection);
  }

  /** Connections that are made from now on trust and show this. */
  void renew(SSLOptions material) {
    renewed = material;
    var _ = pooled.updateSSLOptions(material);
    HttpClient client = fresh;
    if (client != null) {
      var _ = client.updateSSLOptions(material);
    }
  }

  void close() {
    pooled.close();
    HttpClient client = fresh;
    if (client != null) {
      client.close();
    }
  }
}
