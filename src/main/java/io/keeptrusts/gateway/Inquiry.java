package io.keeptrusts.gateway;

import io.keeptrusts.gateway.exchange.Observer;
import io.keeptrusts.gateway.exchange.Operation;
import io.keeptrusts.gateway.exchange.Origin;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.exchange.Spans;
import io.keeptrusts.gateway.exchange.Usage;
import io.keeptrusts.gateway.provider.ProviderFailure;
import io.keeptrusts.gateway.provider.Turn;
import io.keeptrusts.gateway.wire.Transport;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One request to a target, told to its health, to metrics and to the trace. What is told after its
 * end is not heard. One event loop.
 */
final class Inquiry {
  private final Turn turn;
  private final Observer observer;
  private final Operation operation;
  private final Spans.Asking span;
  private final UnaryOperator<String> checked;
  private final long started = System.nanoTime();
  private Origin origin = Origin.UNKNOWN;
  private boolean spoke;
  private boolean over;

  /**
   * @param checked a word of the provider if it may be told, else an empty one
   */
  Inquiry(
      Turn turn,
      Observer observer,
      Operation operation,
      Spans.Asking span,
      UnaryOperator<String> checked) {
    this.turn = turn;
    this.observer = observer;
    this.operation = operation;
    this.span = span;
    this.checked = checked;
  }

  /** The same way, on which the trace goes along. */
  Transport over(Transport transport) {
    Map<String, String> context = span.headers();
    return context.isEmpty()
        ? transport
        : (to, headers, body, listener) -> {
          Map<String, String> all = new HashMap<>(headers);
          all.putAll(context);
          return transport.post(to, all, body, listener);
        };
  }

  void status(int status) {
    span.status(status);
  }

  void firstToken() {
    if (!spoke && !over) {
      spoke = true;
      turn.firstToken();
      span.firstToken();
    }
  }

  /** It has answered to the end. */
  void succeeded(Shape shape) {
    succeeded(shape.usage(), span.isRecording() ? checked(shape.origin()) : Origin.UNKNOWN);
  }

  /** It has answered to the end, and nobody wants to know more of the answer. */
  void succeeded(@Nullable Usage usage) {
    succeeded(usage, Origin.UNKNOWN);
  }

  private void succeeded(@Nullable Usage usage, Origin by) {
    turn.succeeded();
    if (end("", usage)) {
      origin = by;
      span.succeeded(by, usage);
    }
  }

  private Origin checked(Origin said) {
    return new Origin(
        checked.apply(said.id()),
        checked.apply(said.model()),
        said.finishReasons().stream().map(checked).toList());
  }

  void failed(ProviderFailure failure) {
    turn.failed(failure);
    String kind = failure.kind().name().toLowerCase(Locale.ROOT);
    if (end(kind, null)) {
      span.failed(kind);
    }
  }

  /** Ended by somebody else than the target. */
  void left() {
    turn.left();
    if (end("cancelled", null)) {
      span.left();
    }
  }

  private boolean end(String error, @Nullable Usage usage) {
    boolean first = !over;
    over = true;
    if (first) {
      observer.asked(operation, error, System.nanoTime() - started, usage);
    }
    return first;
  }

  /** What the provider has said of an answer that is whole. */
  Origin origin() {
    return origin;
  }
}
