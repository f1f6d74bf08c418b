package io.keeptrusts.gateway.recorded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.kind.AgentFirewall;
import io.keeptrusts.gateway.testing.Recording;
import io.keeptrusts.gateway.testing.Recordings;
import io.keeptrusts.gateway.testing.Sse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Recorded streams before a firewall that permits all of their calls, and before one that none. */
class ToolRecordingsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> OTHER = List.of("no-such-tool");

  private static Policy firewall(@Nullable List<String> allowed, @Nullable List<String> blocked) {
    return new AgentFirewall()
        .compile(new AgentFirewall.Config(allowed, blocked, null, null, null, null, null, null));
  }

  private static Stream<Recording> streams() {
    return Stream.concat(Recordings.own().stream(), shared())
        .filter(recording -> recording.stream() && recording.status() <= 200);
  }

  private static Stream<Recording> shared() {
    try {
      return SharedStreamsTest.chats().stream();
    } catch (org.opentest4j.TestAbortedException missing) {
      return Stream.of();
    }
  }

  /** The ids and names of the calls in a stream. */
  private static Set<String> calls(String stream) {
    Set<String> calls = new TreeSet<>();
    for (Sse.Event event : Sse.parse(stream)) {
      if (event.data().startsWith("{")) {
        for (JsonNode choice : json(event.data()).path("choices")) {
          for (JsonNode call : choice.path("delta").path("tool_calls")) {
            calls.add(call.path("id").asText());
            calls.add(call.path("function").path("name").asText());
          }
        }
      }
    }
    calls.remove("");
    return calls;
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void permittedCallsChangeNothing() {
    InMemory open = new InMemory(List.of());
    InMemory guarded = new InMemory(List.of(firewall(null, OTHER)));

    streams()
        .forEach(
            recording ->
                assertThat(guarded.deliver(recording.body()))
                    .as(recording.name())
                    .isEqualTo(open.deliver(recording.body())));
  }

  @Test
  void forbiddenCallsDoNotLeave() {
    InMemory open = new InMemory(List.of());
    InMemory guarded = new InMemory(List.of(firewall(OTHER, null)));
    int[] with = new int[1];

    streams()
        .forEach(
            recording -> {
              Set<String> calls = calls(open.deliver(recording.body()));
              String out = guarded.deliver(recording.body());
              if (!calls.isEmpty()) {
                with[0]++;
                assertThat(out).as(recording.name()).contains("tool_forbidden");
                assertThat(out).as(recording.name()).doesNotContain("\"tool_calls\":[{");
                calls.forEach(
                    each ->
                        assertThat(out).as(recording.name()).doesNotContain("\"" + each + "\""));
              } else {
                assertThat(new String(recording.body(), UTF_8)).doesNotContain("tool_forbidden");
                assertThat(out).isEqualTo(open.deliver(recording.body()));
              }
            });

    System.out.println("recorded chat streams with tool calls: " + with[0]);
    assertThat(with[0]).isPositive();
  }
}
