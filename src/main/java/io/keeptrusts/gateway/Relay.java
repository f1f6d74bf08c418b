package io.keeptrusts.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.dialect.Dialect;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Trace;
import io.keeptrusts.gateway.policy.Course;
import io.keeptrusts.gateway.policy.OutputContext;
import io.keeptrusts.gateway.policy.OutputStep;
import io.keeptrusts.gateway.policy.Replacement;
import io.keeptrusts.gateway.policy.Workers;
import io.keeptrusts.gateway.provider.OwnAnswer;
import io.keeptrusts.gateway.provider.Protocol;
import io.keeptrusts.gateway.provider.ProviderFailure;
import io.keeptrusts.gateway.provider.RequestIds;
import io.keeptrusts.gateway.provider.Target;
import io.keeptrusts.gateway.wire.Call;
import io.keeptrusts.gateway.wire.EventLoop;
import io.keeptrusts.gateway.wire.Transport;
import io.keeptrusts.gateway.wire.WorkerPool.Outcome;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * From a provider to the client: asks one target after the other until one answers, and drives what
 * it says through the chain into the {@link Delivery}. Bytes that arrive together are one batch:
 * decoded, checked, recorded and written at once. One event loop, no locks. A provider's call is
 * reset as soon as its answer is of no more use.
 */
final class Relay {
  private static final Logger LOG = Logger.getLogger(Relay.class);

  private static final long LINGER_MILLIS = 1000;

  /** Who is to wait longer than this had better come back. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final Visit visit;
  private final Prompt prompt;
  private final List<Target> targets;
  private final @Nullable Continuation continuation;
  private final Delivery delivery;
  private final long started = System.nanoTime();
  private @Nullable Attempt current;
  private EventLoop.@Nullable Timer clock;
  private int tried;
  private final AskingJudge judge;
  private final Set<String> replacers = new HashSet<>();
  private boolean retried;
  private boolean over;

  Relay(Visit visit, Prompt prompt, List<Target> targets) {
    this.visit = visit;
    this.prompt = prompt;
    this.targets = targets;
    this.judge = new AskingJudge(visit);
    this.continuation = Continuation.of(visit, prompt);
    this.delivery = new Delivery(visit, prompt, continuation, this::finish);
  }

  /**
   * @throws GatewayException if the first target cannot do what is asked
   */
  void start() {
    Attempt first = attempt(targets.getFirst());
    visit.answering(this);
    visit.client().onGone(this::cancel);
    clock = visit.loop().every(visit.settings().tickMillis(), this::tick);
    tried++;
    run(first, Duration.ZERO);
  }

  /**
   * The next target that can do what is asked; false if there is none. One that has been asked
   * already gets a pause.
   */
  private boolean next() {
    while (tried < targets.size()) {
      Target target = targets.get(tried);
      Duration pause =
          targets.subList(0, tried).contains(target) ? visit.pause(target, tried) : Duration.ZERO;
      try {
        if (pause.compareTo(LONGEST_PAUSE) <= 0) {
          Attempt attempt = attempt(target);
          tried++;
          run(attempt, pause);
          return true;
        }
      } catch (GatewayException e) {
        LOG.debugf(
            "exchange=%s target=%s skipped=%s",
            visit.exchange().id(), target.id(), e.error().code());
      }
      tried++;
    }
    return false;
  }

  private Attempt attempt(Target target) {
    Dialect.Plan plan =
        continuation != null && continuation.goesOn()
            ? continuation.plan(target)
            : visit.dialect().plan(target, prompt);
    return new Attempt(target, plan, visit.transport(target.vendor()), null);
  }

  private void run(Attempt attempt, Duration pause) {
    current = attempt;
    if (pause.isZero()) {
      attempt.guard(attempt::open);
    } else {
      visit.loop().after(pause.toMillis(), () -> attempt.guard(attempt::open));
    }
  }

  /** One target's answer, or one of the gateway's own in its place. */
  private final class Attempt implements Call.Listener, Protocol.Sink, Course {
    private final Target target;
    private final Dialect.Plan plan;
    private final Transport transport;
    private final @Nullable Replacement own;
    private final Protocol.Reader reader;
    private final OutputStep chain;
    private @Nullable Call call;
    private @Nullable Inquiry inquiry;
    private long lastRead = System.nanoTime();
    private EventLoop.@Nullable Timer linger;
    private boolean answered;
    private boolean complete;
    private boolean ended;
    private boolean paused;

