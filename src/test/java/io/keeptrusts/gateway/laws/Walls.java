package io.keeptrusts.gateway.laws;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.Chain;
import io.keeptrusts.gateway.policy.Course;
import io.keeptrusts.gateway.policy.Happenings;
import io.keeptrusts.gateway.policy.OutputContext;
import io.keeptrusts.gateway.policy.OutputStep;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.policy.Workers;
import io.keeptrusts.gateway.policy.kind.DlpFilter;
import io.keeptrusts.gateway.policy.kind.SafetyFilter;
import io.keeptrusts.gateway.policy.kind.pii.PiiDetector;
import io.keeptrusts.gateway.policy.text.TextRules;
import io.keeptrusts.gateway.policy.text.TextRules.Owned;
import io.keeptrusts.gateway.provider.Protocol;
import io.keeptrusts.gateway.provider.Vendors;
import io.keeptrusts.gateway.testing.Rethrow;
import io.keeptrusts.gateway.testing.Silence;
import io.keeptrusts.gateway.wire.WorkerPool.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Everything between a provider's bytes and the frames that leave, in memory. */
final class Walls {
  /** What stands between: the chain of a pack, or something that only believes it does its work. */
  interface Wall {
    OutputStep open(Shape shape, OutputStep last);
  }

  /**
   * What came out.
   *
   * @param error what ended it, if something did
   * @param held characters held after each read
   */
  record Delivered(
      List<byte[]> frames,
      @Nullable GatewayError error,
      boolean ended,
      IntSummaryStatistics held) {}

  /**
   * Neighbouring text policies, and the same rules for whole texts; {@code masking} leaves out what
   * blocks.
   */
  record Rules(Wall wall, TextRules all, TextRules masking) {}

  private static final Happenings SILENCE = new Silence();

  private static final Workers NOBODY =
      new Workers() {
        @Override
        public <T> void call(Callable<T> work, Consumer<Outcome<T>> then) {
          throw new AssertionError("text policies need no workers");
        }
      };

  private static final Prompt PROMPT =
      new Prompt("gpt-4o", true, true, JsonNodeFactory.instance.objectNode(), List.of());
  private static final Protocol.Limits LIMITS = new Protocol.Limits(1 << 20, 1 << 22);

  private Walls() {}

  static Policy pii() {
    return new PiiDetector().compile(new PiiDetector.Config(null, null, null, null, null));
  }

  static Policy dlp() {
    return new DlpFilter()
        .compile(
            new DlpFilter.Config(List.of(Plants.PATTERN), Plants.TERMS, null, null, null, null));
  }

  static Policy safety(Action action) {
    return new SafetyFilter()
        .compile(new SafetyFilter.Config(null, List.of(Plants.BANNED), action, null, null, null));
  }

  /** All orders of the three. */
  static List<Rules> orders(Action action) {
    Policy[] p = {pii(), dlp(), safety(action)};
    int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    return Arrays.stream(orders).map(o -> rules(p[o[0]], p[o[1]], p[o[2]])).toList();
  }

  static Rules rules(Policy... policies) {
    List<Chain.Member> members =
        Arrays.stream(policies)
            .map(policy -> new Chain.Member(policy, PolicyKind.Mode.REALTIME, false))
            .toList();
    Chain chain = Chain.compile(members, false);
    List<Owned> owned = new ArrayList<>();
    for (Policy policy : policies) {
      policy.output().forEach(rule -> owned.add(new Owned(policy.kind(), rule)));
    }
    List<Owned> masking =
        owned.stream().filter(one -> one.rule().action() == Action.REDACT).toList();
    Wall wall = wall(chain, new Caller("127.0.0.1", ""), NOBODY, new Rethrow());
    return new Rules(wall, TextRules.compile(owned), TextRules.compile(masking));
  }

  /** The output side of a chain. */
  static Wall wall(Chain chain, Caller caller, Workers workers, Course course) {
    return (shape, last) ->
        chain.output(
            new OutputContext(
                PROMPT,
                caller,
                shape,
                SILENCE,
                workers,
                1 << 20,
                (target, request) -> {
                  throw new AssertionError("no judge here");
                },
                course),
            last);
  }

  /** One answer through a wall. */
  static Delivered run(Wall wall, boolean stream, List<byte[]> reads) {
    return new Run(wall, stream).run(reads);
  }

  private static final class Run implements Protocol.Sink {
    private final Protocol.Reader reader;
    private final OutputStep wall;
    private final List<byte[]> frames = new ArrayList<>();
    private boolean ended;

    Run(Wall wall, boolean stream) {
      reader = Objects.requireNonNull(Vendors.find("openai")).protocol().read(stream, LIMITS, this);
      this.wall = wall.open(reader.shape(), new Last());
    }

    private final class Last implements OutputStep {
      @Override
      public void frame(Frame frame) {
        frames.add(Arrays.copyOfRange(frame.json(), frame.from(), frame.to()));
      }

      @Override
      public void end() {
        ended = true;
      }
    }

    Delivered run(List<byte[]> reads) {
      var held = new IntSummaryStatistics();
      try {
        for (byte[] read : reads) {
          reader.data(read, 0, read.length);
          held.accept(wall.held());
        }
        reader.end();
      } catch (GatewayException e) {
        return new Delivered(frames, e.error(), ended, held);
      }
      return new Delivered(frames, null, ended, held);
    }

    @Override
    public void frame(Frame frame) {
      wall.frame(frame);
    }

    @Override
    public void done() {
      wall.end();
    }
  }
}
