package io.keeptrusts.gateway;

import io.keeptrusts.gateway.dialect.Dialect;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Ended;
import io.keeptrusts.gateway.exchange.Exchange;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.Observer;
import io.keeptrusts.gateway.exchange.Operation;
import io.keeptrusts.gateway.exchange.Origin;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Spans;
import io.keeptrusts.gateway.exchange.Usage;
import io.keeptrusts.gateway.limits.Limiter.Outcome;
import io.keeptrusts.gateway.limits.Limiter.Permit;
import io.keeptrusts.gateway.limits.Standing;
import io.keeptrusts.gateway.pack.Pack;
import io.keeptrusts.gateway.policy.Happenings;
import io.keeptrusts.gateway.policy.Workers;
import io.keeptrusts.gateway.provider.Fleet;
import io.keeptrusts.gateway.provider.ProviderFailure;
import io.keeptrusts.gateway.provider.RequestIds;
import io.keeptrusts.gateway.provider.Target;
import io.keeptrusts.gateway.provider.Task;
import io.keeptrusts.gateway.provider.Vendor;
import io.keeptrusts.gateway.wire.ClientSocket;
import io.keeptrusts.gateway.wire.Endpoint;
import io.keeptrusts.gateway.wire.EventLoop;
import io.keeptrusts.gateway.wire.Transport;
import io.keeptrusts.gateway.wire.WorkerPool;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One exchange with everything around it, and the one place that tells metrics and trail about it.
 * One event loop.
 */
final class Visit implements Happenings {
  private static final int LONGEST_NAME = 128;

  private final Gateway gateway;
  private final Dialect dialect;
  private final Exchange exchange;
  private final Pack pack;
  private final ClientSocket client;
  private final EventLoop loop;
  private final Recorder record;
  private final int bodyBytes;
  private final Observer observer;
  private Caller caller;
  private boolean input = true;
  private boolean upstreamSeen;
  private boolean deliveredSeen;
  private boolean providerFailed;
  private long heldSince;
  private String provider = "none";
  private @Nullable Usage usage;

  /** Set where tokens are limited. */
  private @Nullable Cost cost;

  private @Nullable Permit permit;
  private Map<String, String> standing = Map.of();

  /** What targets asked before have counted. */
  private @Nullable Usage spent;

  private final Spans.Serving span;
  private Operation operation;
  private Origin origin = Origin.UNKNOWN;
  private long firstNanos;
  private @Nullable String policy;
  private @Nullable String code;
  private @Nullable Relay relay;
  private @Nullable GatewayError aborted;

  Visit(
      Gateway gateway,
      Dialect dialect,
      Exchange exchange,
      Pack pack,
      ClientSocket client,
      EventLoop loop,
      Recorder record,
      int bodyBytes) {
    this.gateway = gateway;
    this.dialect = dialect;
    this.exchange = exchange;
    this.caller = exchange.caller();
    this.pack = pack;
    this.client = client;
    this.loop = loop;
    this.record = record;
    this.bodyBytes = bodyBytes;
    this.observer = gateway.observer();
    this.operation = Operation.of(dialect.task().operation());
    this.span = gateway.spans().serving(exchange, operation.name());
  }

  Exchange exchange() {
    return exchange;
  }

  /** Who asks, as far as that is established by now. */
  Caller caller() {
    return caller;
  }

  Dialect dialect() {
    return dialect;
  }

  Pack pack() {
    return pack;
  }

  ClientSocket client() {
    return client;
  }

  EventLoop loop() {
    return loop;
  }

  /** The length of the request's body. */
  int bodyBytes() {
    return bodyBytes;
  }

  Recorder record() {
    return record;
  }

  Settings settings() {
    return gateway.settings();
  }

  /** The pack knows who may answer. */
  void routed(Prompt prompt) {
    if (pack.routes().names(prompt.model())) {
      operation = new Operation(operation.name(), provider, prompt.model(), "", 0);
      span.model(prompt.model(), prompt.stream());
    }
  }

  /** How long a target that has failed already is left alone before this attempt. */
  Duration pause(Target target, int attempt) {
    return pack.routes().pause(target, attempt, gateway.fleet());
  }

  Transport transport(Vendor vendor) {
    return gateway.transport(vendor);
  }

