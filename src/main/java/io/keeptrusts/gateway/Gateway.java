package io.keeptrusts.gateway;

import io.keeptrusts.gateway.dialect.Dialect;
import io.keeptrusts.gateway.dialect.ErrorBody;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Ended;
import io.keeptrusts.gateway.exchange.Exchange;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayError.Type;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.exchange.Observer;
import io.keeptrusts.gateway.exchange.Operation;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Prompt.Route;
import io.keeptrusts.gateway.exchange.Spans;
import io.keeptrusts.gateway.exchange.Trace;
import io.keeptrusts.gateway.limits.Callers;
import io.keeptrusts.gateway.limits.Limiter;
import io.keeptrusts.gateway.pack.Pack;
import io.keeptrusts.gateway.pack.PackStore;
import io.keeptrusts.gateway.policy.Blocks;
import io.keeptrusts.gateway.policy.Chain;
import io.keeptrusts.gateway.provider.DemoProvider;
import io.keeptrusts.gateway.provider.Fleet;
import io.keeptrusts.gateway.provider.Target;
import io.keeptrusts.gateway.provider.Vendor;
import io.keeptrusts.gateway.wire.Budget;
import io.keeptrusts.gateway.wire.ClientSocket;
import io.keeptrusts.gateway.wire.Network;
import io.keeptrusts.gateway.wire.Transport;
import io.keeptrusts.gateway.wire.WorkerPool;
import io.keeptrusts.gateway.wire.WorkerPool.Outcome;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * The whole walk: a request comes in, passes the pack's input policies, goes to a provider, and its
 * answer passes the output policies on its way out. Read {@link #handle} first; the way back is
 * {@link Relay} and {@link Delivery}.
 */
@Singleton
public final class Gateway {
  private static final Logger LOG = Logger.getLogger(Gateway.class);

  private final PackStore packs;
  private final Trails trails;
  private final Observer observer;
  private final Spans spans;
  private final Settings settings;
  private final int maxConcurrency;
  private final Network network;
  private final Transport upstream;
  private final Transport demo;
  private final WorkerPool pool;
  private final Limiter limiter;
  private final Budget bodies;
  private final Fleet fleet = new Fleet();
  private final Set<Visit> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger entered = new AtomicInteger();
  private volatile boolean draining;

  @Inject
  public Gateway(
      PackStore packs,
      Trails trails,
      Observer observer,
      Spans spans,
      GatewayConfig config,
      Network network) {
    this(
        packs,
        trails,
        observer,
        spans,
        config,
        network,
        network.client(config.upstream().connect(), config.maxConcurrency()),
        new DemoProvider(network::loop));
  }

  /**
   * A gateway whose providers are reached in other ways, such as one that plays recorded answers.
   *
   * @param upstream to all providers but the one inside the process; closed with the gateway
   * @param demo to that one
   */
  public Gateway(
      PackStore packs,
      Trails trails,
      Observer observer,
      Spans spans,
      GatewayConfig config,
      Network network,
      Transport upstream,
      Transport demo) {
    this.packs = packs;
    this.trails = trails;
    this.observer = observer;
    this.spans = spans;
    this.settings = Settings.of(config);
    this.maxConcurrency = config.maxConcurrency();
    this.network = network;
    this.upstream = upstream;
    this.demo = demo;
    this.pool =
        new WorkerPool(
            config.workers().threads(), config.workers().queue(), config.workers().limit());
    this.limiter = Limiters.of(config, network);
    this.bodies = new Budget(mostBodies(config.http()));
  }

  // What is made of a body (its tree, masked texts, the provider's request) takes several times
  // its bytes.
  private static long mostBodies(GatewayConfig.Http config) {
    long eighth = Runtime.getRuntime().maxMemory() / 8;
    return config
        .maxBodies()
        .map(MemorySize::asLongValue)
        .orElse(Math.max(eighth, config.maxBody().asLongValue()));
  }

  /**
   * One completion, from the body to the last byte of the answer. Called on the event loop of the
   * client's socket, on which everything happens but long checks.
   *
   * @param body its bytes were taken from {@link #bodies}; they are given back when the exchange is
   *     over
   */
  public void handle(Dialect dialect, Caller caller, byte[] body, ClientSocket client) {
    Exchange exchange = new Exchange(UUID.randomUUID().toString(), caller, System.nanoTime());
    Visit visit;
    try {
      Pack pack = packs.current(); // 503: no pack yet
      visit = enter(dialect, exchange, pack, client, body.length); // 503: draining, too many
    } catch (GatewayException e) {
      bodies.give(body.length);
      refuse(dialect, exchange, client, e.error());
      return;
    } catch (RuntimeException e) {
      bodies.give(body.length);
      refuse(dialect, exchange, client, unexpected(exchange, e));
      return;
    }
    Runnable walk =
        () -> {
          Prompt prompt = dialect.read(body); // 422
          visit.asked(prompt);
          refuseUncheckable(visit, prompt); // 422
          List<Target> targets =
              visit.pack().routes().find(prompt.model(), dialect.task(), fleet); // 404, 422, 503
          visit.routed(prompt);
          List<Route> routes =
              targets.stream().map(target -> target.route(prompt.model())).toList();
          inputPolicies( // 401, 409
              visit,
              prompt.towards(routes),
              body.length,
              checked -> new Relay(visit, checked, targets).start()); // 409, 429, 502, 504
        };
    attempt(visit, () -> admit(visit, walk)); // 429, 503
  }

  /** The answer to who does not get in. */
  private void refuse(Dialect dialect, Exchange exchange, ClientSocket client, GatewayError error) {
    observer.opened();
    answer(client, exchange, error, Map.of());
    Ended refused =
        new Ended(
            exchange,
            Operation.of(dialect.task().operation()),
            false,
            error.status(),
            "refused",
            null,
            error.code(),
            System.nanoTime() - exchange.startedNanos(),
            0,
            null);
    observer.closed(refused);
    AccessLog.ended(refused, "", "");
  }

  /** Asks the limits, before anything is done that costs. */
  private void admit(Visit visit, Runnable walk) {
    Callers callers = visit.pack().limits();
    if (callers.isEmpty()) {
      walk.run();
      return;
    }
    Caller caller = visit.caller();
    String user = callers.countsUsers() ? visit.pack().chain().provenUser(caller) : null;
    limiter.reserve(
        callers.of(caller, user),
        outcome -> {
          visit.counted(outcome);
          attempt(
              visit,
              () -> {
                switch (outcome) {
                  case Limiter.Outcome.Granted _ -> walk.run();
                  case Limiter.Outcome.Refused refused -> throw refused.error().exception();
                  case Limiter.Outcome.Unknown unknown -> throw unknown.error().exception();
                }
              });
        });
  }

  private Visit enter(
      Dialect dialect, Exchange exchange, Pack pack, ClientSocket client, int bodyBytes) {
    if (draining) {
      client.isLast();
      throw GatewayError.overloaded(
              "draining", "This replica is shutting down; ask again.", Duration.ofSeconds(1))
          .exception();
    }
    if (trails.behind()) {
      throw GatewayError.overloaded(
              "audit_sink_behind",
              "The trail cannot be sent to where it belongs, and this gateway then takes nothing new (fail-mode block); ask again.",
              Duration.ofSeconds(5))
          .exception();
    }
    if (entered.incrementAndGet() > maxConcurrency) {
      entered.decrementAndGet();
      throw GatewayError.overloaded(
              "too_many_requests",
              "All " + maxConcurrency + " exchanges are taken; ask again.",
              Duration.ofSeconds(1))
          .exception();
    }
    Visit visit;
    try {
      Recorder record =
          new Recorder(trails.of(pack.chain().audit()), exchange, pack, settings.failOpen());
      visit = new Visit(this, dialect, exchange, pack, client, network.loop(), record, bodyBytes);
    } catch (RuntimeException e) {
      entered.decrementAndGet();
      throw e;
    }
    open.add(visit);
    observer.opened();
    return visit;
  }

  /**
   * Long prompts are checked on the worker pool, and short ones where a policy asks for it: the
   * event loop has other streams to serve.
   */
  private void inputPolicies(Visit visit, Prompt prompt, int size, Consumer<Prompt> then) {
    Chain chain = visit.pack().chain();
    Prompt current = prompt;
    int step = 0;
    while (size <= settings.inlineInput() && step < chain.inputSteps()) {
      Prompt checked = chain.glance(step, current, visit.caller(), visit);
      if (checked == null) {
        break;
      }
      current = checked;
      step++;
    }
    inputStep(visit, current, step, then);
  }

  private void inputStep(Visit visit, Prompt prompt, int step, Consumer<Prompt> then) {
    Chain chain = visit.pack().chain();
    if (step == chain.inputSteps()) {
      then.accept(prompt);
      return;
    }
    Deferred later = new Deferred();
    Caller caller = visit.caller();
    visit
        .workers()
        .call(
            () -> chain.input(step, prompt, caller, later),
            outcome ->
                attempt(
                    visit,
                    () ->
                        inputStep(
                            visit, result(outcome, later, visit, prompt, step), step + 1, then)));
  }

  /** What a step came to; what it told meanwhile counts only if it came to an end. */
  private static Prompt result(
      Outcome<Prompt> outcome, Deferred told, Visit visit, Prompt unchecked, int step) {
    Chain chain = visit.pack().chain();
    return switch (outcome) {
      case Outcome.Done<Prompt>(Prompt checked) -> {
        told.replay(visit);
        yield checked;
      }
      case Outcome.Failed<Prompt>(GatewayException refusal) -> {
        told.replay(visit);
        throw refusal;
      }
      case Outcome.Failed<Prompt>(RejectedExecutionException _) -> throw Blocks.busy().exception();
      case Outcome.Failed<Prompt> _ when chain.inputFailsOpen(step) -> {
        chain.inputKinds(step).forEach(visit::skipped);
        yield unchecked;
      }
      case Outcome.Failed<Prompt> _ ->
          throw Blocks.failed(chain.inputKinds(step).getFirst(), true).exception();
    };
  }

  private static void refuseUncheckable(Visit visit, Prompt prompt) {
    if (visit.pack().chain().inputSteps() > 0) {
      visit.dialect().refuseUnreadable(prompt);
    }
    if (visit.pack().chain().checksOutput()) {
      visit.dialect().refuseUncheckable(prompt);
    }
  }

  /** Runs a step of the walk before the answer begins; what it throws is the answer. */
  private void attempt(Visit visit, Runnable step) {
    if (visit.client().gone()) {
      visit.close(false, 499, "cancelled");
      return;
    }
    GatewayError error;
    try {
      visit.throwIfAborted();
      step.run();
      return;
    } catch (GatewayException e) {
      error = e.error();
    } catch (RuntimeException | StackOverflowError e) {
      error = unexpected(visit.exchange(), e);
    }
    visit.refused(error);
    answer(visit.client(), visit.exchange(), error, visit.standing());
    visit.close(
        false, error.status(), error.type() == Type.POLICY_VIOLATION ? "blocked" : "refused");
  }

  private static GatewayError unexpected(Exchange exchange, Throwable cause) {
    LOG.errorf("exchange=%s error=unexpected %s", exchange.id(), Trace.of(cause));
    return GatewayError.internal();
  }

  private static void answer(
      ClientSocket client, Exchange exchange, GatewayError error, Map<String, String> standing) {
    Map<String, String> headers = ErrorBody.headers(error);
    headers.putAll(standing);
    headers.put("x-request-id", exchange.id());
    client.end(error.status(), headers, ErrorBody.json(error));
  }

  /**
   * From now on new requests are refused; ready is false. Open streams go on. A connection ends
   * with its next response.
   */
  public void drain() {
    draining = true;
    open.forEach(visit -> visit.loop().execute(visit.client()::isLast));
  }

  public boolean isDraining() {
    return draining;
  }

  /** Exchanges that have not ended. */
  public int openExchanges() {
    return open.size();
  }

  /** Ends what is still open, with an error that says why. */
  public void abortOpen() {
    GatewayError error =
        GatewayError.overloaded(
            "draining", "This replica is shutting down; ask again.", Duration.ofSeconds(1));
    open.forEach(visit -> visit.loop().execute(() -> visit.abort(error)));
  }

  void left(Visit visit) {
    if (open.remove(visit)) {
      entered.decrementAndGet();
      bodies.give(visit.bodyBytes());
    }
  }

  Spans spans() {
    return spans;
  }

  /** What the bodies of requests take that are being read or answered. */
  public Budget bodies() {
    return bodies;
  }

  /** Where checks run that take long. */
  public WorkerPool workers() {
    return pool;
  }

  Observer observer() {
    return observer;
  }

  Settings settings() {
    return settings;
  }

  /** What is known of the targets. */
  public Fleet fleet() {
    return fleet;
  }

  /** What counts requests for the limits of packs. */
  public Limiter limiter() {
    return limiter;
  }

  Transport transport(Vendor vendor) {
    return vendor.local() ? demo : upstream;
  }

  @PreDestroy
  public void close() {
    upstream.close();
    limiter.close();
    pool.close();
  }
}