    /**
     * @param target whose answer it is or was to be
     * @param own what the answer is, if it is not the target's
     */
    Attempt(Target target, Dialect.Plan plan, Transport transport, @Nullable Replacement own) {
      this.target = target;
      this.plan = plan;
      this.transport = transport;
      this.own = own;
      this.reader = plan.protocol().read(prompt.stream(), visit.settings().limits(), this);
      OutputContext context =
          new OutputContext(
              prompt,
              visit.caller(),
              reader.shape(),
              visit,
              guardedWorkers(),
              visit.settings().maxBuffered(),
              judge,
              this,
              continuation == null ? Map.of() : continuation.begun());
      this.chain =
          switch (visit.dialect().task()) {
            case CHAT -> visit.pack().chain().output(context, delivery);
            case EMBEDDINGS -> delivery; // numbers: there is nothing to look for in them
          };
    }

    private void open() {
      Protocol.Outgoing request = plan.protocol().request(target, plan.prompt());
      lastRead = System.nanoTime();
      Transport way = transport;
      boolean goesOn = continuation != null && continuation.goesOn();
      if (!goesOn) {
        delivery.begin(plan.voice(), reader.shape(), request.dropped());
      }
      if (own == null) {
        inquiry = visit.asking(target, request.endpoint());
        way = inquiry.over(transport);
      }
      if (goesOn) {
        delivery.flush(0); // what was told before belongs to the target before
        visit.continuing(target);
      }
      call = way.post(request.endpoint(), request.headers(), request.body(), this);
    }

    @Override
    public void head(int status, Call.Headers headers) {
      batch(
          () -> {
            delivery.named(visit.named(RequestIds.of(headers), target));
            if (inquiry != null) {
              inquiry.status(status);
            }
            reader.head(status, headers);
            answered = status == 200;
            if (answered) {
              delivery.answered();
            }
          });
    }

    @Override
    public void data(byte[] bytes, int from, int to) {
      batch(() -> reader.data(bytes, from, to));
    }

    @Override
    public void end() {
      hungUp();
      batch(reader::end);
    }

    @Override
    public void failed(Call.Failure failure) {
      hungUp();
      if (failure == Call.Failure.CLOSED && reader.shape().finished()) {
        // Every choice has told its end: a careless last word of the transport takes nothing away.
        batch(reader::end);
      } else if (isCurrent() && !complete) {
        fail(ProviderFailure.of(failure));
      }
    }

    private void hungUp() {
      ended = true;
      if (linger != null) {
        linger.cancel();
      }
    }

    /** From the reader: the next frame goes through the chain. */
    @Override
    public void frame(Frame frame) {
      if (own == null) {
        visit.saw(target, frame, reader.shape().usage());
      }
      if (inquiry != null && frame.hasSubstance()) {
        inquiry.firstToken();
      }
      // A chunk without choices breaks naive clients: it is for those who asked.
      if (!frame.isUsageOnly() || plan.prompt().usage()) {
        Frame next = continuation == null ? frame : continuation.heard(frame, reader.shape());
        if (next != null) {
          chain.frame(next);
        }
      }
    }

    @Override
    public void done() {
      complete = true;
      if (inquiry != null) {
        inquiry.succeeded(reader.shape());
        visit.answered(inquiry.origin());
      }
      chain.end();
    }

    private void batch(Runnable work) {
      if (isCurrent()) {
        lastRead = System.nanoTime();
        guard(work);
        guard(this::flush);
      }
    }

    private void flush() {
      delivery.flush(chain.held());
      if (visit.client().full() && call != null && !paused) {
        // The provider's socket fills up until the client has taken its bytes.
        paused = true;
        call.pause();
        visit.client().onDrain(this::drained);
      }
    }

    private void drained() {
      if (paused && call != null) {
        paused = false;
        lastRead = System.nanoTime();
        call.resume();
      }
    }

    private boolean isCurrent() {
      return !over && current == this;
    }

    private void guard(Runnable work) {
      if (!isCurrent()) {
        return;
      }
      try {
        work.run();
      } catch (GatewayException e) {
        fail(e);
      } catch (RuntimeException | StackOverflowError e) {
        LOG.errorf(
            "exchange=%s target=%s error=unexpected %s",
            visit.exchange().id(), target.id(), Trace.of(e));
        fail(
            new ProviderFailure(
                GatewayError.upstream("The gateway failed while it read the answer."),
                ProviderFailure.Kind.SERVER));
      }
    }

