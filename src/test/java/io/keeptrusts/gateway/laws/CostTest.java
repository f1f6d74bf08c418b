package io.keeptrusts.gateway.laws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.OutputStep;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.TextRule;
import io.keeptrusts.gateway.policy.match.Matcher;
import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.match.Scan;
import io.keeptrusts.gateway.provider.Protocol;
import io.keeptrusts.gateway.provider.Vendors;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a character and a chunk cost, in figures that do not depend on the machine's mood. */
class CostTest {
  private static final String PROSE =
      """
      The harbour was quiet when the first boats came back. On the quay stood a woman with a basket, \
      and beside her two boys who counted the masts aloud: one, two, three, seven in all. "They are \
      late," she said, "but the wind has turned, and in the end they always come home." Nobody \
      answered. In 1987, her mother had waited on the same stones for 14 hours, and the town still \
      tells how the lamp in her window burned until the morning.
      """;

  /** Full of words after which something might follow. */
  private static final String HINTS =
      """
      The key to it, people say, is patience; the number of boats never matters, nor does the \
      address of the house they belong to. Her token of thanks was an account of the secret passage.
      """;

  /** Measured: 357, nearly all of it for frames that give up text held before. */
  private static final double BYTES_PER_CHUNK = 480;

  private static final List<Policy> POLICIES =
      List.of(Walls.pii(), Walls.dlp(), Walls.safety(Action.BLOCK));

  @Test
  void proseTakesHardlyMoreThanOneStepPerCharacter() {
    assertThat(stepsPerCharacter(PROSE)).isLessThanOrEqualTo(1.2);
    assertThat(stepsPerCharacter(HINTS)).isLessThanOrEqualTo(1.5);
  }

  private static double stepsPerCharacter(String prose) {
    List<Rule> rules =
        POLICIES.stream().flatMap(policy -> policy.output().stream().map(TextRule::rule)).toList();
    assertThat(rules).hasSizeGreaterThan(250);
    Scan scan = Matcher.compile(rules).open();
    char[] text = prose.repeat(20).toCharArray();
    for (int i = 0; i < text.length; i += 4) {
      scan.feed(text, i, Math.min(text.length, i + 4), 0, (rule, start, end) -> {});
    }
    return (double) scan.steps() / text.length;
  }

  @Test
  void aChunkAllocatesLittle() {
    List<byte[]> chunks = new ArrayList<>();
    for (String word : PROSE.strip().replace("\n", " ").split("(?<= )")) {
      chunks.add(
          "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"finish_reason\":null}]}\n\n"
              .formatted(word.replace("\"", "\\\""))
              .getBytes(UTF_8));
    }
    Answer answer = new Answer();
    for (int i = 0; i < 400; i++) {
      chunks.forEach(answer::read);
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    chunks.forEach(answer::read);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(answer.frames).isGreaterThan(300L * chunks.size());
    assertThat((double) allocated / chunks.size()).as("bytes").isLessThanOrEqualTo(BYTES_PER_CHUNK);
  }

  /** One stream that never ends, from the bytes of a provider to the frames that leave. */
  private static final class Answer implements Protocol.Sink {
    private long frames;
    private final Protocol.Reader reader =
        Objects.requireNonNull(Vendors.find("openai"))
            .protocol()
            .read(true, new Protocol.Limits(1 << 20, 1 << 20), this);
    private final OutputStep first;

    Answer() {
      first =
          Walls.rules(POLICIES.toArray(Policy[]::new))
              .wall()
              .open(
                  reader.shape(),
                  new OutputStep() {
                    @Override
                    public void frame(Frame frame) {
                      frames++;
                    }

                    @Override
                    public void end() {
                      throw new AssertionError("it never ends");
                    }
                  });
      reader.head(200, _ -> null);
    }

    void read(byte[] bytes) {
      reader.data(bytes, 0, bytes.length);
    }

    @Override
    public void frame(Frame frame) {
      first.frame(frame);
    }

    @Override
    public void done() {
      throw new AssertionError("it never ends");
    }
  }
}
