package io.keeptrusts.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.cli.Fixture.Recorded;
import io.keeptrusts.gateway.cli.Fixture.Spoken;
import io.keeptrusts.gateway.wire.Call;
import io.keeptrusts.gateway.wire.Endpoint;
import io.keeptrusts.gateway.wire.EventLoop;
import io.keeptrusts.gateway.wire.Network;
import io.keeptrusts.gateway.wire.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The provider of one run of a fixture: answers as the fixture says, each piece in a turn of the
 * event loop of its own, as if each had been a read of a socket. One event loop; {@link #sent} may
 * be read when the run is over.
 */
final class Played implements Transport {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_CUT = 24;

  private final Network network;
  private final Fixture fixture;
  private final @Nullable Random cuts;
  private final List<JsonNode> sent = new ArrayList<>();
  private int judged;

  /**
   * @param cuts where chunks and reads end; null: as the fixture has them
   */
  Played(Network network, Fixture fixture, @Nullable Random cuts) {
    this.network = network;
    this.fixture = fixture;
    this.cuts = cuts;
  }

  /** What the provider was asked, one attempt after the other; not what a judge was. */
  List<JsonNode> sent() {
    return sent;
  }

  @Override
  public Call post(Endpoint to, Map<String, String> headers, byte[] body, Call.Listener listener) {
    JsonNode asked = read(body);
    boolean stream =
        asked.path("stream").asBoolean() || to.path().contains(":streamGenerateContent");
    boolean judge = !fixture.judge().isEmpty() && !stream && (fixture.stream() || !sent.isEmpty());
    Playing playing;
    if (judge) {
      String said = fixture.judge().get(Math.min(judged++, fixture.judge().size() - 1));
      playing = play(new Spoken(200, List.of(said)), false, listener);
    } else {
      int attempt = Math.min(sent.size(), fixture.upstream().size() - 1);
      sent.add(asked);
      playing =
          switch (fixture.upstream().get(attempt)) {
            case Spoken spoken -> play(spoken, stream, listener);
            case Recorded recorded ->
                new Playing(recorded.status(), recorded.contentType(), recorded.body(), listener);
          };
    }
    playing.later();
    return playing;
  }

  private Playing play(Spoken spoken, boolean stream, Call.Listener listener) {
    String text = String.join("", spoken.chunks());
    if (spoken.status() != 200) {
      ObjectNode error = JsonNodeFactory.instance.objectNode();
      error.putObject("error").put("message", text).put("type", "server_error");
      return new Playing(spoken.status(), "application/json", bytes(error), listener);
    }
    if (!stream) {
      ObjectNode answer = frame("chat.completion");
      ObjectNode choice = (ObjectNode) answer.path("choices").path(0);
      choice.putObject("message").put("role", "assistant").put("content", text);
      choice.put("finish_reason", "stop");
      return new Playing(200, "application/json", bytes(answer), listener);
    }
    StringBuilder events = new StringBuilder();
    for (String chunk : cuts == null ? spoken.chunks() : cut(text, cuts)) {
      event(events, chunk, null);
    }
    event(events, null, "stop");
    events.append("data: [DONE]\n\n");
    return new Playing(200, "text/event-stream", events.toString().getBytes(UTF_8), listener);
  }

  private static void event(
      StringBuilder events, @Nullable String content, @Nullable String finish) {
    ObjectNode frame = frame("chat.completion.chunk");
    ObjectNode choice = (ObjectNode) frame.path("choices").path(0);
    ObjectNode delta = choice.putObject("delta");
    if (content != null) {
      delta.put("content", content);
    }
    choice.put("finish_reason", finish);
    events.append("data: ").append(frame).append("\n\n");
  }

  private static ObjectNode frame(String object) {
    ObjectNode frame = JsonNodeFactory.instance.objectNode();
    frame.put("id", "chatcmpl-fixture").put("object", object).put("created", 1767225600);
    frame.put("model", "fixture").putArray("choices").addObject().put("index", 0);
    return frame;
  }

  /** Never inside of a character: a provider's JSON does not do that either. */
  private static List<String> cut(String text, Random random) {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int to = Math.min(text.length(), from + 1 + random.nextInt(LONGEST_CUT));
      if (to < text.length() && Character.isLowSurrogate(text.charAt(to))) {
        to++;
      }
      pieces.add(text.substring(from, to));
      from = to;
    }
    return pieces;
  }

  private static JsonNode read(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(JsonNode node) {
    return node.toString().getBytes(UTF_8);
  }

  /** One answer on its way. */
  private final class Playing implements Call {
    private final EventLoop loop = network.loop();
    private final int status;
    private final String contentType;
    private final byte[] body;
    private final Listener listener;
    private final Queue<Integer> ends = new ArrayDeque<>();
    private int at = -1;
    private boolean paused;
    private boolean over;

    Playing(int status, String contentType, byte[] body, Listener listener) {
      this.status = status;
      this.contentType = contentType;
      this.body = body;
      this.listener = listener;
      if (cuts != null) {
        // Half of the runs with long reads, so that several events come in one of them, too.
        int longest = cuts.nextBoolean() ? LONGEST_CUT : Math.max(LONGEST_CUT, body.length / 2);
        for (int end = 0; end < body.length; ) {
          end = Math.min(body.length, end + 1 + cuts.nextInt(longest));
          ends.add(end);
        }
      } else if (body.length > 0) {
        ends.add(body.length);
      }
    }

    void later() {
      loop.execute(this::step);
    }

    private void step() {
      if (over || paused) {
        return;
      }
      if (at < 0) {
        at = 0;
        listener.head(status, name -> name.equalsIgnoreCase("content-type") ? contentType : null);
      } else if (!ends.isEmpty()) {
        int from = at;
        at = ends.remove();
        listener.data(body, from, at);
      } else {
        over = true;
        listener.end();
      }
      later();
    }

    @Override
    public void pause() {
      paused = true;
    }

    @Override
    public void resume() {
      if (paused) {
        paused = false;
        later();
      }
    }

    @Override
    public void reset() {
      over = true;
    }
  }
}
