package io.keeptrusts.gateway.recorded;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.policy.Chain;
import io.keeptrusts.gateway.policy.OutputContext;
import io.keeptrusts.gateway.policy.OutputStep;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind.Mode;
import io.keeptrusts.gateway.policy.Workers;
import io.keeptrusts.gateway.provider.Protocol;
import io.keeptrusts.gateway.provider.Vendors;
import io.keeptrusts.gateway.testing.Rethrow;
import io.keeptrusts.gateway.testing.Silence;
import io.keeptrusts.gateway.wire.WorkerPool.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * The provider's reader and the chain without sockets around them, for cuts too many for sockets.
 */
final class InMemory {
  private static final Protocol PROTOCOL =
      Objects.requireNonNull(Vendors.find("openai")).protocol();
  private static final Protocol.Limits LIMITS = new Protocol.Limits(1 << 20, 1 << 20);
  private static final Prompt PROMPT =
      new Prompt("any", true, true, JsonNodeFactory.instance.objectNode(), List.of());

  private final Chain chain;

  InMemory(List<Policy> policies) {
    chain =
        Chain.compile(
            policies.stream()
                .map(policy -> new Chain.Member(policy, Mode.REALTIME, false))
                .toList(),
            false);
  }

  /**
   * The frames that leave for the body cut at these places, and the error that ends them if one
   * does.
   */
  String deliver(byte[] body, int... cuts) {
    Stream stream = new Stream();
    try {
      stream.reader.head(200, _ -> null);
      int from = 0;
      for (int cut : cuts) {
        stream.feed(body, from, cut);
        from = cut;
      }
      stream.feed(body, from, body.length);
      stream.reader.end();
    } catch (GatewayException e) {
      stream
          .out
          .append("data: {\"error\":{\"code\":\"")
          .append(e.error().code())
          .append("\"}}\n\n");
    }
    return stream.out.toString();
  }

  private final class Stream implements Protocol.Sink {
    private final StringBuilder out = new StringBuilder();
    private final Protocol.Reader reader = PROTOCOL.read(true, LIMITS, this);
    private final OutputStep first =
        chain.output(
            new OutputContext(
                PROMPT,
                new Caller("127.0.0.1", ""),
                reader.shape(),
                new Silence(),
                new Never(),
                0,
                (target, request) -> {
                  throw new AssertionError("no judge here");
                },
                new Rethrow()),
            last());

    /** A read of a socket: its array is gone when the call returns. */
    private void feed(byte[] body, int from, int to) {
      byte[] lent = Arrays.copyOfRange(body, from, to);
      reader.data(lent, 0, lent.length);
      Arrays.fill(lent, (byte) '#');
    }

    private OutputStep last() {
      return new OutputStep() {
        @Override
        public void frame(Frame frame) {
          String json = new String(frame.json(), frame.from(), frame.to() - frame.from(), UTF_8);
          out.append("data: ").append(json).append("\n\n");
        }

        @Override
        public void end() {
          out.append("data: [DONE]\n\n");
        }
      };
    }

    @Override
    public void frame(Frame frame) {
      first.frame(frame);
    }

    @Override
    public void done() {
      first.end();
    }
  }

  private static final class Never implements Workers {
    @Override
    public <T> void call(Callable<T> work, Consumer<Outcome<T>> then) {
      throw new AssertionError("no policy of these needs a worker");
    }
  }
}
