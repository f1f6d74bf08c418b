package io.keeptrusts.gateway.soak;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.GatewayProcess;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Received;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Providers as fast as they can, clients that do not read at all, and a small heap between them.
 */
class SlowClientsTest {
  private static final int CLIENTS = 40;
  private static final long HEAP = 48 << 20;
  private static final String ASK =
      """
      {"model":"gpt-4o","stream":%b,"messages":[{"role":"user","content":"Hello"}]}""";
  private static final String CHUNK =
      """
      data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"content":"%s"},"finish_reason":null}]}

      """
          .formatted("word ".repeat(800));
  private static final String WHOLE =
      """
      {"id":"c","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Here."},"finish_reason":"stop"}]}""";

  @TempDir Path dir;

  @Test
  void endlessAnswersToManyWhoDoNotReadFitIntoASmallHeap() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    try (FakeUpstream upstream = FakeUpstream.start();
        GatewayProcess gateway = gateway(upstream.baseUrl()).awaitPort()) {
      upstream.handle(
          request ->
              request.text().contains("\"stream\":true")
                  ? Reply.endless(CHUNK.getBytes(UTF_8))
                  : Reply.json(200, WHOLE));
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(RawClient.connect(gateway.url(), 4096));
        clients.getLast().post("/v1/chat/completions", ASK.formatted(true));
      }
      awaitSilence(upstream);

      assertThat(Figures.of(gateway).of("open")).isEqualTo(CLIENTS);
      assertThat(Figures.of(gateway).of("heap")).isLessThan(HEAP);
      assertThat(Figures.of(gateway).of("direct")).isLessThan(HEAP);
      try (RawClient other = RawClient.connect(gateway.url())) {
        other.post("/v1/chat/completions", ASK.formatted(false));
        assertThat(other.readAll()).contains("Here.");
      }
      for (RawClient client : clients) {
        assertThat(client.readUntil("word ")).contains("word ");
        client.reset();
      }
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(Figures.of(gateway).of("open")).isZero());
    }
  }

  /** Waits until no provider gets anything out any more. */
  private static void awaitSilence(FakeUpstream upstream) {
    long[] last = {-1};
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              long before = last[0];
              last[0] = upstream.requests().stream().mapToLong(Received::bytesWritten).sum();
              return upstream.requests().size() == CLIENTS && before == last[0];
            });
  }

  private GatewayProcess gateway(String upstream) throws Exception {
    Path pack = dir.resolve("pack.yaml");
    Files.writeString(pack, TestGateway.pack(upstream, "pii-detector", ""));
    return GatewayProcess.start(
        dir,
        pack,
        Map.of(),
        "-Xmx64m",
        "-XX:MaxDirectMemorySize=64m",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC");
  }
}
