package io.keeptrusts.gateway.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.GatewayException;

/**
 * What a station may do to the answer it stands in, besides passing frames on. One answer, one
 * event loop.
 */
public interface Course {

  /**
   * The client is told this of the answer, in its last event. Before the first frame goes on.
   *
   * @param report see {@link io.keeptrusts.gateway.exchange.Verdict.Report}
   */
  void report(String kind, ObjectNode report);

  /** Ends the answer when a station finds out later that it must end. */
  void failed(GatewayException failure);
}
