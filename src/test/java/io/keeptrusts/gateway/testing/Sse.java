package io.keeptrusts.gateway.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A naive reference parser: a whole body at once, line by line, written for clarity and nothing
 * else.
 */
public final class Sse {
  /** One event; {@code type} is null where no {@code event:} line stood. */
  public record Event(@Nullable String type, String data) {}

  private Sse() {}

  public static List<Event> parse(byte[] body) {
    return parse(new String(body, StandardCharsets.UTF_8));
  }

  /** Events of the body, also one that its end cut off after a data line; other text is ignored. */
  public static List<Event> parse(String body) {
    List<Event> events = new ArrayList<>();
    List<String> data = new ArrayList<>();
    String type = null;
    String text = body.startsWith("\uFEFF") ? body.substring(1) : body;
    for (String line : (text + "\n\n").replace("\r\n", "\n").replace('\r', '\n').split("\n", -1)) {
      int colon = line.indexOf(':');
      String name = colon < 0 ? line : line.substring(0, colon);
      String value = colon < 0 ? "" : line.substring(colon + 1).replaceFirst("^ ", "");
      if (line.isEmpty()) {
        if (!data.isEmpty()) {
          events.add(new Event(type, String.join("\n", data)));
        }
        data.clear();
        type = null;
      } else if (name.equals("data")) {
        data.add(value);
      } else if (name.equals("event")) {
        type = value;
      } else if (name.equals("error")) {
        type = "error";
        data.add(value);
      }
    }
    return events;
  }
}
