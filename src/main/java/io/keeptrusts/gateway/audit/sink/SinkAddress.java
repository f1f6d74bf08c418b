package io.keeptrusts.gateway.audit.sink;

import java.io.IOException;

/** Says whether records may be sent to a host, by the addresses that its name has. May block. */
@FunctionalInterface
public interface SinkAddress {

  /**
   * @throws IOException if there is no such host, or none of its addresses is permitted
   */
  void check(String host) throws IOException;
}
