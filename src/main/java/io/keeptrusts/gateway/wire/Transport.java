package io.keeptrusts.gateway.wire;

import java.util.Map;

/** A way to send requests to a provider. */
@FunctionalInterface
public interface Transport extends AutoCloseable {

  /**
   * Sends one POST. Called on an event loop, on which the listener is called too, never before this
   * method returns.
   */
  Call post(Endpoint to, Map<String, String> headers, byte[] body, Call.Listener listener);

  /** Gives up what it holds, such as connections. */
  @Override
  default void close() {}
}
