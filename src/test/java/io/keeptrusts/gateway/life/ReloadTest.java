package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK;
import static io.keeptrusts.gateway.life.Talk.ASK_WHOLE;
import static io.keeptrusts.gateway.life.Talk.CHAT;
import static io.keeptrusts.gateway.life.Talk.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packs that come and go under load, and files that are no packs. */
class ReloadTest {
  private static final int CLIENTS = 8;
  private static final int ASKED_BY_EACH = 250;
  private static final int RELOADS = 50;

  private FakeUpstream red;
  private FakeUpstream blue;
  private TestGateway gateway;

  @BeforeEach
  void start() {
    red = FakeUpstream.start().handle(request -> answer(request.text(), "red"));
    blue = FakeUpstream.start().handle(request -> answer(request.text(), "blue"));
    gateway = TestGateway.start(Map.of(), redPack());
  }

  @AfterEach
  void stop() {
    gateway.close();
    red.close();
    blue.close();
  }

  private static Reply answer(String request, String colour) {
    String text = "All " + colour + ": jane.doe@example.com or 4111 1111 1111 1111, so " + colour;
    return request.contains("\"stream\":true")
        ? Reply.sse(Talk.stream(text + ", ", "is it.")).cutEvery(90)
        : Reply.json(200, Talk.whole(text + ", is it."));
  }

  private String redPack() {
    return TestGateway.pack(red.baseUrl(), "pii-detector", "pii-detector: {action: redact}");
  }

  private String bluePack() {
    return TestGateway.pack(
        blue.baseUrl(), "dlp-filter", "dlp-filter: {blocked_terms: [jane.doe], action: redact}");
  }

  @Test
  void eachOfThousandsOfAnswersIsOfExactlyOnePackWhilePacksAlternate() throws Exception {
    List<String> ofRed = answers();
    gateway.repack(bluePack());
    List<String> ofBlue = answers();
    assertThat(ofRed).doesNotContainAnyElementsOf(ofBlue);
    AtomicInteger reloads = new AtomicInteger();
    AtomicInteger reds = new AtomicInteger();
    AtomicInteger asked = new AtomicInteger();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Void> client =
          () -> {
            try (RawClient socket = RawClient.connect(gateway.url())) {
              for (int i = 0; i < ASKED_BY_EACH || reloads.get() < RELOADS; i++) {
                String answer = socket.post(CHAT, i % 4 == 0 ? ASK_WHOLE : ASK).readAll();
                boolean isRed = answer.contains("red");
                assertThat(isRed ? ofRed : ofBlue).contains(answer);
                reds.addAndGet(isRed ? 1 : 0);
                asked.incrementAndGet();
              }
              return null;
            }
          };
      List<Future<Void>> running = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        running.add(clients.submit(client));
      }
      while (!running.stream().allMatch(Future::isDone)) {
        gateway.repack(reloads.getAndIncrement() % 2 == 0 ? redPack() : bluePack());
      }
      for (Future<Void> done : running) {
        done.get();
      }
    }
    assertThat(reloads).as("reloads").hasValueGreaterThanOrEqualTo(RELOADS);
    assertThat(reds).hasValueBetween(CLIENTS, asked.get() - CLIENTS);
  }

  private List<String> answers() {
    return List.of(post(gateway, ASK).body(), post(gateway, ASK_WHOLE).body());
  }

  /** What may stand where the pack was. */
  enum Mischief {
    BROKEN_YAML,
    NO_FILE,
    EMPTY_FILE,
    DIRECTORY,
    LINK_TO_ITSELF,
    LINK_TO_NOTHING,
    HUGE_FILE,
    DEEP_YAML,
    MANY_ALIASES,
    BINARY,
    PIPE;

    void put(Path file) throws IOException {
      switch (this) {
        case BROKEN_YAML -> Files.writeString(file, "pack: {name: x");
        case NO_FILE -> {}
        case EMPTY_FILE -> Files.createFile(file);
        case DIRECTORY -> Files.createDirectory(file);
        case LINK_TO_ITSELF -> Files.createSymbolicLink(file, file.getFileName());
        case LINK_TO_NOTHING -> Files.createSymbolicLink(file, Path.of("nowhere"));
        case HUGE_FILE -> Files.writeString(file, "#".repeat(64 << 20));
        case DEEP_YAML -> Files.writeString(file, "pack: " + "[".repeat(200_000));
        case MANY_ALIASES -> Files.writeString(file, laughs());
        case BINARY -> Files.write(file, new byte[] {0, -1, -2, 7, 10});
        case PIPE -> mkfifo(file);
      }
    }

    private static String laughs() {
      StringBuilder text = new StringBuilder("a0: &a0 [x]\n");
      for (int i = 1; i < 30; i++) {
        String before = "*a" + (i - 1) + ", ";
        text.append("a%d: &a%d [%sx]%n".formatted(i, i, before.repeat(9)));
      }
      return text.toString();
    }

    private static void mkfifo(Path file) throws IOException {
      try {
        new ProcessBuilder("mkfifo", file.toString()).start().waitFor();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whateverStandsWhereThePackWasTheOneInForceStays(Mischief mischief) throws IOException {
    Path file = gateway.packFile();
    String before = post(gateway, ASK).body();
    Files.delete(file);
    mischief.put(file);

    Talk.Heard reload =
        Talk.send(gateway, "POST", "/keeptrusts/config/reload", Map.of(), new byte[0]);

    assertThat(reload.status()).as(reload.body()).isEqualTo(422);
    assertThat(reload.body()).contains("\"reloaded\":false", "E0");
    assertThat(post(gateway, ASK).body()).isEqualTo(before);

    replace(file, bluePack());
    assertThat(
            Talk.send(gateway, "POST", "/keeptrusts/config/reload", Map.of(), new byte[0]).status())
        .isEqualTo(200);
    assertThat(post(gateway, ASK).body()).contains("blue");
  }

  private static void replace(Path file, String pack) throws IOException {
    if (Files.isDirectory(file)) {
      try (Stream<Path> all = Files.walk(file)) {
        all.sorted(Comparator.reverseOrder()).forEach(each -> each.toFile().delete());
      }
    }
    Files.deleteIfExists(file);
    Files.writeString(file, pack);
  }
}
