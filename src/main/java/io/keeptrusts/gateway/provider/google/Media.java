package io.keeptrusts.gateway.provider.google;

import static io.keeptrusts.gateway.provider.google.GeminiProtocol.invalid;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Images, sound and documents of a message as parts: data inline, addresses as {@code fileData}.
 */
final class Media {
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("png", "image/png"),
          Map.entry("jpg", "image/jpeg"),
          Map.entry("jpeg", "image/jpeg"),
          Map.entry("webp", "image/webp"),
          Map.entry("gif", "image/gif"),
          Map.entry("heic", "image/heic"),
          Map.entry("heif", "image/heif"),
          Map.entry("pdf", "application/pdf"),
          Map.entry("txt", "text/plain"),
          Map.entry("md", "text/markdown"),
          Map.entry("csv", "text/csv"),
          Map.entry("html", "text/html"),
          Map.entry("xml", "text/xml"),
          Map.entry("mp3", "audio/mp3"),
          Map.entry("wav", "audio/wav"),
          Map.entry("mp4", "video/mp4"));

  private Media() {}

  /**
   * @param at the field, for messages
   */
  static ObjectNode image(JsonNode part, String at) {
    String url = Json.string(part.path("image_url"), "url");
    if (url == null) {
      throw invalid(at + ".image_url.url", "is missing.");
    }
    return url.startsWith("data:")
        ? data(url, at + ".image_url.url")
        : file(url, at + ".image_url.url");
  }

  static ObjectNode audio(JsonNode part, String at) {
    String data = Json.string(part.path("input_audio"), "data");
    String format = part.path("input_audio").path("format").asText("").toLowerCase(Locale.ROOT);
    if (data == null) {
      throw invalid(at + ".input_audio.data", "is missing.");
    }
    if (format.isEmpty()
        || !format.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9')) {
      throw invalid(at + ".input_audio.format", "must be a format such as wav or mp3.");
    }
    return inline("audio/" + format, data);
  }

  static ObjectNode document(JsonNode part, String at) {
    JsonNode file = part.path("file");
    String data = Json.string(file, "file_data");
    String id = Json.string(file, "file_id");
    if (data != null && data.startsWith("data:")) {
      return data(data, at + ".file.file_data");
    }
    if (data != null) {
      String type = type(file.path("filename").asText(""));
      return inline(type == null ? "application/pdf" : type, data);
    }
    if (id != null) {
      return file(id, at + ".file.file_id");
    }
    throw invalid(
        at + ".file",
        "must hold file_data, or file_id with the URI of a file that Gemini can read.");
  }

  private static ObjectNode data(String url, String at) {
    int comma = url.indexOf(',');
    String head = comma < 0 ? "" : url.substring("data:".length(), comma);
    if (!head.endsWith(";base64")) {
      throw invalid(at, "must be a data URL in base64, such as data:image/png;base64,...");
    }
    String type = head.substring(0, head.indexOf(';'));
    return inline(type.isEmpty() ? "text/plain" : type, url.substring(comma + 1));
  }

  private static ObjectNode file(String uri, String at) {
    if (!uri.startsWith("https://") && !uri.startsWith("http://") && !uri.startsWith("gs://")) {
      throw invalid(at, "must be a data URL or the address of a file that Gemini can read.");
    }
    ObjectNode part = Json.object();
    ObjectNode file = part.putObject("fileData");
    String type = type(uri);
    if (type != null) {
      file.put("mimeType", type);
    }
    file.put("fileUri", uri);
    return part;
  }

  private static ObjectNode inline(String type, String base64) {
    ObjectNode part = Json.object();
    part.putObject("inlineData").put("mimeType", type).put("data", base64);
    return part;
  }

  /** By the ending of a name or of an address's path. */
  private static @Nullable String type(String name) {
    int end = name.length();
    for (char mark : new char[] {'#', '?'}) {
      int found = name.indexOf(mark);
      end = found < 0 ? end : Math.min(end, found);
    }
    String path = name.substring(0, end);
    return TYPES.get(path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }
}
