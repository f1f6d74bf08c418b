package io.keeptrusts.gateway.wire;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way out: one HTTP response. One event loop. The head goes out once, before the first byte;
 * after the client is gone everything is ignored.
 */
public final class ClientSocket {
  private final HttpServerRequest request;
  private final HttpServerResponse response;

  /** From the first write on, where there are any. */
  private @Nullable TransferChunks chunks;

  private Runnable onGone = () -> {};
  private boolean begun;
  private boolean gone;
  private boolean over;
  private boolean last;

  public ClientSocket(HttpServerRequest request) {
    this.request = request;
    this.response = request.response();
    // Closing is normal life for a client and must not reach an operator's log as an error.
    response.exceptionHandler(cause -> leave());
    response.closeHandler(nothing -> leave());
  }

  /** Runs once if the client leaves before the end. */
  public void onGone(Runnable then) {
    onGone = then;
  }

  private void leave() {
    if (!gone && !over) {
      gone = true;
      onGone.run();
    }
  }

  /** The connection ends with this response: the client is to ask elsewhere. */
  public void isLast() {
    if (!gone && !begun && response.streamId() < 0) { // HTTP/1 only
      last = true;
      response.putHeader("Connection", "close");
    }
  }

  /** Sends status and headers with the first body bytes that follow. */
  public void head(int status, Map<String, String> headers) {
    if (gone || begun) {
      return;
    }
    response.setStatusCode(status);
    headers.forEach(response.headers()::set);
    if (!response.headers().contains("Content-Length")) {
      response.setChunked(true);
    }
  }

  /** Writes a copy of the bytes as one buffer. */
  public void write(byte[] bytes, int from, int to) {
    if (!gone && !over && to > from) {
      if (chunks != null) {
        chunks.write(bytes, from, to);
        return;
      }
      response.write(copy(bytes, from, to));
      if (!begun) {
        begun = true;
        chunks = TransferChunks.of(request);
      }
    }
  }

  /** True while the client takes its bytes more slowly than they come. */
  public boolean full() {
    return !gone && (chunks != null ? chunks.full() : response.writeQueueFull());
  }

  /** Runs once when a full queue has been written. */
  public void onDrain(Runnable then) {
    response.drainHandler(nothing -> then.run());
  }

  /** Writes a copy of the bytes, perhaps none, and with it the regular end of the response. */
  public void end(byte[] bytes, int from, int to) {
    if (!gone && !over) {
      begun = true;
      over = true;
      closeAfter(response.end(copy(bytes, from, to)));
    }
  }

  /** A whole answer at once. */
  public void end(int status, Map<String, String> headers, byte[] body) {
    if (!gone && !over) {
      begun = true;
      over = true;
      response.setStatusCode(status);
      headers.forEach(response.headers()::set);
      closeAfter(response.end(Buffer.buffer(body)));
    }
  }

  private static Buffer copy(byte[] bytes, int from, int to) {
    return Buffer.buffer(to - from).appendBytes(bytes, from, to - from);
  }

  private void closeAfter(Future<Void> ended) {
    if (last) {
      ended.onComplete(done -> request.connection().close());
    }
  }

  public boolean headSent() {
    return begun;
  }

  public boolean gone() {
    return gone;
  }
}
