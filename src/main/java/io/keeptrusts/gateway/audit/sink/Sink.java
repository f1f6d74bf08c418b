package io.keeptrusts.gateway.audit.sink;

import io.keeptrusts.gateway.audit.TrailTail.Line;
import java.util.List;

/** Takes records to somewhere else. One thread. */
interface Sink extends AutoCloseable {

  /**
   * Returns when all records have arrived, and gives those that were refused for good.
   *
   * @throws SinkException if they shall be sent again
   */
  List<Line> send(List<Line> lines) throws SinkException, InterruptedException;

  /** Does not wait. */
  @Override
  void close();
}
