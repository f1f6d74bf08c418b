package io.keeptrusts.gateway.laws;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keeptrusts.gateway.testing.Sse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a client makes of an answer: it concatenates, and trusts nobody's idea of what is text. */
final class Client {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Its digits are no text. */
  private static final Pattern ESCAPE = Pattern.compile("\\\\u[0-9a-fA-F]{4}");

  final Map<String, StringBuilder> texts = new TreeMap<>();
  final Map<Integer, String> finishes = new TreeMap<>();
  final Set<String> calls = new TreeSet<>();
  final Set<String> ids = new HashSet<>();
  final List<String> notes = new ArrayList<>();
  final List<String> titles = new ArrayList<>();
  final List<String> wrong = new ArrayList<>();

  /** Every string, concatenated by where it stands; of logprobs also what their bytes spell. */
  final Map<String, StringBuilder> strings = new TreeMap<>();

  private final Map<String, ByteArrayOutputStream> spelt = new TreeMap<>();
  private final StringBuilder raw = new StringBuilder();
  @Nullable JsonNode usage;
  @Nullable JsonNode error;
  boolean done;

  /** Takes the frames of a stream. */
  static Client frames(List<byte[]> frames) {
    Client client = new Client();
    frames.forEach(client::take);
    return client;
  }

  /** Takes a body as it came from a socket. */
  static Client body(byte[] body, boolean stream) {
    Client client = new Client();
    client.raw.append(new String(body, UTF_8));
    if (!stream) {
      client.take(body);
      return client;
    }
    for (Sse.Event event : Sse.parse(body)) {
      if (event.data().equals("[DONE]")) {
        client.done = true;
      } else if (client.done) {
        client.wrong.add("an event after [DONE]");
      } else {
        client.take(event.data().getBytes(UTF_8));
      }
    }
    return client;
  }

  String text(String key) {
    StringBuilder text = texts.get(key);
    return text == null ? "" : text.toString();
  }

  /**
   * All that could be read by someone who looks for more than he should: bytes, unescaped bytes,
   * joined strings.
   */
  List<CharSequence> views() {
    List<CharSequence> views = new ArrayList<>(strings.values());
    spelt.values().forEach(bytes -> views.add(bytes.toString(UTF_8)));
    String text = raw.toString();
    for (int level = 0;
        level < 3 && text.indexOf('\\') >= 0;
        level++) { // a frame, arguments in it, JSON in their strings
      views.add(text.contains("\\u") ? ESCAPE.matcher(text).replaceAll("\uFFFE") : text);
      text = unescaped(text);
    }
    views.add(text);
    return views;
  }

  private void take(byte[] json) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    raw.append(new String(json, UTF_8)).append('\n');
    collect(root, new StringBuilder());
    if (root.has("error")) {
      error = root.get("error");
      return;
    }
    if (!root.path("id").asText().equals("chatcmpl-lab")
        || !root.path("model").asText().equals("gpt-4o")) {
      wrong.add("a frame without id or model");
    }
    if (root.has("provider_note")) {
      notes.add(root.get("provider_note").asText());
    }
    if (root.path("usage").isObject()) {
      usage = root.get("usage");
    }
    for (JsonNode choice : root.path("choices")) {
      choice(choice);
    }
  }

  private void choice(JsonNode choice) {
    int index = choice.path("index").asInt(-1);
    boolean whole = choice.has("message");
    JsonNode delta = choice.path(whole ? "message" : "delta");
    boolean over = finishes.containsKey(index);
    int before = texts.values().stream().mapToInt(StringBuilder::length).sum();
    delta.properties().forEach(member -> member(index, member.getKey(), member.getValue()));
    if (over && texts.values().stream().mapToInt(StringBuilder::length).sum() > before) {
      wrong.add("text after the finish reason");
    }
    if (!choice.has("logprobs")) {
      // the tokens before and after are no neighbours
      strings.forEach(
          (path, text) ->
              text.append(path.startsWith("/choices/" + index + "/logprobs") ? "\uFFFE" : ""));
    }
    for (JsonNode id : choice.path("token_ids")) {
      ids.add(index + "/" + id.asInt());
    }
    if (choice.path("finish_reason").isTextual()
        && finishes.put(index, choice.get("finish_reason").asText()) != null) {
      wrong.add("two finish reasons for choice " + index);
    }
  }

  private void member(int choice, String name, JsonNode value) {
    switch (name) {
      case "role" -> {}
      case "tool_calls" -> {
        int position = 0;
        for (JsonNode call : value) {
          int index = call.path("index").asInt(position++);
          String path = "tool_calls[" + index + "].function.arguments";
          if (call.has("id")) {
            calls.add(
                choice
                    + "/"
                    + call.get("id").asText()
                    + "/"
                    + call.path("function").path("name").asText());
          }
          JsonNode text = call.path("function").path("arguments");
          if (!text.asText().isEmpty()
              && !calls.contains(choice + "/call_lab" + index + "/" + Said.NAME)) {
            wrong.add("arguments before their call");
          }
          add(choice, path, text);
        }
      }
      case "function_call" -> add(choice, Said.FUNCTION, value.path("arguments"));
      case "vendor" -> add(choice, Said.NOTE, value.path("note"));
      case "annotations" ->
          value.forEach(one -> titles.add(one.path("url_citation").path("title").asText()));
      case "content" -> {
        if (!value.isArray()) {
          add(choice, Said.CONTENT, value);
        }
        for (JsonNode part : value.isArray() ? value : JSON.createArrayNode()) {
          add(choice, Said.CONTENT, part.path("text"));
          part.path("thinking")
              .forEach(thought -> add(choice, Said.THINKING, thought.path("text")));
        }
      }
      default -> add(choice, name, value);
    }
  }

  private void add(int choice, String path, JsonNode text) {
    if (text.isTextual()) {
      texts
          .computeIfAbsent(choice + "/" + path, key -> new StringBuilder())
          .append(text.textValue());
    }
  }

  private void collect(JsonNode node, StringBuilder path) {
    int length = path.length();
    if (node.isTextual()) {
      strings.computeIfAbsent(path.toString(), key -> new StringBuilder()).append(node.textValue());
    } else if (node.isArray()) {
      boolean tokens = path.indexOf("/tool_calls") < 0 && path.indexOf("/logprobs") < 0;
      int position = 0;
      for (JsonNode item : node) {
        // calls and choices are told apart by their index, everything else is one text
        path.append('/')
            .append(
                item.has("index")
                    ? item.get("index").asInt()
                    : tokens && item.isObject() ? position : 0);
        position++;
        collect(item, path);
        path.setLength(length);
      }
      if (path.indexOf("/bytes") > 0) {
        node.forEach(
            one ->
                spelt
                    .computeIfAbsent(path.toString(), key -> new ByteArrayOutputStream())
                    .write(one.asInt()));
      }
    } else if (node.isObject()) {
      for (Map.Entry<String, JsonNode> member : node.properties()) {
        path.append('/').append(member.getKey());
        collect(member.getValue(), path);
        path.setLength(length);
      }
    }
  }

  /** JSON escapes undone wherever they stand, as a search in a log would do. */
  static String unescaped(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\' || i + 1 == text.length()) {
        out.append(c);
        continue;
      }
      char next = text.charAt(++i);
      if (next == 'u' && ESCAPE.matcher(text).region(i - 1, text.length()).lookingAt()) {
        out.append((char) Integer.parseInt(text, i + 1, i + 5, 16));
        i += 4;
      } else {
        out.append(next == 'n' ? '\n' : next == 't' ? '\t' : next);
      }
    }
    return out.toString();
  }
}
