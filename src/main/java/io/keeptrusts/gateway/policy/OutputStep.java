package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.exchange.Frame;

/**
 * A station on an answer's way out. One stream, one event loop. A policy that blocks throws a
 * {@link io.keeptrusts.gateway.exchange.GatewayException}; nothing is called after that.
 */
public interface OutputStep {

  /** The next frame; the step may pass it on as it is, changed, later or not at all. */
  void frame(Frame frame);

  /**
   * The regular end of the answer. Never called when the provider failed: then what is held is
   * dropped.
   */
  void end();

  /** Characters that this step and those after it hold until they are certain. */
  default int held() {
    return 0;
  }
}
