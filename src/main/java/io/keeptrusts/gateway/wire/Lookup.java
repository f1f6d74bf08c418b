package io.keeptrusts.gateway.wire;

import java.io.IOException;
import java.net.InetAddress;

/** Finds the address to connect to, and says no where none may be. Thread-safe; may block. */
@FunctionalInterface
public interface Lookup {

  /**
   * @param named whether an operator wrote the host
   * @throws IOException if there is no address that may be connected to
   */
  InetAddress find(String host, boolean named) throws IOException;
}
