package io.keeptrusts.gateway.exchange;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A client's request. The body is the client's own JSON; input policies that redact make a new
 * prompt with a new body.
 *
 * @param model what the client asked for: a target id, a model or a model group
 * @param stream whether the client wants server-sent events
 * @param usage whether the client asked for the usage chunk ({@code stream_options.include_usage})
 * @param body the whole request; not to be changed
 * @param segments every text of the body, in order
 * @param routes who may answer it; empty where that is not known
 */
public record Prompt(
    String model,
    boolean stream,
    boolean usage,
    ObjectNode body,
    List<Segment> segments,
    List<Route> routes) {

  public Prompt {
    segments = List.copyOf(segments);
    routes = List.copyOf(routes);
  }

  /** A request of which it is not known yet who may answer it. */
  public Prompt(
      String model, boolean stream, boolean usage, ObjectNode body, List<Segment> segments) {
    this(model, stream, usage, body, segments, List.of());
  }

  /** The same request with another body. */
  public Prompt with(ObjectNode changed) {
    return new Prompt(model, stream, usage, changed, PromptTexts.segments(changed), routes);
  }

  /** The same request, of which it is known who may answer it. */
  public Prompt towards(List<Route> known) {
    return new Prompt(model, stream, usage, body, segments, known);
  }

  /**
   * Who may answer a request.
   *
   * @param target the target's id
   * @param model the model that it is asked for
   */
  public record Route(String target, String model) {}

  /**
   * One text of a request.
   *
   * @param role {@code system}, {@code developer}, {@code user}, {@code assistant}, {@code tool};
   *     elsewhere the top-level field it stands in, such as {@code tools} or {@code metadata}
   */
  public record Segment(String role, String text) {}
}