    private void fail(GatewayException failure) {
      if (!isCurrent()) {
        return;
      }
      reset();
      if (failure instanceof ProviderFailure provider) {
        if (inquiry != null) {
          inquiry.failed(provider);
        }
        GatewayError error = visit.scrub(provider.error(), target);
        boolean again =
            !visit.client().gone()
                && tried < targets.size()
                && !isLate()
                && (delivery.delivered()
                    ? goesOn(provider, error)
                    : visit.pack().routes().retries(provider));
        visit.attemptFailed(target, provider, again);
        if (again && next()) {
          return;
        }
        delivery.fail(continuation == null ? error : continuation.failure(error));
      } else {
        delivery.fail(failure.error());
      }
    }

    /** Whether another target may go on with what was delivered. */
    private boolean goesOn(ProviderFailure failure, GatewayError error) {
      // One that was to go on and refused is not the caller's mistake.
      return continuation != null
          && (continuation.goesOn() || visit.pack().routes().retries(failure))
          && continuation.cut(target, plan, error);
    }

    private void reset() {
      if (call != null) {
        call.reset();
      }
    }

    /**
     * A provider that has said everything may end its answer in order, so that the connection can
     * be used again.
     */
    private void letGo() {
      if (inquiry != null) {
        inquiry.left();
      }
      if (!complete) {
        reset();
      } else if (!ended) {
        linger = visit.loop().after(LINGER_MILLIS, this::reset);
      }
    }

    /**
     * What comes back from a worker is as much part of the walk as what comes from the provider.
     */
    private Workers guardedWorkers() {
      return new Workers() {
        @Override
        public <T> void call(Callable<T> work, Consumer<Outcome<T>> then) {
          visit.workers().call(work, outcome -> guard(() -> then.accept(outcome)));
        }
      };
    }

    @Override
    public void report(String kind, ObjectNode report) {
      delivery.report(kind, report);
    }

    @Override
    public boolean retry(String kind, String reason) {
      if (own != null || retried || isLate()) {
        return false;
      }
      retried = true;
      anew(kind, "retry", reason, attempt(target));
      return true;
    }

    @Override
    public boolean replace(Replacement by) {
      if (!replacers.add(by.kind())) {
        return false;
      }
      OwnAnswer answer =
          new OwnAnswer(visit.loop(), prompt, visit.exchange().id(), by.text(), visit.usage());
      Dialect.Plan told = visit.dialect().own(answer, prompt);
      anew(by.kind(), "replace", by.reason(), new Attempt(target, told, answer, by));
      return true;
    }

    @Override
    public @Nullable Replacement replacement() {
      return own;
    }

    @Override
    public void failed(GatewayException failure) {
      fail(failure);
    }

    /** Nothing of this answer has left: another takes its place. */
    private void anew(String kind, String verdict, String reason, Attempt next) {
      visit.anew(kind, verdict, reason);
      letGo();
      run(next, Duration.ZERO);
    }

    private void tick(long now) {
      Settings limits = visit.settings();
      if (now - started > limits.totalNanos()) {
        fail(ProviderFailure.of(Call.Failure.TIMEOUT));
      } else if (call != null
          && !complete
          && !paused
          && now - lastRead > (answered ? limits.idleNanos() : limits.firstByteNanos())) {
        fail(ProviderFailure.of(Call.Failure.TIMEOUT));
      } else if (answered || visit.client().headSent()) {
        delivery.heartbeat(now);
      }
    }
  }

  private boolean isLate() {
    return System.nanoTime() - started > visit.settings().totalNanos();
  }

  private void tick() {
    Attempt attempt = current;
    if (!over && attempt != null) {
      attempt.guard(() -> attempt.tick(System.nanoTime()));
    }
  }

  /** The client has left: nobody pays for the rest of the answer. */
  private void cancel() {
    if (!over) {
      delivery.cancelled();
    }
  }

  /** Ends the exchange from outside, as a drain does when its time is up. */
  void abort(GatewayError error) {
    Attempt attempt = current;
    if (attempt != null) {
      attempt.fail(error.exception());
    }
  }

  /** Called once, when the delivery is over, however it ended. */
  private void finish() {
    over = true;
    judge.close();
    Objects.requireNonNull(clock).cancel();
    Attempt attempt = current;
    if (attempt != null) {
      attempt.letGo();
    }
  }
}
