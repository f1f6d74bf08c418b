package io.keeptrusts.gateway.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A provider on a bare socket: it answers with bytes, so that they need not be HTTP. Each
 * connection has a thread of its own.
 */
public final class RawUpstream implements AutoCloseable {
  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *(\\d+)");

  /**
   * A request.
   *
   * @param connection counted from 1
   * @param request on that connection, counted from 1
   * @param text head and body
   */
  public record Asked(int connection, int request, String text) {}

  /** What follows the last byte. */
  public enum Then {
    /** The next request is waited for. */
    KEEP,
    /** FIN. */
    CLOSE,
    /** RST. */
    RESET,
    /** Nothing, until the peer goes. */
    STALL,
    /** The last piece again and again, until the peer goes. */
    REPEAT
  }

  /**
   * An answer.
   *
   * @param pieces written one by one
   */
  public record Said(List<byte[]> pieces, Then then) {
    public static Said of(String text, Then then) {
      return of(text.getBytes(UTF_8), then);
    }

    public static Said of(byte[] bytes, Then then) {
      return new Said(bytes.length == 0 ? List.of() : List.of(bytes), then);
    }

    /** The same, byte by byte. */
    public Said trickling() {
      List<byte[]> bytes = new ArrayList<>();
      for (byte[] piece : pieces) {
        for (byte b : piece) {
          bytes.add(new byte[] {b});
        }
      }
      return new Said(bytes, then);
    }
  }

  private final ServerSocket server;
  private final Function<Asked, Said> script;
  private final List<Asked> requests = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();

  private RawUpstream(Function<Asked, Said> script) {
    this.script = script;
    try {
      server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  /**
   * @param script called for each request, on the thread of its connection
   */
  public static RawUpstream start(Function<Asked, Said> script) {
    return new RawUpstream(script);
  }

  public String baseUrl() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  /** All requests so far. */
  public List<Asked> requests() {
    return List.copyOf(requests);
  }

  /** Connections accepted so far. */
  public int connections() {
    return connections.get();
  }

  /** Answers that have no end and whose peer is still there. */
  public int waiting() {
    return waiting.get();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        int number = connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket, number));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket, int number) {
    try (socket) {
      socket.setTcpNoDelay(true);
      int count = 0;
      while (true) {
        String text = request(socket.getInputStream());
        if (text == null) {
          return;
        }
        Asked asked = new Asked(number, ++count, text);
        requests.add(asked);
        if (!say(socket, script.apply(asked))) {
          return;
        }
      }
    } catch (IOException e) {
      // the peer has gone
    } finally {
      open.remove(socket);
    }
  }

  /** True if the connection goes on. */
  private boolean say(Socket socket, Said said) throws IOException {
    boolean endless = said.then == Then.STALL || said.then == Then.REPEAT;
    if (endless) {
      waiting.incrementAndGet();
    }
    try {
      for (byte[] piece : said.pieces) {
        socket.getOutputStream().write(piece);
      }
      switch (said.then) {
        case KEEP, CLOSE -> {}
        case RESET -> socket.setSoLinger(true, 0);
        case STALL -> socket.getInputStream().read();
        case REPEAT -> {
          while (true) {
            socket.getOutputStream().write(said.pieces.getLast());
          }
        }
      }
      return said.then == Then.KEEP;
    } finally {
      if (endless) {
        waiting.decrementAndGet();
      }
    }
  }

  private static String request(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return null;
      }
      head.write(next);
    }
    Matcher length = LENGTH.matcher(head.toString(ISO_8859_1));
    byte[] body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
    return head.toString(ISO_8859_1) + new String(body, UTF_8);
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
