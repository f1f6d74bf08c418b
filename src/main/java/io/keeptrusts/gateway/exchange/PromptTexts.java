package io.keeptrusts.gateway.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every text of a request body: all its strings and member names, except ids, enumerations and
 * base64 data (DESIGN 4, stage). Static; bodies are never changed in place.
 */
public final class PromptTexts {

  /** What kind of text stands in a place, as far as it matters for changing it. */
  public enum Kind {
    TEXT,
    /** JSON written by a model earlier in the conversation. */
    ARGUMENTS,
    /**
     * A name: of a tool, of a schema's property. Cannot be changed without breaking the request.
     */
    NAME
  }

  /** Looks at one text and says what shall stand in its place. */
  @FunctionalInterface
  public interface Mapper {
    String map(Kind kind, String text);
  }

  private static final Set<String> OPAQUE =
      Set.of(
          "model",
          "role",
          "type",
          "id",
          "object",
          "detail",
          "data",
          "file_data",
          "encrypted_content",
          "signature",
          "thought_signature",
          "reasoning_effort",
          "service_tier",
          "verbosity",
          "prompt_cache_key",
          "voice",
          "format",
          "effort");

  /** Short enough for a version; no number of a person or a card has so few. */
  private static final int MOST_DIGITS = 6;

  private PromptTexts() {}

  /** The texts of a body in order, with the role that speaks them. */
  public static List<Prompt.Segment> segments(ObjectNode body) {
    List<Prompt.Segment> segments = new ArrayList<>();
    for (Map.Entry<String, JsonNode> member : body.properties()) {
      boolean turns = member.getKey().equals("messages") || member.getKey().equals("input");
      if (turns && member.getValue().isArray()) {
        member.getValue().forEach(turn -> collect(role(turn), turn, segments));
      } else {
        collect(role(member.getKey()), single(member), segments);
      }
    }
    return segments;
  }

  /**
   * Who speaks a message of a chat, or an item of a Responses request, where only messages name a
   * role.
   */
  private static String role(JsonNode turn) {
    String type = turn.path("type").asText("message");
    String otherwise =
        type.endsWith("_output") ? "tool" : type.equals("message") ? "user" : "assistant";
    return turn.path("role").asText(otherwise);
  }

  private static String role(String field) {
    return switch (field) {
      case "instructions" -> "system";
      case "input" -> "user";
      default -> field;
    };
  }

  private static JsonNode single(Map.Entry<String, JsonNode> member) {
    return new ObjectNode(com.fasterxml.jackson.databind.node.JsonNodeFactory.instance)
        .set(member.getKey(), member.getValue());
  }

  private static void collect(String role, JsonNode node, List<Prompt.Segment> segments) {
    map(
        node,
        (kind, text) -> {
          if (!text.isEmpty()) {
            segments.add(new Prompt.Segment(role, text));
          }
          return text;
        });
  }

  /** The body with every text mapped; the same object if nothing changed. */
  public static ObjectNode map(ObjectNode body, Mapper mapper) {
    return (ObjectNode) map((JsonNode) body, mapper);
  }

  private static JsonNode map(JsonNode node, Mapper mapper) {
    return switch (node) {
      case ObjectNode object -> object(object, mapper);
      case ArrayNode array -> array(array, mapper);
      case TextNode text -> text(Kind.TEXT, text, mapper);
      default -> node;
    };
  }

  @SuppressWarnings("ReferenceEquality") // the same object means: nothing changed
  private static JsonNode object(ObjectNode object, Mapper mapper) {
    ObjectNode copy = object;
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      String key = member.getKey();
      JsonNode value = member.getValue();
      if (!isPlainName(key)) {
        mapper.map(Kind.NAME, key);
      }
      JsonNode mapped =
          value instanceof TextNode text ? string(key, text, mapper) : map(value, mapper);
      if (mapped != value) {
        copy = copy == object ? object.objectNode().setAll(object) : copy;
        copy.set(key, mapped);
      }
    }
    if (copy.get("thinking") != object.get("thinking") && copy.has("signature")) {
      copy.put("signature", ""); // over another text: it would not verify
    }
    return copy;
  }

  private static JsonNode string(String key, TextNode text, Mapper mapper) {
    String value = text.textValue();
    if ((OPAQUE.contains(key) || key.endsWith("_id")) && looksOpaque(value)
        || holdsData(key) && isDataUrl(value)) {
      return text;
    }
    Kind kind =
        key.equals("name") ? Kind.NAME : key.equals("arguments") ? Kind.ARGUMENTS : Kind.TEXT;
    return text(kind, text, mapper);
  }

  @SuppressWarnings("ReferenceEquality") // the same object means: nothing changed
  private static JsonNode array(ArrayNode array, Mapper mapper) {
    ArrayNode copy = array;
    for (int i = 0; i < array.size(); i++) {
      JsonNode mapped = map(array.get(i), mapper);
      if (mapped != array.get(i)) {
        copy = copy == array ? array.arrayNode().addAll(array) : copy;
        copy.set(i, mapped);
      }
    }
    return copy;
  }

  private static JsonNode text(Kind kind, TextNode node, Mapper mapper) {
    String mapped = mapper.map(kind, node.textValue());
    return mapped.equals(node.textValue()) ? node : TextNode.valueOf(mapped);
  }

  /** Elsewhere a model reads what looks like a data URL as a text. */
  private static boolean holdsData(String key) {
    return key.endsWith("url") || key.endsWith("_data");
  }

  /** {@code data:image/png;base64,...} (RFC 2397), and nothing else in it. */
  private static boolean isDataUrl(String value) {
    int mark = value.startsWith("data:") ? value.indexOf(";base64,") : -1;
    if (mark < 0 || mark >= 128 || digits(value, 0, mark) > MOST_DIGITS || !looksOpaque(value)) {
      return false;
    }
    for (int i = mark + ";base64,".length(); i < value.length(); i++) {
      char c = value.charAt(i);
      if (!isLetter(c) && !isDigit(c) && "+/=-_".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  /** A member name without a number that could be somebody's. */
  private static boolean isPlainName(String key) {
    return looksOpaque(key) && digits(key, 0, key.length()) <= MOST_DIGITS;
  }

  private static int digits(String text, int from, int to) {
    int digits = 0;
    for (int i = from; i < to; i++) {
      digits += isDigit(text.charAt(i)) ? 1 : 0;
    }
    return digits;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(char c) {
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
  }

  /**
   * One word of printable ASCII without {@code @}, and not a mere number: no text a person could
   * read lies in it.
   */
  private static boolean looksOpaque(String value) {
    boolean letter = value.length() < 9;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c == '@' || c >= 0x7f) {
        return false;
      }
      letter |= isLetter(c);
    }
    return letter;
  }
}
