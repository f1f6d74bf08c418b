package io.keeptrusts.gateway.provider;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.fuzz.Cuts;
import io.keeptrusts.gateway.policy.Chain;
import io.keeptrusts.gateway.policy.OutputContext;
import io.keeptrusts.gateway.policy.OutputStep;
import io.keeptrusts.gateway.policy.PolicyKind.Mode;
import io.keeptrusts.gateway.policy.Workers;
import io.keeptrusts.gateway.policy.kind.AgentFirewall;
import io.keeptrusts.gateway.policy.kind.DlpFilter;
import io.keeptrusts.gateway.testing.Rethrow;
import io.keeptrusts.gateway.testing.Silence;
import io.keeptrusts.gateway.wire.WorkerPool.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The answers of every provider, streamed and whole, through a chain: the first byte chooses which.
 * Any bytes end in frames or in an error that has a type, the same however they are cut.
 */
public final class AnswersFuzz {
  /** What the first byte chooses; the second half are answers in one piece. */
  public static final List<String> PROTOCOLS =
      List.of(
          "openai",
          "groq",
          "mistral",
          "vllm",
          "azure",
          "ollama",
          "anthropic",
          "google",
          "responses");

  private static final Protocol.Limits LIMITS = new Protocol.Limits(1 << 16, 1 << 16);
  private static final Prompt PROMPT =
      new Prompt("any", true, true, JsonNodeFactory.instance.objectNode(), List.of());

  private static final Chain CHAIN =
      Chain.compile(
          List.of(
              new Chain.Member(
                  new DlpFilter()
                      .compile(
                          new DlpFilter.Config(
                              List.of("e[a-z]{0,20}t", "\\d{3}"),
                              List.of(),
                              null,
                              null,
                              null,
                              null)),
                  Mode.REALTIME,
                  false),
              new Chain.Member(
                  new AgentFirewall()
                      .compile(
                          new AgentFirewall.Config(
                              null, List.of("x*"), null, null, null, null, null, null)),
                  Mode.REALTIME,
                  false)),
          false);

  /** What translated answers get anew each time: the time and an id. */
  private static final Pattern OWN =
      Pattern.compile("\"created(_at)?\":\\d+|(chatcmpl-|call_|resp_|msg_)[0-9a-f-]{8,}");

  private AnswersFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int choice = (input[0] & 0xff) % (2 * PROTOCOLS.size());
    byte[] body = Arrays.copyOfRange(input, 1, input.length);
    boolean stream = choice < PROTOCOLS.size();
    String name = PROTOCOLS.get(choice % PROTOCOLS.size());
    Cuts.sameFor(body, reads -> new Told(protocol(name), stream).tell(reads));
  }

  /** The first byte of an input for this provider. */
  public static byte selector(String provider, boolean stream) {
    return (byte) (PROTOCOLS.indexOf(provider) + (stream ? 0 : PROTOCOLS.size()));
  }

  private static Protocol protocol(String name) {
    Vendor vendor =
        Objects.requireNonNull(Vendors.find(name.equals("responses") ? "openai" : name));
    return name.equals("responses")
        ? Objects.requireNonNull(vendor.responses())
        : vendor.protocol();
  }

  private static final class Told implements Protocol.Sink {
    private final List<String> told = new ArrayList<>();
    private final Protocol.Reader reader;
    private final OutputStep first;

    Told(Protocol protocol, boolean stream) {
      reader = protocol.read(stream, LIMITS, this);
      first =
          CHAIN.output(
              new OutputContext(
                  PROMPT,
                  new Caller("127.0.0.1", ""),
                  reader.shape(),
                  new Silence(),
                  new Nobody(),
                  1 << 20,
                  (target, request) -> {
                    throw new AssertionError("no judge here");
                  },
                  new Rethrow()),
              last());
    }

    List<String> tell(List<byte[]> reads) {
      try {
        reader.head(200, name -> null);
        for (byte[] read : reads) {
          reader.data(read, 0, read.length);
        }
        reader.end();
      } catch (GatewayException e) {
        told.add(e.error().code() + " " + e.error().message());
      }
      return told;
    }

    private OutputStep last() {
      return new OutputStep() {
        @Override
        public void frame(Frame frame) {
          String json =
              new String(frame.json(), frame.from(), frame.to() - frame.from(), ISO_8859_1);
          told.add(OWN.matcher(json).replaceAll("own"));
        }

        @Override
        public void end() {
          told.add("end");
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

  private static final class Nobody implements Workers {
    @Override
    public <T> void call(Callable<T> work, Consumer<Outcome<T>> then) {
      throw new AssertionError("no policy of these needs a worker");
    }
  }
}
