package io.keeptrusts.gateway.laws;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.laws.Walls.Wall;
import io.keeptrusts.gateway.policy.OutputStep;
import io.keeptrusts.gateway.policy.text.TextRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Ways to check a stream that look right and are not. The lab must see through each of them. */
final class Naive implements OutputStep {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What happens to the pieces of one channel. */
  interface Strategy {
    String piece(String piece);

    default String end() {
      return "";
    }
  }

  /** Each chunk for itself. */
  static Strategy perChunk(TextRules rules) {
    return piece -> Judge.whole(rules.plain(), piece);
  }

  /** The last characters wait, then the text before them is checked. */
  static Strategy fixedHold(TextRules rules, int characters) {
    return new Strategy() {
      private String held = "";

      @Override
      public String piece(String piece) {
        String text = Judge.whole(rules.plain(), held + piece);
        int cut = Math.max(0, text.length() - characters);
        held = text.substring(cut);
        return text.substring(0, cut);
      }

      @Override
      public String end() {
        return held;
      }
    };
  }

  /** All that came so far is checked again, and what is new goes out. */
  static Strategy rescan(TextRules rules) {
    return new Strategy() {
      private String text = "";
      private int sent;

      @Override
      public String piece(String piece) {
        text += piece;
        String masked = Judge.whole(rules.plain(), text);
        String next = masked.substring(Math.min(sent, masked.length()));
        sent = Math.max(sent, masked.length());
        return next;
      }
    };
  }

  /** Words are checked when they are whole. */
  static Strategy wordByWord(TextRules rules) {
    return new Strategy() {
      private String held = "";

      @Override
      public String piece(String piece) {
        String text = held + piece;
        int cut = text.lastIndexOf(' ') + 1;
        held = text.substring(cut);
        return Judge.whole(rules.plain(), text.substring(0, cut));
      }

      @Override
      public String end() {
        return Judge.whole(rules.plain(), held);
      }
    };
  }

  /** The right text everywhere, and nobody looks at the logprobs. */
  static Wall forgottenLogprobs(Wall real) {
    return (shape, last) -> new Mixed(shape, last, real);
  }

  private final OutputStep last;
  private final Function<String, Strategy> open;
  private final Map<String, Strategy> strategies = new TreeMap<>();

  private Naive(OutputStep last, Function<String, Strategy> open) {
    this.last = last;
    this.open = open;
  }

  static Wall wall(Function<String, Strategy> open) {
    return (shape, last) -> new Naive(last, open);
  }

  @Override
  public void frame(Frame frame) {
    ObjectNode root = read(frame);
    for (JsonNode choice : root.path("choices")) {
      if (choice.path("delta") instanceof ObjectNode delta) {
        String key = choice.path("index") + "/content";
        Strategy strategy = strategies.computeIfAbsent(key, open);
        String text = delta.path("content").asText("");
        String out =
            strategy.piece(text) + (choice.path("finish_reason").isTextual() ? strategy.end() : "");
        if (delta.has("content") || !out.isEmpty()) {
          delta.put("content", out);
        }
      }
    }
    send(root);
  }

  private void send(ObjectNode root) {
    byte[] json = root.toString().getBytes(UTF_8);
    Frame frame = new Frame();
    frame.load(json, 0, json.length);
    last.frame(frame);
  }

  private static ObjectNode read(Frame frame) {
    try {
      return (ObjectNode) JSON.readTree(frame.json(), frame.from(), frame.to() - frame.from());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void end() {
    last.end();
  }

  /** Puts the logprobs back as they came. */
  private static final class Mixed implements OutputStep {
    private final OutputStep real;
    private final OutputStep last;
    private ObjectNode came = JSON.createObjectNode();

    Mixed(Shape shape, OutputStep last, Wall wall) {
      this.last = last;
      this.real =
          wall.open(
              shape,
              new OutputStep() {
                @Override
                public void frame(Frame frame) {
                  ObjectNode checked = read(frame);
                  restore(checked);
                  byte[] json = checked.toString().getBytes(UTF_8);
                  Frame mixed = new Frame();
                  mixed.load(json, 0, json.length);
                  last.frame(mixed);
                }

                @Override
                public void end() {}
              });
    }

    private void restore(ObjectNode checked) {
      for (int i = 0; i < checked.path("choices").size(); i++) {
        JsonNode now = checked.path("choices").get(i);
        JsonNode before = came.path("choices").path(i);
        if (before.has("logprobs") && now instanceof ObjectNode choice) {
          choice.set("logprobs", before.get("logprobs"));
        }
      }
    }

    @Override
    public void frame(Frame frame) {
      came = read(frame);
      real.frame(frame);
    }

    @Override
    public void end() {
      real.end();
      last.end();
    }
  }
}
