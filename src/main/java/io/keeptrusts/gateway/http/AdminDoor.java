package io.keeptrusts.gateway.http;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.Gateway;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.ops.Metrics;
import io.keeptrusts.gateway.ops.Reloader;
import io.keeptrusts.gateway.ops.Reloader.Reload;
import io.keeptrusts.gateway.pack.PackStore;
import io.keeptrusts.gateway.pack.PackStore.Load;
import io.keeptrusts.gateway.pack.Problem;
import io.keeptrusts.gateway.provider.Fleet;
import io.keeptrusts.gateway.provider.Health;
import io.keeptrusts.gateway.provider.Target;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;

/** The endpoints for operators, see {@link Tokens#acceptsAdmin}. */
@Singleton
public final class AdminDoor {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final PackStore packs;
  private final Reloader reloader;
  private final Metrics metrics;
  private final Tokens tokens;
  private final Gateway gateway;

  public AdminDoor(
      Gateway gateway, PackStore packs, Reloader reloader, Metrics metrics, Tokens tokens) {
    this.gateway = gateway;
    this.packs = packs;
    this.reloader = reloader;
    this.metrics = metrics;
    this.tokens = tokens;
  }

  public void routes(@Observes Router router) {
    Replies.endpoint(
        router, GET, "/keeptrusts/config", context -> guarded(context, () -> config(context)));
    Replies.endpoint(
        router,
        POST,
        "/keeptrusts/config/reload",
        context -> guarded(context, () -> reload(context)));
    Replies.endpoint(
        router, GET, "/keeptrusts/providers/metrics", each -> guarded(each, () -> providers(each)));
    // Quarkus' checks by the names that platforms look for.
    router.route("/healthz").handler(context -> context.reroute("/q/health/live"));
    router.route("/readyz").handler(context -> context.reroute("/q/health/ready"));
  }

  private void guarded(RoutingContext context, Runnable endpoint) {
    try {
      if (!tokens.acceptsAdmin(context.request())) {
        throw Tokens.refusal().exception();
      }
      endpoint.run();
    } catch (GatewayException e) {
      Replies.error(context, e.error());
    }
  }

  private void config(RoutingContext context) {
    Replies.json(context, 200, packs.current().view());
  }

  private void reload(RoutingContext context) {
    context
        .vertx()
        .executeBlocking(reloader::reload, false)
        .onSuccess(reload -> answer(context, reload))
        .onFailure(context::fail);
  }

  private static void answer(RoutingContext context, Reload reload) {
    ObjectNode body = JSON.objectNode();
    ArrayNode errors = JSON.arrayNode();
    switch (reload.pack()) {
      case Load.Loaded(var pack) -> body.put("reloaded", true).put("pack", pack.label());
      case Load.Refused(List<Problem> problems) -> {
        body.put("reloaded", false);
        problems.forEach(problem -> errors.add(problem.toString()));
      }
    }
    reload.tokens().forEach(errors::add);
    if (!errors.isEmpty()) {
      body.set("errors", errors);
    }
    Replies.json(context, errors.isEmpty() ? 200 : 422, body.toString());
  }

  private static void health(ObjectNode to, Health health, long now) {
    to.put("circuit", health.circuit(now).name().toLowerCase(Locale.ROOT))
        .put("failures_in_a_row", health.failuresInARow())
        .put("rest_seconds", health.rest(now).toSeconds());
    double nanos = health.latency(now);
    if (nanos >= 0) {
      to.put("first_token_ms", Math.round(nanos / 1e6));
    }
  }

  private void providers(RoutingContext context) {
    ObjectNode body = JSON.objectNode();
    ArrayNode targets = body.putArray("targets");
    Fleet fleet = gateway.fleet();
    for (Target target : packs.current().routes().targets()) {
      ObjectNode each = targets.addObject();
      each.put("id", target.id())
          .put("provider", target.vendor().name())
          .put("model", target.model());
      each.put("available", target.missing() == null).put("missing", target.missing());
      each.put("attempts", metrics.attempts(target.id()))
          .put("failures", metrics.failures(target.id()))
          .put("continued", metrics.continuations(target.id()));
      health(each, fleet.of(target), fleet.now());
    }
    Replies.json(context, body);
  }
}
