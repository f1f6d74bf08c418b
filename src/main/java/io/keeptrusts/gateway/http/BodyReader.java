package io.keeptrusts.gateway.http;

import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayError.Type;
import io.keeptrusts.gateway.wire.Budget;
import io.keeptrusts.gateway.wire.Bytes;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Collects a request body within a bound and a time. What comes beyond it is read and thrown away,
 * so that the answer arrives.
 */
final class BodyReader {
  /** Who sends this much more than allowed is not listened to any longer. */
  private static final int PATIENCE = 8;

  /** The most that is read of a body that nobody wants. */
  private static final long UNWANTED = 128L << 20;

  private final RoutingContext context;
  private final int most;
  private final Duration time;
  private final Budget budget;
  private Bytes body = new Bytes(1024);
  private long size;
  private long taken;
  private boolean noRoom;
  private boolean late;

  /**
   * @param most bytes of this body
   * @param time until it must be there
   * @param budget of all bodies
   */
  BodyReader(RoutingContext context, int most, Duration time, Budget budget) {
    this.context = context;
    this.most = most;
    this.time = time;
    this.budget = budget;
  }

  /** {@code then} has to give the bytes of the body back to the budget. */
  void read(Consumer<byte[]> then) {
    HttpServerRequest request = context.request();
    if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      if (announced(request) > most) {
        Replies.error(context, tooLarge());
        return;
      }
      context.response().writeContinue();
    } else if (announced(request) > (long) most * PATIENCE) {
      context.addEndHandler(sent -> request.connection().close());
      Replies.error(context, tooLarge());
      return;
    }
    request.handler(
        data -> {
          size += data.length();
          if (size <= most && !noRoom && !late) {
            keep(data.getBytes());
          } else if (size > (long) most * PATIENCE) {
            request.connection().close();
          }
        });
    long timer = context.vertx().setTimer(time.toMillis(), due -> giveUp());
    request.exceptionHandler(
        gone -> {
          context.vertx().cancelTimer(timer);
          giveBack();
        });
    request.endHandler(
        nothing -> {
          context.vertx().cancelTimer(timer);
          if (late) {
            return;
          } else if (size > most) {
            giveBack();
            Replies.error(context, tooLarge());
          } else if (noRoom) {
            Replies.error(context, noRoom());
          } else {
            taken = 0;
            then.accept(body.toByteArray());
          }
        });
    request.resume();
  }

  /** Answers before the body is there; the connection ends with the answer. */
  private void giveUp() {
    late = true;
    giveBack();
    if (context.response().streamId() < 0) {
      context.addEndHandler(sent -> context.request().connection().close());
      context.response().putHeader("Connection", "close");
    } else {
      context.addEndHandler(sent -> context.response().reset()); // others share the connection
    }
    Replies.error(context, tooSlow());
  }

  private void keep(byte[] bytes) {
    if (budget.take(bytes.length)) {
      taken += bytes.length;
      body.add(bytes, 0, bytes.length);
    } else {
      noRoom = true;
      giveBack();
    }
  }

  private void giveBack() {
    budget.give(taken);
    taken = 0;
    body = new Bytes(0);
  }

  /** The length that the client has announced; 0 if it did not. */
  private static long announced(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /**
   * Reads on after an answer that did not wait for the body: a client that sends before it listens
   * would never see it, and the connection could not be used again.
   */
  static void discard(HttpServerRequest request) {
    if (request.isEnded() || "100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      return;
    }
    AtomicLong size = new AtomicLong();
    request.handler(
        data -> {
          if (size.addAndGet(data.length()) > UNWANTED) {
            request.connection().close();
          }
        });
    request.exceptionHandler(gone -> {});
    request.resume();
  }

  private GatewayError tooSlow() {
    return new GatewayError(
        408,
        Type.VALIDATION_ERROR,
        "request_timeout",
        "The body did not arrive within " + time + " (gateway.http.body-timeout).",
        null,
        null,
        null);
  }

  private static GatewayError noRoom() {
    return GatewayError.overloaded(
        "too_many_requests",
        "The requests that are open leave no room for this one (gateway.http.max-bodies); ask again.",
        Duration.ofSeconds(1));
  }

  private GatewayError tooLarge() {
    return new GatewayError(
        413,
        Type.VALIDATION_ERROR,
        "request_too_large",
        "The body is larger than " + most + " bytes (gateway.http.max-body).",
        null,
        null,
        null);
  }
}
