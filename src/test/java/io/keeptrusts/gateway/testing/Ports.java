package io.keeptrusts.gateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for what is told its port before it listens, or where nobody shall listen. */
public final class Ports {
  private static final int FIRST = 10_000;
  private static final int END = 30_000; // systems give out higher ones to those who ask for any

  private Ports() {}

  /**
   * A port of the loopback address where nobody listens. It stays free: sockets that take any port,
   * in this process or in another, are not given one of these.
   */
  public static int free() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // somebody listens there: another one
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
