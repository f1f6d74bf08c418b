package io.keeptrusts.gateway.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.recorded.Tape.Ending;
import io.keeptrusts.gateway.testing.Recording;
import io.keeptrusts.gateway.testing.Recordings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Streams written for this project from the documented formats. */
class OwnStreamsTest extends StreamLaws {

  @Override
  List<Recording> recordings() {
    return Recordings.own();
  }

  @Test
  void whatThePoliciesMaskIsKnown() {
    Recording stream =
        recordings().stream()
            .filter(row -> row.name().equals("openai/personal-data.sse"))
            .findFirst()
            .orElseThrow();
    try (Replay replay = Replay.withPolicies()) {
      Replay.Got got = replay.ask(stream, Replay.reply(stream, stream.body()), true, false);

      assertThat(Heard.of(Tape.delivered(got.body())).texts)
          .containsOnly(Map.entry("0/content", "Write to [EMAIL_REDACTED] or wait."));
    }
  }

  @Override
  Map<String, Ending> irregular() {
    return Map.of(
        "groq/event-error.sse", Ending.ERROR,
        "groq/event-error-first.sse", Ending.ERROR,
        "other/bare-error-line.sse", Ending.ERROR,
        "other/cut.sse", Ending.CUT,
        "other/done-without-finish.sse", Ending.UNFINISHED,
        "other/no-done.sse", Ending.UNMARKED);
  }
}
