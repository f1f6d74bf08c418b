package io.keeptrusts.gateway;

import io.keeptrusts.gateway.audit.AuditException;
import io.keeptrusts.gateway.audit.AuditTrail;
import io.keeptrusts.gateway.audit.Head;
import io.keeptrusts.gateway.audit.Session;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Channel;
import io.keeptrusts.gateway.exchange.Exchange;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Frame.Treatment;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayError.Type;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Usage;
import io.keeptrusts.gateway.pack.Pack;
import io.keeptrusts.gateway.provider.Target;
import io.keeptrusts.gateway.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One exchange in the trail; does nothing where the chain keeps none. Opened when the first thing
 * is to be said. A trail that cannot be written follows the fail-mode: block ends the exchange,
 * allow goes on without it.
 */
final class Recorder {
  private static final Logger LOG = Logger.getLogger(Recorder.class);

  private static final int LONGEST_MODEL = 256;

  private record Piece(Channel channel, int from, int to) {}

  private final @Nullable AuditTrail trail;
  private final Exchange exchange;
  private final Pack pack;
  private final boolean failOpen;
  private final List<Piece> pieces = new ArrayList<>();
  private final Bytes texts = new Bytes(64);
  private @Nullable Session session;
  private Caller caller;
  private String model = "";
  private String target = "";
  private boolean stream;
  private boolean broken;

  Recorder(@Nullable AuditTrail trail, Exchange exchange, Pack pack, boolean failOpen) {
    this.trail = trail;
    this.exchange = exchange;
    this.caller = exchange.caller();
    this.pack = pack;
    this.failOpen = failOpen;
    this.broken = trail == null;
  }

  /**
   * Notes what was asked for. No text of a request is recorded; a model's name that the pack does
   * not use itself is the client's own text, and is recorded as an answer's would be.
   */
  void prompt(Prompt prompt) {
    if (trail != null) {
      String asked = prompt.model();
      boolean strange = asked.length() > LONGEST_MODEL; // cut, it might no longer be recognized
      model = pack.routes().names(asked) ? asked : strange ? "" : pack.chain().message(asked);
    }
    stream = prompt.stream();
  }

  /** The trail names the caller that a policy has established, if nothing was recorded before. */
  void identified(Caller known) {
    caller = known;
  }

  void asking(Target next) {
    target = next.id();
  }

  /** From here on the answer is another target's. */
  void seam(Target next) {
    attempt(() -> session().seam(next.id()));
  }

  void verdict(String phase, String policy, String verdict, String label, int count) {
    attempt(() -> session().verdict(phase, policy, verdict, label, count));
  }

  /** Notes a verdict that has ended the exchange. */
  void refused(String phase, String policy, String verdict) {
    note(() -> session().verdict(phase, policy, verdict, "", 1));
  }

  /** Keeps the text of a frame that is about to leave, until the batch is committed. */
  void add(Frame frame) {
    if (broken) {
      return;
    }
    for (int i = 0; i < frame.size(); i++) {
      Frame.Field field = frame.field(i);
      if (field.treatment() == Treatment.STREAM && field.to() > field.from()) {
        int start = texts.length();
        texts.add(frame.json(), field.from(), field.to());
        pieces.add(new Piece(Objects.requireNonNull(field.channel()), start, texts.length()));
      }
    }
  }

  /** The batch will not leave after all. */
  void forget() {
    pieces.clear();
    texts.reset();
  }

  /** Makes the text of a batch survive the process; to be called before its bytes leave. */
  void commit() {
    if (broken || pieces.isEmpty() && session == null) {
      return;
    }
    attempt(this::write);
    forget();
  }

  private void write() {
    Session open = session();
    byte[] text = texts.array();
    pieces.forEach(piece -> open.delivered(piece.channel.label(), text, piece.from, piece.to));
    open.commit();
  }

  void close(String outcome, @Nullable Usage usage) {
    note(() -> session().close(outcome, usage));
  }

  /**
   * For what is said when nothing can be stopped any more: a failure is logged, and that is all.
   */
  private void note(Runnable write) {
    try {
      attempt(write);
    } catch (GatewayException over) {
      // The exchange ends anyway.
    }
  }

  private Session session() {
    Session open = session;
    if (open == null) {
      Head head =
          new Head(
              exchange.id(),
              caller.user().isEmpty() ? caller.address() : caller.user(),
              model,
              target,
              pack.label(),
              pack.chain().kinds(),
              stream);
      open = Objects.requireNonNull(trail).shard().open(head);
      session = open;
    }
    return open;
  }

  private void attempt(Runnable write) {
    if (broken) {
      return;
    }
    try {
      write.run();
    } catch (AuditException e) {
      broken = true;
      LOG.errorf(
          "exchange=%s error=audit reason=%s fail_mode=%s",
          exchange.id(), e.getMessage(), failOpen ? "allow" : "block");
      if (!failOpen) {
        throw new GatewayError(
                409,
                Type.POLICY_VIOLATION,
                "output_blocked",
                "The trail cannot be written, and this gateway then blocks (fail-mode block). Tell its operator.",
                "audit-logger",
                null,
                null)
            .exception();
      }
    }
  }
}
