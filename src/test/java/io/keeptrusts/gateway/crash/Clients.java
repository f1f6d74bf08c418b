package io.keeptrusts.gateway.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.RawClient.End;
import io.keeptrusts.gateway.testing.Sse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Clients that ask again and again, all at once, until the gateway dies under them. */
final class Clients {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String ASK =
      """
      {"model":"gpt-4o","stream":%b,"messages":[{"role":"user","content":"Go on"}]}""";

  private final Map<String, String> received = new ConcurrentHashMap<>();
  private final CountDownLatch heard = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();

  /** Some of them stream, the others wait for whole answers. */
  Clients(String url, int count) {
    for (int i = 0; i < count; i++) {
      boolean stream = i % 4 != 3;
      threads.add(Thread.ofVirtual().start(() -> run(url, stream)));
    }
  }

  /** Waits until one of them has heard something. */
  void awaitFirst() throws InterruptedException {
    if (!heard.await(30, TimeUnit.SECONDS)) {
      throw new AssertionError("no client has heard anything");
    }
  }

  private void run(String url, boolean stream) {
    try (RawClient client = RawClient.connect(url)) {
      do {
        client.post("/v1/chat/completions", ASK.formatted(stream));
        while (client.read().isPresent()) {
          heard.countDown();
        }
        if (client.pieces().isEmpty()) {
          return;
        }
        String id = client.header("x-request-id").orElseThrow();
        received.put(id, stream ? streamed(client.body()) : whole(client));
      } while (client.end() == End.WHOLE);
    } catch (UncheckedIOException gone) {
      // It died before or between two answers.
    }
  }

  private static String whole(RawClient client) {
    return client.end() == End.WHOLE ? text(client.body(), "message") : "";
  }

  /** What was heard in whole events, and no less than that. */
  private static String streamed(String body) {
    StringBuilder text = new StringBuilder();
    for (Sse.Event event : Sse.parse(body.substring(0, body.lastIndexOf("\n\n") + 1))) {
      if (!event.data().equals("[DONE]")) {
        text.append(text(event.data(), "delta"));
      }
    }
    return text.toString();
  }

  private static String text(String json, String where) {
    try {
      JsonNode choice = JSON.readTree(json).path("choices").path(0);
      return choice.path(where).path("content").asText("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What each exchange has given its client, by the exchange's id, once all clients are done. */
  Map<String, String> received() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
    return received;
  }
}