  Workers workers() {
    return new Workers() {
      @Override
      public <T> void call(Callable<T> work, Consumer<WorkerPool.Outcome<T>> then) {
        gateway.workers().call(loop, work, then);
      }
    };
  }

  /** What the limits say of this request; whatever happens next, what it holds is given back. */
  void counted(Outcome counted) {
    switch (counted) {
      case Outcome.Granted(Permit held, Standing left) -> {
        permit = held;
        standing = left.headers();
        cost = pack.limits().countsTokens() ? new Cost() : null;
      }
      case Outcome.Refused refused -> {
        standing = refused.standing().headers();
        observer.limited(refused.by().scope().label(), refused.measure().label());
      }
      case Outcome.Unknown() -> observer.limited("none", "unknown");
    }
  }

  /** {@code x-ratelimit-*}; empty where nothing is limited. */
  Map<String, String> standing() {
    return standing;
  }

  void asked(Prompt prompt) {
    record.prompt(prompt);
    if (cost != null) {
      cost.asked(prompt);
    }
  }

  /** The input policies are through: what happens from now on happens to the answer. */
  void answering(Relay by) {
    input = false;
    relay = by;
  }

  /**
   * Ends the exchange from outside: at once, or before its next step if the input policies are at
   * work.
   */
  void abort(GatewayError error) {
    if (relay != null) {
      relay.abort(error);
    } else {
      aborted = error;
    }
  }

  /** Throws if the exchange was ended from outside. */
  void throwIfAborted() {
    if (aborted != null) {
      throw aborted.exception();
    }
  }

  @Override
  public void redacted(String policy, String label, int count) {
    observer.verdict(phase(), policy, "redact", count);
    span.verdict(phase(), policy, "redact", label, count);
    record.verdict(phase(), policy, "redact", label, count);
  }

  @Override
  public void late(int characters) {
    observer.late(characters);
  }

  @Override
  public void slid(long count) {
    observer.slides(count);
  }

  @Override
  public void flagged(String policy, String reason) {
    observer.verdict(phase(), policy, "flag", 1);
    span.verdict(phase(), policy, "flag", reason, 1);
    record.verdict(phase(), policy, "flag", reason, 1);
  }

  @Override
  public void identified(Caller known) {
    caller = known;
    record.identified(known);
  }

  @Override
  public void skipped(String policy) {
    observer.verdict(phase(), policy, "skip", 1);
    span.verdict(phase(), policy, "skip", "", 1);
    record.verdict(phase(), policy, "skip", "", 1);
  }

  /** A policy has the answer begin anew: {@code retry} or {@code replace}. */
  void anew(String policy, String verdict, String reason) {
    observer.verdict(phase(), policy, verdict, 1);
    span.verdict(phase(), policy, verdict, reason, 1);
    record.verdict(phase(), policy, verdict, reason, 1);
  }

  /** A verdict that ends the exchange. */
  void refused(GatewayError error) {
    // What a provider calls its errors is its own business: of them the class is told.
    code = providerFailed ? error.type().wire() : error.code();
    policy = error.policy();
    if (error.policy() != null) {
      String verdict = error.code().equals("escalation_required") ? "escalate" : "block";
      observer.verdict(phase(), error.policy(), verdict, 1);
      String reason = Objects.requireNonNullElse(error.reason(), error.code());
      span.verdict(phase(), error.policy(), verdict, reason, 1);
      record.refused(phase(), error.policy(), verdict);
    }
  }

  private String phase() {
    return input ? "input" : "output";
  }

  /** A target is asked for the answer. */
  Inquiry asking(Target target, Endpoint to) {
    providerFailed = false;
    heldSince = 0; // what the target before had held is dropped
    spent = usage;
    provider = target.vendor().name();
    record.asking(target);
    if (cost != null) {
      cost.sent();
    }
    operation = new Operation(operation.name(), provider, operation.model(), to.host(), to.port());
    return inquiry(target, operation.name(), to);
  }

  /** The target just asked goes on with what another one has said. */
  void continuing(Target target) {
    record.seam(target);
    observer.continued(target.id());
  }

  /** A policy asks a target about the answer. */
  Inquiry judging(Target target) {
    return inquiry(target, Task.CHAT.operation(), target.base());
  }

