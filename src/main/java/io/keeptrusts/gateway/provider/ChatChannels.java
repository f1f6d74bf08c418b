package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.exchange.Channel;
import io.keeptrusts.gateway.exchange.Channel.Kind;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.JsonText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The channels of one chat stream, and the way back: the piece of a delta that carries text of a
 * channel.
 */
final class ChatChannels {
  /** A bound on memory: no model has so many choices and tool calls. */
  private static final int MAX_CHANNELS = 4096;

  private static final String CONTENT = "content";
  private static final String REFUSAL = "refusal";

  /** {@code content} may be a list of parts; parts of type thinking are a channel of their own. */
  static final String THINKING = "content.thinking";

  private final Map<String, Channel> byLabel = new HashMap<>();
  private final List<List<Object>> places = new ArrayList<>();
  private @Nullable Channel[] contents = new Channel[2];

  Channel content(int choice) {
    if (choice >= contents.length) {
      contents = Arrays.copyOf(contents, Math.max(choice + 1, contents.length * 2));
    }
    Channel channel = contents[choice];
    if (channel == null) {
      channel = at(choice, List.of(CONTENT), false);
      contents[choice] = channel;
    }
    return channel;
  }

  Channel refusal(int choice) {
    return at(choice, List.of(REFUSAL), false);
  }

  Channel thinking(int choice) {
    return at(choice, List.of(THINKING), false);
  }

  Channel arguments(int choice, int call) {
    return at(choice, List.of("tool_calls", call, "function", "arguments"), true);
  }

  /**
   * @param place member names and array indices from the delta down
   */
  Channel at(int choice, List<Object> place, boolean arguments) {
    StringBuilder path = new StringBuilder();
    for (Object step : place) {
      if (step instanceof Integer index) {
        path.append('[').append(index).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step);
      }
    }
    Channel known = byLabel.get(choice + "/" + path);
    if (known != null) {
      return known;
    }
    if (places.size() == MAX_CHANNELS) {
      throw ProviderFailure.broken(
          "The provider sent more than " + MAX_CHANNELS + " text channels in one answer.");
    }
    Channel channel =
        new Channel(
            places.size(),
            choice,
            choice,
            path.toString(),
            kind(path.toString(), arguments),
            arguments);
    byLabel.put(channel.label(), channel);
    places.add(List.copyOf(place));
    return channel;
  }

  private static Kind kind(String path, boolean arguments) {
    return switch (path) {
      case CONTENT -> Kind.ANSWER;
      case REFUSAL -> Kind.REFUSAL;
      default -> arguments ? Kind.CALL : Kind.OTHER;
    };
  }

  /** Writes the members of a delta that carries {@code text} in {@code channel}. */
  void write(Channel channel, CharSequence text, Bytes out) {
    List<Object> place = places.get(channel.ordinal());
    if (place.getFirst().equals(THINKING)) {
      out.ascii("\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"");
      JsonText.encode(text, 0, text.length(), out);
      out.ascii("\"}]}]");
      return;
    }
    StringBuilder close = new StringBuilder();
    boolean first = true;
    for (Object step : place) {
      if (step instanceof Integer index) {
        out.ascii("[{\"index\":" + index + ",");
        close.insert(0, "}]");
      } else {
        if (!first && out.array()[out.length() - 1] == ':') {
          out.add((byte) '{');
          close.insert(0, '}');
        }
        out.add((byte) '"');
        JsonText.encode((String) step, 0, ((String) step).length(), out);
        out.ascii("\":");
      }
      first = false;
    }
    out.add((byte) '"');
    JsonText.encode(text, 0, text.length(), out);
    out.add((byte) '"');
    out.ascii(close.toString());
  }
}
