package io.keeptrusts.gateway.policy.kind.citation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The documents in a request: results of tools, {@code documents}, text files, and what in system
 * and user texts looks like one (see {@link Context}). Everything else that was said is kept too:
 * an answer may quote the question. Linear in the request; at most {@link #MOST_CHARS} characters
 * and {@link #MOST} documents are looked at.
 */
final class Sources {
  static final int MOST_CHARS = 4 << 20;
  static final int MOST = 4096;

  private static final ObjectReader JSON = new ObjectMapper().reader();

  private static final List<String> TEXT =
      List.of(
          "text",
          "content",
          "snippet",
          "body",
          "page_content",
          "passage",
          "chunk",
          "excerpt",
          "description",
          "summary",
          "abstract",
          "raw_content",
          "document",
          "value");
  private static final List<String> TITLE =
      List.of(
          "title",
          "name",
          "filename",
          "file_name",
          "doc_name",
          "source",
          "id",
          "doc_id",
          "file_id");
  private static final List<String> URL =
      List.of("url", "link", "href", "uri", "source_url", "source", "website");
  private static final List<String> NUMBER =
      List.of("index", "number", "rank", "citation", "ref", "id", "position");

  private final List<Source> documents = new ArrayList<>();
  private final StringBuilder said = new StringBuilder();
  private int chars;
  private boolean truncated;

  private Sources() {}

  static Sources of(ObjectNode body) {
    Sources sources = new Sources();
    for (Map.Entry<String, JsonNode> member : body.properties()) {
      switch (member.getKey()) {
        case "messages", "input" -> sources.turns(member.getValue());
        case "instructions" -> sources.prose(member.getValue());
        case "documents", "context", "sources" -> sources.results(member.getValue());
        default -> {}
      }
    }
    return sources;
  }

  List<Source> documents() {
    return documents;
  }

  /** Every text of the conversation, documents included. */
  String said() {
    return said.toString();
  }

  /** Whether there was more than is looked at. */
  boolean truncated() {
    return truncated;
  }

  private void turns(JsonNode turns) {
    if (turns.isTextual()) {
      prose(turns);
    }
    for (JsonNode turn : turns.isArray() ? turns : List.<JsonNode>of()) {
      String type = turn.path("type").asText("message");
      if (type.equals("message")) {
        message(turn);
      } else if (type.endsWith("_output")) {
        tool(turn.path("output"));
      } else if (type.endsWith("_call")) {
        results(turn.path("results"));
      }
    }
  }

  private void message(JsonNode turn) {
    JsonNode content = turn.path("content");
    switch (turn.path("role").asText("user")) {
      case "tool", "function" -> tool(content);
      case "assistant" -> texts(content).forEach(this::heard);
      default -> prose(content);
    }
  }

  private void prose(JsonNode content) {
    for (String text : texts(content)) {
      heard(text);
      Context.documents(text).forEach(this::document);
    }
    for (JsonNode part : content.isArray() ? content : List.<JsonNode>of()) {
      file(part.has("file") ? part.path("file") : part);
      if (part.path("type").asText().equals("document")) {
        results(part);
      }
    }
  }

  private static List<String> texts(JsonNode content) {
    List<String> texts = new ArrayList<>();
    if (content.isTextual()) {
      texts.add(content.textValue());
    }
    for (JsonNode part : content.isArray() ? content : List.<JsonNode>of()) {
      if (part.isTextual()) {
        texts.add(part.textValue());
      } else if (part.path("text").isTextual()) {
        texts.add(part.path("text").textValue());
      }
    }
    return texts;
  }

  private void tool(JsonNode output) {
    for (String text : texts(output)) {
      String trimmed = text.strip();
      if (trimmed.startsWith("{") || trimmed.startsWith("[")) {
        int before = documents.size();
        try {
          results(JSON.readTree(trimmed));
        } catch (JsonProcessingException _) {
          // only looked like JSON
        }
        if (documents.size() > before) {
          continue;
        }
      }
      List<Source> parts = Context.numbered(text);
      heard(text);
      (parts.isEmpty() ? List.of(Source.of(text)) : parts).forEach(this::document);
    }
  }

  /** Objects with a text, however deep; other JSON is none of ours. */
  private void results(JsonNode node) {
    if (node.isArray()) {
      for (JsonNode item : node) {
        if (item.isTextual() && !item.textValue().isBlank()) {
          heard(item.textValue());
          document(Source.of(item.textValue()));
        } else {
          results(item);
        }
      }
    } else if (node.isObject()) {
      String text = own(node);
      if (text.isEmpty()) {
        node.forEach(this::results);
      } else {
        List<String> names = new ArrayList<>();
        TITLE.forEach(key -> names.add(node.path(key).isTextual() ? node.path(key).asText() : ""));
        Source source = new Source(number(node), names, url(node), title(node) + text);
        heard(source.text());
        heard(source.url());
        document(source);
      }
    }
  }

  private static String title(JsonNode node) {
    String title = node.path("title").isTextual() ? node.path("title").textValue() : "";
    return title.isEmpty() ? "" : title + "\n";
  }

  private static String own(JsonNode node) {
    StringBuilder own = new StringBuilder();
    for (String key : TEXT) {
      JsonNode value = node.path(key);
      List<String> texts = value.isTextual() || value.isArray() ? texts(value) : List.of();
      texts.stream().filter(text -> !text.isBlank()).forEach(text -> own.append(text).append('\n'));
    }
    return own.toString();
  }

  private static String url(JsonNode node) {
    for (String key : URL) {
      String value = node.path(key).isTextual() ? node.path(key).textValue() : "";
      if (value.startsWith("http") || value.startsWith("www.")) {
        return value;
      }
    }
    return "";
  }

  private static int number(JsonNode node) {
    for (String key : NUMBER) {
      JsonNode value = node.path(key);
      if (value.isInt() && value.intValue() >= 0) {
        return value.intValue();
      }
      String text = value.isTextual() ? value.textValue() : "";
      if (!text.isEmpty() && text.length() < 5 && text.chars().allMatch(Character::isDigit)) {
        return Integer.parseInt(text);
      }
    }
    return Source.UNNUMBERED;
  }

  /** A file that is text; what else there is we cannot read. */
  private void file(JsonNode file) {
    String data = file.path("file_data").asText("");
    int comma = data.indexOf(";base64,");
    boolean text =
        data.startsWith("data:text/") || data.startsWith("data:application/json") && comma > 0;
    if (text && comma > 0 && comma < 128) {
      try {
        byte[] bytes = Base64.getDecoder().decode(data.substring(comma + ";base64,".length()));
        String decoded = new String(bytes, StandardCharsets.UTF_8);
        heard(decoded);
        document(
            new Source(Source.UNNUMBERED, List.of(file.path("filename").asText("")), "", decoded));
      } catch (IllegalArgumentException _) {
        // no base64: the provider will say so
      }
    }
  }

  private void heard(String text) {
    if (said.length() + text.length() > MOST_CHARS) {
      truncated = true;
    } else if (!text.isEmpty()) {
      said.append(text).append("\n\n");
    }
  }

  private void document(Source source) {
    if (documents.size() == MOST || chars + source.text().length() > MOST_CHARS) {
      truncated = true;
    } else if (!source.text().isBlank()) {
      chars += source.text().length();
      documents.add(source);
    }
  }
}
