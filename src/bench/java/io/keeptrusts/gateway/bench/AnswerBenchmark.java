package io.keeptrusts.gateway.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.policy.Chain;
import io.keeptrusts.gateway.policy.OutputContext;
import io.keeptrusts.gateway.policy.OutputStep;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.policy.Workers;
import io.keeptrusts.gateway.policy.kind.DlpFilter;
import io.keeptrusts.gateway.policy.kind.SafetyFilter;
import io.keeptrusts.gateway.policy.kind.pii.PiiDetector;
import io.keeptrusts.gateway.provider.Protocol;
import io.keeptrusts.gateway.provider.Vendors;
import io.keeptrusts.gateway.testing.Rethrow;
import io.keeptrusts.gateway.testing.Silence;
import io.keeptrusts.gateway.wire.WorkerPool.Outcome;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One streamed answer from a provider's bytes to the frames that leave, without sockets: decoder,
 * the protocol's mapping, and with a chain the policies. Time and bytes allocated for one chunk.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AnswerBenchmark {
  private static final int CHUNKS = 64;
  private static final Protocol.Limits LIMITS = new Protocol.Limits(1 << 20, 1 << 20);

  @Param({"openai", "mistral", "anthropic", "google", "ollama"})
  String provider;

  @Param({"false", "true"})
  boolean policies;

  private Protocol protocol;
  private Chain chain;
  private byte[] body;

  @Setup
  public void prepare() {
    protocol = Objects.requireNonNull(Vendors.find(provider)).protocol();
    chain =
        Chain.compile(
            policies
                ? Stream.of(
                        new PiiDetector()
                            .compile(new PiiDetector.Config(null, null, null, null, null)),
                        new SafetyFilter()
                            .compile(new SafetyFilter.Config(null, null, null, null, null, null)),
                        new DlpFilter()
                            .compile(
                                new DlpFilter.Config(
                                    null, List.of("project-nightfall"), null, null, null, null)))
                    .map(policy -> new Chain.Member(policy, PolicyKind.Mode.REALTIME, false))
                    .toList()
                : List.of(),
            false);
    String[] words = Prose.words();
    StringBuilder out = new StringBuilder(Wire.of(provider).head());
    for (int i = 0; i < CHUNKS; i++) {
      out.append(
          Wire.of(provider).chunk().replace("TEXT", words[i % words.length].replace("\"", "\\\"")));
    }
    body = out.append(Wire.of(provider).tail()).toString().getBytes(UTF_8);
  }

  @Benchmark
  @OperationsPerInvocation(CHUNKS)
  public long chunk() {
    Answer answer = new Answer();
    answer.reader.head(200, name -> null);
    answer.reader.data(body, 0, body.length);
    answer.reader.end();
    if (!answer.ended) {
      throw new IllegalStateException("the answer did not end");
    }
    return answer.bytes;
  }

  /** How a provider spells an answer, by its documentation; TEXT stands for a piece of it. */
  private record Wire(String head, String chunk, String tail) {
    private static final String CHAT =
        "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"TEXT\"},\"finish_reason\":null}]}\n\n";

    static Wire of(String provider) {
      return switch (provider) {
        case "openai", "mistral" ->
            new Wire(
                "",
                CHAT,
                CHAT.replace("{\"content\":\"TEXT\"},\"finish_reason\":null", "{},\"finish_reason\":\"stop\"")
                    + "data: [DONE]\n\n");
        case "anthropic" ->
            new Wire(
                """
                event: message_start
                data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":9,"output_tokens":1}}}

                event: content_block_start
                data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

                """,
                """
                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"TEXT"}}

                """,
                """
                event: content_block_stop
                data: {"type":"content_block_stop","index":0}

                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":64}}

                event: message_stop
                data: {"type":"message_stop"}

                """);
        case "google" ->
            new Wire(
                "",
                "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"TEXT\"}],\"role\":\"model\"},\"index\":0}],\"modelVersion\":\"m\"}\r\n\r\n",
                "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}],\"role\":\"model\"},\"finishReason\":\"STOP\",\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":9,\"candidatesTokenCount\":64,\"totalTokenCount\":73},\"modelVersion\":\"m\"}\r\n\r\n");
        case "ollama" ->
            new Wire(
                "",
                "{\"model\":\"m\",\"created_at\":\"2025-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\",\"content\":\"TEXT\"},\"done\":false}\n",
                "{\"model\":\"m\",\"created_at\":\"2025-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":9,\"eval_count\":64}\n");
        default -> throw new IllegalArgumentException(provider);
      };
    }
  }

  private final class Answer implements Protocol.Sink {
    private final Protocol.Reader reader = protocol.read(true, LIMITS, this);
    private final OutputStep first =
        chain.output(
            new OutputContext(
                new Prompt("m", true, true, JsonNodeFactory.instance.objectNode(), List.of()),
                new Caller("127.0.0.1", ""),
                reader.shape(),
                new Silence(),
                new Never(),
                0,
                (target, request) -> {
                  throw new IllegalStateException("no judge here");
                },
                new Rethrow()),
            new OutputStep() {
              @Override
              public void frame(Frame frame) {
                bytes += frame.to() - frame.from();
              }

              @Override
              public void end() {
                ended = true;
              }
            });
    private long bytes;
    private boolean ended;

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
      throw new IllegalStateException("no policy of these needs a worker");
    }
  }
}
