package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.Call;
import io.keeptrusts.gateway.wire.Endpoint;
import io.keeptrusts.gateway.wire.EventLoop;
import io.keeptrusts.gateway.wire.JsonText;
import io.keeptrusts.gateway.wire.SseFrames;
import io.keeptrusts.gateway.wire.Transport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A provider inside the process: no key, no network. It speaks OpenAI's protocol, a token at a
 * time, and its one answer holds personal data that is cut across chunks, so that a newcomer sees
 * what the policies do with it.
 */
public final class DemoProvider implements Transport {
  private static final long INTERVAL_MILLIS = 40;
  private static final Call.Headers STREAM =
      name -> name.equalsIgnoreCase("content-type") ? "text/event-stream" : null;
  private static final Call.Headers JSON =
      name -> name.equalsIgnoreCase("content-type") ? "application/json" : null;

  /** Cut as a tokenizer might: no piece holds a whole address, number or card. */
  private static final List<String> PIECES =
      List.of(
          "Hello",
          "!",
          " This",
          " answer",
          " comes",
          " from",
          " the",
          " gateway",
          "'s",
          " built",
          "-in",
          " demo",
          " provider",
          ",",
          " one",
          " token",
          " at",
          " a",
          " time",
          ".",
          "\n\n",
          "You",
          " can",
          " write",
          " to",
          " jane",
          ".doe",
          "@ex",
          "ample",
          ".com",
          ",",
          " call",
          " +1",
          " 415",
          "-555",
          "-26",
          "71",
          ",",
          " or",
          " pay",
          " with",
          " card",
          " 4111",
          " 11",
          "11 1",
          "111 ",
          "1111",
          ".",
          "\n\n",
          "Each",
          " of",
          " them",
          " was",
          " cut",
          " across",
          " chunks",
          ",",
          " and",
          " none",
          " of",
          " them",
          " reached",
          " you",
          ".");

  private final Supplier<EventLoop> loops;

  /**
   * @param loops gives the event loop of the calling thread
   */
  public DemoProvider(Supplier<EventLoop> loops) {
    this.loops = loops;
  }

  @Override
  public Call post(Endpoint to, Map<String, String> headers, byte[] body, Call.Listener listener) {
    String request = new String(body, StandardCharsets.UTF_8);
    boolean vectors = to.path().endsWith("/embeddings");
    boolean stream = !vectors && request.contains("\"stream\":true");
    byte[] whole = vectors ? DemoVectors.answer(body) : Answer.whole();
    Answer answer = new Answer(loops.get(), listener, stream, whole);
    answer.later();
    return answer;
  }

  private static final class Answer implements Call {
    private static final String HEAD = "{\"id\":\"chatcmpl-demo\",\"object\":\"chat.completion";
    private static final String MODEL =
        "\",\"created\":1767225600,\"model\":\"demo\",\"choices\":[{\"index\":0,";

    private final EventLoop loop;
    private final Listener listener;
    private final boolean stream;
    private final byte[] whole;
    private EventLoop.@Nullable Timer timer;
    private int next = -1;
    private boolean paused;
    private boolean over;

    Answer(EventLoop loop, Listener listener, boolean stream, byte[] whole) {
      this.loop = loop;
      this.listener = listener;
      this.stream = stream;
      this.whole = whole;
    }

    void later() {
      timer = loop.after(INTERVAL_MILLIS, this::step);
    }

    private void step() {
      if (over || paused) {
        return;
      }
      if (next < 0) {
        listener.head(200, stream ? STREAM : JSON);
      } else if (!stream) {
        listener.data(whole, 0, whole.length);
        end();
      } else if (next < PIECES.size()) {
        chunk(next == 0 ? "\"role\":\"assistant\"," : "", PIECES.get(next));
      } else {
        last();
      }
      next++;
      if (!over) {
        later();
      }
    }

    private void chunk(String role, String text) {
      Bytes json =
          new Bytes().ascii(HEAD + ".chunk" + MODEL + "\"delta\":{" + role + "\"content\":\"");
      JsonText.encode(text, 0, text.length(), json);
      event(json.ascii("\"},\"finish_reason\":null}]}"));
    }

    private void event(Bytes json) {
      Bytes frame = new Bytes();
      SseFrames.data(frame, json.array(), 0, json.length());
      listener.data(frame.array(), 0, frame.length());
    }

    private void last() {
      event(
          new Bytes()
              .ascii(HEAD + ".chunk" + MODEL + "\"delta\":{},\"finish_reason\":\"stop\"}]}"));
      event(
          new Bytes()
              .ascii(
                  "{\"id\":\"chatcmpl-demo\",\"object\":\"chat.completion.chunk\",\"created\":1767225600,")
              .ascii("\"model\":\"demo\",\"choices\":[],\"usage\":" + usage() + "}"));
      Bytes done = new Bytes();
      SseFrames.done(done);
      listener.data(done.array(), 0, done.length());
      end();
    }

    static byte[] whole() {
      String text = String.join("", PIECES);
      Bytes json =
          new Bytes().ascii(HEAD + MODEL + "\"message\":{\"role\":\"assistant\",\"content\":\"");
      JsonText.encode(text, 0, text.length(), json);
      return json.ascii(
              "\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":"
                  + usage()
                  + "}")
          .toByteArray();
    }

    private static String usage() {
      return "{\"prompt_tokens\":1,\"completion_tokens\":"
          + PIECES.size()
          + ",\"total_tokens\":"
          + (PIECES.size() + 1)
          + "}";
    }

    private void end() {
      if (!over) {
        over = true;
        listener.end();
      }
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
      if (timer != null) {
        timer.cancel();
      }
    }
  }
}
