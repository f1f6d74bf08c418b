package io.keeptrusts.gateway.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTP/1.1 client on a bare socket that shows what arrives when. It reads only when asked to, so
 * a slow client is one that asks seldom, or for little. Blocking; a read that gets nothing for 10 s
 * fails the test.
 */
public final class RawClient implements AutoCloseable {
  /** Body bytes that one read of the socket brought, without chunk framing. */
  public record Piece(Instant at, byte[] bytes) {
    public String text() {
      return new String(bytes, UTF_8);
    }
  }

  /** How an answer ended. */
  public enum End {
    /** Not yet. */
    OPEN,
    /** As its framing says. */
    WHOLE,
    /** The peer closed in the middle. */
    CLOSED,
    /** The peer reset the connection. */
    RESET
  }

  private static final int TIMEOUT_MILLIS = 10_000;

  private final Socket socket;
  private final String host;
  private final ByteArrayOutputStream raw = new ByteArrayOutputStream();
  private final List<Piece> pieces = new ArrayList<>();
  private RawResponse response = new RawResponse();
  private int taken;
  private End end = End.OPEN;

  private RawClient(URI server, int receiveBuffer) {
    socket = new Socket();
    host = server.getHost() + ":" + server.getPort();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      if (receiveBuffer > 0) {
        socket.setReceiveBufferSize(receiveBuffer); // before connecting: it decides the window
      }
      socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), TIMEOUT_MILLIS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects to the host and port of this URL. */
  public static RawClient connect(String url) {
    return new RawClient(URI.create(url), 0);
  }

  /** With a receive buffer of about this size, so that the peer soon feels that nobody reads. */
  public static RawClient connect(String url, int receiveBuffer) {
    return new RawClient(URI.create(url), receiveBuffer);
  }

  /** A read that gets nothing for so long fails; 10 s unless said. */
  public RawClient patience(Duration patience) {
    try {
      socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public RawClient post(String path, String json) {
    return post(path, Map.of(), json);
  }

  public RawClient post(String path, Map<String, String> headers, String json) {
    return request("POST", path, headers, json.getBytes(UTF_8));
  }

  public RawClient get(String path) {
    return request("GET", path, Map.of(), new byte[0]);
  }

  /**
   * Sends a request and forgets the answer before; headers replace those of the same lower-case
   * name.
   */
  public RawClient request(String method, String path, Map<String, String> headers, byte[] body) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("host", host);
    all.put("content-type", "application/json");
    all.put("content-length", Integer.toString(body.length));
    all.putAll(headers);
    StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    all.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    response = new RawResponse();
    pieces.clear();
    raw.reset();
    taken = 0;
    end = End.OPEN;
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
    message.writeBytes(body);
    return send(message.toByteArray());
  }

  /** Sends bytes as they are. */
  public RawClient send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the head. */
  public int status() {
    awaitHead();
    return response.status();
  }

  /** Waits for the head; of a repeated header the last value. */
  public Optional<String> header(String name) {
    awaitHead();
    return Optional.ofNullable(response.headers().get(name));
  }

  /** Waits for the head; names are case-insensitive. */
  public Map<String, String> headers() {
    awaitHead();
    return response.headers();
  }

  /** The next piece of the body, waiting for it; empty at its end. */
  public Optional<Piece> read() {
    return read(64 * 1024);
  }

  /** As {@link #read()}, taking at most so many bytes from the socket at a time. */
  public Optional<Piece> read(int max) {
    while (taken == pieces.size() && end == End.OPEN) {
      pump(max);
    }
    return taken < pieces.size() ? Optional.of(pieces.get(taken++)) : Optional.empty();
  }

  /** Reads until the body so far contains this text, or ends; returns the body so far. */
  public String readUntil(String text) {
    while (!body().contains(text) && read().isPresent()) {}
    return body();
  }

  /** Reads to the end and returns the whole body. */
  public String readAll() {
    while (read().isPresent()) {}
    return body();
  }

  /** The body as far as it was read. */
  public String body() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    pieces.forEach(piece -> body.writeBytes(piece.bytes()));
    return body.toString(UTF_8);
  }

  /** All pieces read so far. */
  public List<Piece> pieces() {
    return List.copyOf(pieces);
  }

  /** Every byte of the answer that was read, head and framing included. */
  public byte[] raw() {
    return raw.toByteArray();
  }

  /** How the answer ended, as far as it was read. */
  public End end() {
    return end;
  }

  /** Waits until the peer closes the connection, after a whole answer. */
  public void awaitClosed() {
    try {
      int more = socket.getInputStream().read();
      if (more >= 0) {
        throw new AssertionError("a byte after the end of the answer: " + more);
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("still open after " + TIMEOUT_MILLIS + " ms", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends FIN, can still read. */
  public void halfClose() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends RST. */
  public void reset() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitHead() {
    while (!response.headSeen() && end == End.OPEN) {
      pump(64 * 1024);
    }
    if (!response.headSeen()) {
      throw new AssertionError("the connection ended without a head: " + end);
    }
  }

  private void pump(int max) {
    byte[] buffer = new byte[max];
    int count;
    try {
      count = socket.getInputStream().read(buffer);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("nothing arrived in time", e);
    } catch (SocketException e) {
      end = End.RESET;
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (count < 0) {
      end = response.endsWithConnection() ? End.WHOLE : End.CLOSED;
      return;
    }
    raw.write(buffer, 0, count);
    byte[] body = response.take(buffer, count);
    if (body.length > 0) {
      pieces.add(new Piece(Instant.now(), body));
    }
    if (response.whole()) {
      end = End.WHOLE;
    }
  }
}
