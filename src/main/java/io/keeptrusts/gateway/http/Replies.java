package io.keeptrusts.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.dialect.ErrorBody;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayError.Type;
import io.keeptrusts.gateway.exchange.Trace;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.jboss.logging.Logger;

/**
 * Answers that are not completions. Also what the HTTP layer itself has to say comes in the
 * contract's envelope.
 */
final class Replies {
  private static final Logger LOG = Logger.getLogger(Replies.class);

  private Replies() {}

  static void error(RoutingContext context, GatewayError error) {
    HttpServerResponse response = context.response();
    if (!response.ended() && !response.closed()) {
      response.setStatusCode(error.status());
      ErrorBody.headers(error).forEach(response.headers()::set);
      response.end(Buffer.buffer(ErrorBody.json(error)));
      BodyReader.discard(context.request());
    }
  }

  static void json(RoutingContext context, JsonNode body) {
    json(context, 200, body.toString());
  }

  static void json(RoutingContext context, int status, String body) {
    context
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(body);
  }

  static GatewayError notFound() {
    return http(
        404,
        "not_found",
        "There is no such path here. Chat completions are at POST /v1/chat/completions.");
  }

  /** Makes an endpoint of one method; every other method is a 405. */
  static void endpoint(
      Router router, HttpMethod method, String path, Handler<RoutingContext> handler) {
    router.route(method, path).handler(handler);
    GatewayError otherMethod = http(405, "method_not_allowed", "Use " + method + " here.");
    router
        .route(path)
        .handler(
            context -> {
              context.response().putHeader("Allow", method.name());
              error(context, otherMethod);
            });
  }

  /** Something went wrong below the endpoints. */
  static void failed(RoutingContext context) {
    int status = context.statusCode();
    if (status == 413) {
      error(context, http(413, "request_too_large", "The body is too large."));
    } else if (status >= 400 && status < 500) {
      error(context, http(status, "invalid_request", "The request cannot be served as it is."));
    } else {
      LOG.errorf(
          "path=%s error=unexpected %s",
          context.normalizedPath(), context.failure() == null ? "" : Trace.of(context.failure()));
      error(context, GatewayError.internal());
    }
  }

  private static GatewayError http(int status, String code, String message) {
    return new GatewayError(status, Type.VALIDATION_ERROR, code, message, null, null, null);
  }
}
