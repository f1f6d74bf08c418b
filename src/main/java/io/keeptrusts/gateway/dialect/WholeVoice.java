package io.keeptrusts.gateway.dialect;

import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.wire.Bytes;

/** An answer that is not streamed and needs no other words: the one frame is the body. */
final class WholeVoice implements Voice {
  @Override
  public void frame(Frame frame, Bytes out) {
    out.add(frame.json(), frame.from(), frame.to());
  }

  @Override
  public void end(Bytes out) {}

  @Override
  public void failed(GatewayError error, Shape shape, Bytes out) {
    throw new IllegalStateException("an answer that is not streamed has no head before its end");
  }
}