  private Inquiry inquiry(Target target, String name, Endpoint to) {
    Fleet fleet = gateway.fleet();
    observer.attempt(target.id(), () -> fleet.of(target).rest(fleet.now()).isZero());
    String asked = target.model() == null ? Operation.OTHER : target.model();
    Operation what = new Operation(name, target.vendor().name(), asked, to.host(), to.port());
    return new Inquiry(
        pack.routes().turn(target, fleet),
        observer,
        what,
        span.asking(what, target.id()),
        word -> RequestIds.isPlain(word) ? named(word, target) : "");
  }

  /** A target's answer is whole. */
  void answered(Origin by) {
    origin = by;
  }

  void judged(Target target, @Nullable Usage counted) {
    if (counted != null) {
      observer.tokens(target.vendor().name(), counted.promptTokens(), counted.completionTokens());
    }
  }

  /** What providers have counted so far. */
  @Nullable Usage usage() {
    return usage;
  }

  void attemptFailed(Target target, ProviderFailure failure, boolean again) {
    if (cost != null) {
      cost.failed();
    }
    providerFailed = true;
    observer.attemptFailed(
        target.id(), failure.kind().name().toLowerCase(java.util.Locale.ROOT), again);
  }

  /** A frame came from the provider. */
  void saw(Target target, Frame frame, @Nullable Usage counted) {
    if (counted != null) {
      usage = counted.plus(spent);
    }
    if (cost != null) {
      cost.saw(frame);
    }
    if (!upstreamSeen && frame.hasSubstance()) {
      upstreamSeen = true;
      observer.upstreamFirst(target.vendor().name(), System.nanoTime() - exchange.startedNanos());
    }
  }

  /** Frames were written to the client. */
  void delivered(int chunks) {
    observer.chunks(chunks);
    if (!deliveredSeen) {
      deliveredSeen = true;
      firstNanos = System.nanoTime() - exchange.startedNanos();
      observer.deliveredFirst(provider, firstNanos);
      span.firstToken();
    }
  }

  /** What is held after a batch. */
  void held(int characters) {
    observer.held(characters);
    if (characters > 0 && heldSince == 0) {
      heldSince = System.nanoTime();
    } else if (characters == 0 && heldSince != 0) {
      observer.heldFor(System.nanoTime() - heldSince);
      heldSince = 0;
    }
  }

  /**
   * What a provider says is output: it passes the realtime policies, and the key is taken out of
   * it.
   */
  GatewayError scrub(GatewayError error, Target target) {
    String message = clean(error.message(), target);
    return new GatewayError(
        error.status(),
        error.type(),
        isClean(error.code(), target) ? error.code() : error.type().wire(),
        message.isEmpty() ? "The provider failed; its message was withheld by a policy." : message,
        error.policy(),
        error.param() != null && isClean(error.param(), target) ? error.param() : null,
        error.retryAfter());
  }

  /** A provider's name for the request; empty if it has none that may be told. */
  String named(@Nullable String requestId, Target target) {
    return requestId != null && isClean(requestId, target) ? requestId : "";
  }

  private String clean(String text, Target target) {
    return pack.chain().message(KeyScrubber.scrub(text, target.key()));
  }

  /** Codes and names are kept or dropped, never rewritten: programs look at them. */
  private boolean isClean(String name, Target target) {
    return name.length() <= LONGEST_NAME && clean(name, target).equals(name);
  }

  void close(boolean stream, int status, String outcome) {
    record.close(outcome, usage);
    if (permit != null) {
      permit.settle(cost == null ? 0 : cost.tokens(usage, outcome.equals("completed")));
    }
    if (heldSince != 0) {
      observer.heldFor(System.nanoTime() - heldSince);
    }
    if (usage != null) {
      observer.tokens(provider, usage.promptTokens(), usage.completionTokens());
    }
    Ended ended =
        new Ended(
            exchange,
            operation,
            stream,
            status,
            outcome,
            policy,
            code,
            System.nanoTime() - exchange.startedNanos(),
            firstNanos,
            usage);
    observer.closed(ended);
    span.end(ended, origin);
    AccessLog.ended(ended, span.traceId(), span.spanId());
    gateway.left(this);
  }
}
