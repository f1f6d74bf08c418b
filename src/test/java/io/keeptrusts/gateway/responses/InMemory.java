package io.keeptrusts.gateway.responses;

import io.keeptrusts.gateway.dialect.Dialect;
import io.keeptrusts.gateway.dialect.Responses;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.pack.Pack;
import io.keeptrusts.gateway.pack.PackStore;
import io.keeptrusts.gateway.pack.Secrets;
import io.keeptrusts.gateway.policy.Happenings;
import io.keeptrusts.gateway.policy.OutputContext;
import io.keeptrusts.gateway.policy.OutputStep;
import io.keeptrusts.gateway.policy.Workers;
import io.keeptrusts.gateway.provider.Protocol;
import io.keeptrusts.gateway.testing.Rethrow;
import io.keeptrusts.gateway.testing.Silence;
import io.keeptrusts.gateway.testing.TestGateway;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.WorkerPool.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * A Responses answer from a provider's bytes to the client's, without sockets: reader, chain and
 * voice.
 */
final class InMemory {
  private static final Happenings SILENT = new Silence();

  private final Pack pack;

  InMemory(String chain) {
    this(chain, "");
  }

  InMemory(String chain, String blocks) {
    try {
      Path file = Files.createTempFile("pack", ".yaml");
      Files.writeString(file, TestGateway.pack("http://127.0.0.1:1", chain, blocks));
      PackStore store =
          new PackStore(
              List.of(file),
              TestGateway.kinds(),
              new Secrets(Map.of("TEST_KEY", "k"), null),
              false,
              loaded -> {});
      store.load();
      pack = store.current();
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the policies make of a text. */
  String applied(String text) {
    return pack.chain().message(text);
  }

  String stream(String body) {
    return answer(true, List.of(body.getBytes(StandardCharsets.UTF_8)));
  }

  String whole(String body) {
    return answer(false, List.of(body.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * What the client gets.
   *
   * @throws GatewayException if the answer fails or is blocked
   */
  String answer(boolean stream, List<byte[]> pieces) {
    Dialect dialect = new Responses();
    Prompt prompt =
        dialect.read(
            ("{\"model\":\"gpt-4o\",\"input\":\"Hi\",\"stream\":" + stream + "}")
                .getBytes(StandardCharsets.UTF_8));
    Dialect.Plan plan = dialect.plan(pack.routes().targets().getFirst(), prompt);
    Bytes out = new Bytes();
    OutputStep last =
        new OutputStep() {
          @Override
          public void frame(Frame frame) {
            plan.voice().frame(frame, out);
          }

          @Override
          public void end() {
            plan.voice().end(out);
          }
        };
    Through through = new Through();
    Protocol.Reader reader =
        plan.protocol().read(stream, new Protocol.Limits(1 << 24, 1 << 24), through);
    Workers workers =
        new Workers() {
          @Override
          public <T> void call(Callable<T> work, Consumer<Outcome<T>> then) {
            try {
              then.accept(new Outcome.Done<>(work.call()));
            } catch (Exception e) {
              then.accept(new Outcome.Failed<>(e));
            }
          }
        };
    OutputContext context =
        new OutputContext(
            prompt,
            new Caller("127.0.0.1", ""),
            reader.shape(),
            SILENT,
            workers,
            1 << 24,
            (target, request) -> {
              throw new AssertionError("no judge here");
            },
            new Rethrow());
    through.chain = pack.chain().output(context, last);
    reader.head(200, name -> null);
    for (byte[] piece : pieces) {
      reader.data(piece, 0, piece.length);
    }
    reader.end();
    if (!through.done) {
      throw new AssertionError("the answer has no end");
    }
    return out.toString();
  }

  private static final class Through implements Protocol.Sink {
    private OutputStep chain;
    private boolean done;

    @Override
    public void frame(Frame frame) {
      chain.frame(frame);
    }

    @Override
    public void done() {
      done = true;
      chain.end();
    }
  }
}
