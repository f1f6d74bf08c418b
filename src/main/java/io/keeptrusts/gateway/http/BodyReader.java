package io.keeptrusts.gateway.http;

import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayError.Type;
import io.keeptrusts.gateway.wire.Bytes;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;

/** Collects a request body within a bound. What comes beyond it is read and thrown away, so that the answer arrives. */
final class BodyReader {
  /** Who sends this much more than allowed is not listened to any longer. */
  private static final int PATIENCE = 8;

  private final RoutingContext context;
  private final int most;
  private final Bytes body = new Bytes(1024);
  private long size;

  BodyReader(RoutingContext context, int most) {
    this.context = context;
    this.most = most;
  }

  void read(Consumer<byte[]> then) {
    HttpServerRequest request = context.request();
    request.handler(
        data -> {
          size += data.length();
          if (size <= most) {
            byte[] bytes = data.getBytes();
            body.add(bytes, 0, bytes.length);
          } else if (size > (long) most * PATIENCE) {
            request.connection().close();
          }
        });
    request.exceptionHandler(gone -> {});
    request.endHandler(
        nothing -> {
          if (size > most) {
            Replies.error(context, tooLarge());
          } else {
            then.accept(body.toByteArray());
          }
        });
    request.resume();
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
