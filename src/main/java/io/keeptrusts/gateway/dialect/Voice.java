package io.keeptrusts.gateway.dialect;

import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.wire.Bytes;

/**
 * Tells one answer to a client: checked frames become bytes on the wire. One attempt, one event
 * loop.
 */
public interface Voice {

  /** Adds a frame as it goes on the wire; perhaps nothing, where the dialect says it later. */
  void frame(Frame frame, Bytes out);

  /** Adds the regular end. */
  void end(Bytes out);

  /** Adds the end of a stream that failed or was blocked after its head went out. */
  void failed(GatewayError error, Shape shape, Bytes out);
}
