package io.keeptrusts.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.testing.Sse.Event;
import org.junit.jupiter.api.Test;

class SseTest {
  @Test
  void readsEventsWithTypeCommentsAndJoinedData() {
    String body =
        "\uFEFF: hi\r\nevent: x\ndata: a\rdata:b: c\r\n\r\nid: 1\n\ndata:  é\n\nerror: {}\n\n";

    assertThat(Sse.parse(body.getBytes(UTF_8)))
        .containsExactly(
            new Event("x", "a\nb: c"), new Event(null, " é"), new Event("error", "{}"));
  }

  @Test
  void takesAnEventThatTheEndCutOffAndIgnoresOtherText() {
    assertThat(Sse.parse("{\n  \"a\": 1\n}\n\ndata: [DONE]"))
        .containsExactly(new Event(null, "[DONE]"));
    assertThat(Sse.parse("")).isEmpty();
  }
}
