package io.keeptrusts.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.MultiMap;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A request as a {@link FakeUpstream} got it, and what became of its answer. Readable from any
 * thread.
 */
public final class Received {
  private final String method;
  private final String uri;
  private final MultiMap headers;
  private final byte[] body;
  private final CompletableFuture<Instant> closedByPeer = new CompletableFuture<>();
  private final CompletableFuture<Instant> answered = new CompletableFuture<>();
  private final AtomicLong bytesWritten = new AtomicLong();
  private volatile boolean writeQueueFull;

  Received(String method, String uri, MultiMap headers, byte[] body) {
    this.method = method;
    this.uri = uri;
    this.headers = headers;
    this.body = body;
  }

  public String method() {
    return method;
  }

  /** Path and query. */
  public String uri() {
    return uri;
  }

  /** Names are case-insensitive. */
  public MultiMap headers() {
    return headers;
  }

  public byte[] body() {
    return body;
  }

  public String text() {
    return new String(body, UTF_8);
  }

  /**
   * Completes when the peer went before the answer was whole; never if the answer ended, or the
   * server cut it itself.
   */
  public CompletableFuture<Instant> closedByPeer() {
    return closedByPeer;
  }

  /** Completes when the last byte of a whole answer has been handed to the socket. */
  public CompletableFuture<Instant> answered() {
    return answered;
  }

  /** Body bytes that the socket has taken. */
  public long bytesWritten() {
    return bytesWritten.get();
  }

  /** Whether an endless answer is waiting for the peer to read right now. */
  public boolean writeQueueFull() {
    return writeQueueFull;
  }

  void wrote(int bytes) {
    bytesWritten.addAndGet(bytes);
  }

  void writeQueueFull(boolean full) {
    writeQueueFull = full;
  }
}
