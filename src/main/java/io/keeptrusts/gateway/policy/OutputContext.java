package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Shape;
import java.util.Map;

/**
 * What the stations of one answer share.
 *
 * @param prompt the request as the input policies left it
 * @param caller who asks, as the input policies have established it
 * @param maxBuffered the most bytes a buffered policy may collect
 * @param begun what an answer that broke off has said, by {@link
 *     io.keeptrusts.gateway.exchange.Channel#label}, before any policy: these texts go on from
 *     there; see {@link Chain#begun}
 */
public record OutputContext(
    Prompt prompt,
    Caller caller,
    Shape shape,
    Happenings happenings,
    Workers workers,
    int maxBuffered,
    Judge judge,
    Course course,
    Map<String, String> begun) {

  public OutputContext {
    begun = Map.copyOf(begun);
  }

  /** Of an answer that begins with its first word. */
  public OutputContext(
      Prompt prompt,
      Caller caller,
      Shape shape,
      Happenings happenings,
      Workers workers,
      int maxBuffered,
      Judge judge,
      Course course) {
    this(prompt, caller, shape, happenings, workers, maxBuffered, judge, course, Map.of());
  }
}
