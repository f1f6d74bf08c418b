package io.keeptrusts.gateway.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** Finds the addresses to connect to, and says no where none may be. Thread-safe; may block. */
@FunctionalInterface
public interface Lookup {

  /**
   * The addresses that may be connected to, at least one, the best first.
   *
   * @param named whether an operator wrote the host
   * @throws IOException if there is no address that may be connected to
   */
  List<InetAddress> find(String host, boolean named) throws IOException;
}
