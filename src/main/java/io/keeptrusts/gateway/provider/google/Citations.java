package io.keeptrusts.gateway.provider.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a candidate says of its sources, as OpenAI's {@code annotations}: {@code groundingMetadata}
 * of a search and {@code citationMetadata} of a recitation. Gemini repeats and completes them from
 * chunk to chunk, so the last word counts; it counts bytes of UTF-8 where OpenAI counts characters.
 */
final class Citations {
  private final Set<String> seen = new HashSet<>();
  private final ArrayNode annotations = Json.array();
  private @Nullable JsonNode grounding;
  private @Nullable JsonNode citations;

  void take(JsonNode candidate) {
    if (candidate.path("groundingMetadata").path("groundingChunks").isArray()) {
      grounding = candidate.path("groundingMetadata");
    }
    JsonNode cited = candidate.path("citationMetadata");
    if (!cited.isEmpty()) {
      citations = cited;
    }
  }

  boolean any() {
    return grounding != null || citations != null;
  }

  /**
   * @param text the text that the offsets speak of
   */
  ArrayNode annotations(CharSequence text) {
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    if (grounding != null) {
      grounded(grounding, bytes);
    }
    if (citations != null) {
      for (String key : new String[] {"citationSources", "citations"}) {
        for (JsonNode source : citations.path(key)) {
          add(source, source, bytes);
        }
      }
    }
    return annotations;
  }

  private void grounded(JsonNode metadata, byte[] text) {
    JsonNode chunks = metadata.path("groundingChunks");
    Set<Integer> supported = new HashSet<>();
    for (JsonNode support : metadata.path("groundingSupports")) {
      for (JsonNode index : support.path("groundingChunkIndices")) {
        supported.add(index.asInt(-1));
        add(source(chunks.path(index.asInt(-1))), support.path("segment"), text);
      }
    }
    for (int i = 0; i < chunks.size(); i++) {
      if (!supported.contains(i)) {
        add(source(chunks.path(i)), Json.object(), text);
      }
    }
  }

  private static JsonNode source(JsonNode chunk) {
    for (String kind : new String[] {"web", "retrievedContext", "maps"}) {
      if (chunk.path(kind).isObject()) {
        return chunk.path(kind);
      }
    }
    return chunk;
  }

  private void add(JsonNode source, JsonNode range, byte[] text) {
    String uri = Json.string(source, "uri");
    if (uri == null) {
      return;
    }
    String title = Json.string(source, "title");
    ObjectNode annotation = Json.object().put("type", "url_citation");
    annotation
        .putObject("url_citation")
        .put("url", uri)
        .put("title", title == null ? uri : title)
        .put("start_index", chars(text, Json.count(range, "startIndex")))
        .put("end_index", chars(text, Json.count(range, "endIndex")));
    if (seen.add(Json.text(annotation))) {
      annotations.add(annotation);
    }
  }

  /** Code points in the first {@code bytes} bytes. */
  private static int chars(byte[] text, long bytes) {
    int count = 0;
    for (int i = 0; i < Math.min(bytes, text.length); i++) {
      count += (text[i] & 0xc0) == 0x80 ? 0 : 1;
    }
    return count;
  }
}
