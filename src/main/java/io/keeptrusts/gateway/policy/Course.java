package io.keeptrusts.gateway.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.GatewayException;
import org.jspecify.annotations.Nullable;

/**
 * What a station may do to the answer it stands in, besides passing frames on. After a replacement
 * or a retry nothing more of this answer is called for: it begins anew, at the first station. One
 * answer, one event loop.
 */
public interface Course {

  /**
   * The client is told this of the answer, in its last event. Before the first frame goes on.
   *
   * @param report see {@link io.keeptrusts.gateway.exchange.Verdict.Report}
   */
  void report(String kind, ObjectNode report);

  /** False if this exchange has had its one retry, or has no time left for it. */
  boolean retry(String kind, String reason);

  /** False if this policy has replaced the answer before. */
  boolean replace(Replacement by);

  /** What this answer is, if it is no provider's. */
  @Nullable Replacement replacement();

  /** Ends the answer when a station finds out later that it must end. */
  void failed(GatewayException failure);
}
