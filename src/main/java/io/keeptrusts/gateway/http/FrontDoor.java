package io.keeptrusts.gateway.http;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import io.keeptrusts.gateway.Gateway;
import io.keeptrusts.gateway.GatewayConfig;
import io.keeptrusts.gateway.dialect.Chat;
import io.keeptrusts.gateway.dialect.Dialect;
import io.keeptrusts.gateway.dialect.Embeddings;
import io.keeptrusts.gateway.dialect.Responses;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.http.Tokens.Admitted;
import io.keeptrusts.gateway.pack.PackStore;
import io.keeptrusts.gateway.wire.ClientSocket;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The endpoints for applications. Routes instead of resources: a stream is written to its socket
 * without a hop.
 */
@Singleton
public final class FrontDoor {
  private static final Dialect CHAT = new Chat();
  private static final Dialect RESPONSES = new Responses();
  private static final Dialect EMBEDDINGS = new Embeddings();

  private static final int LONGEST_USER = 256;

  private final Gateway gateway;
  private final PackStore packs;
  private final Tokens tokens;
  private final int maxBody;
  private final Duration bodyTimeout;

  public FrontDoor(Gateway gateway, PackStore packs, Tokens tokens, GatewayConfig config) {
    this.gateway = gateway;
    this.packs = packs;
    this.tokens = tokens;
    this.maxBody = Math.toIntExact(config.http().maxBody().asLongValue());
    this.bodyTimeout = config.http().bodyTimeout();
  }

  public void routes(@Observes Router router) {
    Replies.endpoint(
        router,
        POST,
        "/v1/chat/completions",
        context -> guarded(context, who -> complete(context, CHAT, who)));
    Replies.endpoint(
        router,
        POST,
        "/v1/responses",
        context -> guarded(context, who -> complete(context, RESPONSES, who)));
    Replies.endpoint(
        router,
        POST,
        "/v1/embeddings",
        context -> guarded(context, who -> complete(context, EMBEDDINGS, who)));
    Replies.endpoint(
        router, GET, "/v1/models", context -> guarded(context, who -> models(context)));
    Replies.endpoint(
        router, GET, "/v1/models/*", context -> guarded(context, who -> model(context)));
    router.route().last().handler(context -> Replies.error(context, Replies.notFound()));
    router.route().failureHandler(Replies::failed);
  }

  /** Runs an endpoint for a caller who may use it. */
  private void guarded(RoutingContext context, Consumer<Admitted> endpoint) {
    try {
      endpoint.accept(tokens.admit(context.request()));
    } catch (GatewayException e) {
      Replies.error(context, e.error());
    }
  }

  private void complete(RoutingContext context, Dialect dialect, Admitted who) {
    HttpServerRequest request = context.request();
    requireJson(request);
    new BodyReader(context, maxBody, bodyTimeout, gateway.bodies())
        .read(
            body -> gateway.handle(dialect, caller(request, who), body, new ClientSocket(request)));
  }

  private static void requireJson(HttpServerRequest request) {
    String encoding = request.getHeader("Content-Encoding");
    if (encoding != null && !encoding.strip().equalsIgnoreCase("identity")) {
      throw unsupported("Send the body without Content-Encoding.");
    }
    String type = request.getHeader("Content-Type");
    if (type == null) {
      return;
    }
    int end = type.indexOf(';');
    String media = (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    if (!media.equals("application/json") && !media.endsWith("+json")) {
      throw unsupported("Send the body as Content-Type: application/json.");
    }
  }

  private static GatewayException unsupported(String message) {
    return new GatewayError(
            415,
            GatewayError.Type.VALIDATION_ERROR,
            "unsupported_media_type",
            message,
            null,
            null,
            null)
        .exception();
  }

  private static Caller caller(HttpServerRequest request, Admitted who) {
    Map<String, String> headers = new HashMap<>();
    for (Map.Entry<String, String> header : request.headers()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      headers.merge(name, header.getValue(), (first, more) -> first + ", " + more);
    }
    String claimed = headers.getOrDefault("x-user-id", "");
    String user = who.user().isEmpty() ? claimed : who.user();
    return new Caller(
        request.remoteAddress() == null
            ? ""
            : Objects.requireNonNullElse(request.remoteAddress().hostAddress(), ""),
        user.length() > LONGEST_USER ? "" : user,
        who.roles(),
        who.key(),
        headers);
  }

  private void models(RoutingContext context) {
    Replies.json(context, Models.list(packs.current().routes().models()));
  }

  private void model(RoutingContext context) {
    String name = context.normalizedPath().substring("/v1/models/".length());
    String vendor = packs.current().routes().models().get(name);
    if (vendor == null) {
      throw new GatewayError(
              404,
              GatewayError.Type.VALIDATION_ERROR,
              "model_not_found",
              "This gateway serves no such model. GET /v1/models lists what it serves.",
              null,
              "model",
              null)
          .exception();
    }
    Replies.json(context, Models.one(name, vendor));
  }
}
