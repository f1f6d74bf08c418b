package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The parts of a message's content as Anthropic's blocks. */
final class AnthropicParts {
  /** What a role may say. */
  enum Allowed {
    TEXT,
    ALL
  }

  private boolean files;

  /** Whether a file that lies with the provider was named. */
  boolean files() {
    return files;
  }

  /** The blocks of a message; empty texts are left out, as Anthropic refuses them. */
  List<ObjectNode> read(JsonNode message, String at, Allowed allowed) {
    JsonNode content = message.path("content");
    String place = at + ".content";
    if (content.isMissingNode() || content.isNull()) {
      return List.of();
    }
    List<ObjectNode> blocks = new ArrayList<>();
    if (content.isTextual()) {
      text(content, message, blocks);
      return blocks;
    }
    if (!content.isArray()) {
      throw AnthropicMessages.wrong("The content must be a string or a list of parts.", place);
    }
    int i = 0;
    for (JsonNode part : content) {
      part(part, place + "[" + i++ + "]", allowed, blocks);
    }
    return blocks;
  }

  private void part(JsonNode part, String at, Allowed allowed, List<ObjectNode> blocks) {
    String type = part.path("type").asText("");
    boolean said = type.equals("text") || type.equals("refusal");
    switch (said || allowed == Allowed.ALL ? type : "") {
      case "text" -> text(part.path("text"), part, blocks);
      case "refusal" -> text(part.path("refusal"), part, blocks);
      case "image_url" -> blocks.add(cached(image(part.path("image_url"), at), part));
      case "file" -> blocks.add(cached(document(part.path("file"), at), part));
      default ->
          throw AnthropicMessages.wrong(
              "anthropic takes no part of type " + word(type) + " here.", at + ".type");
    }
  }

  private static void text(JsonNode text, JsonNode part, List<ObjectNode> blocks) {
    if (!text.asText("").isEmpty()) {
      blocks.add(cached(block("text").put("text", text.asText()), part));
    }
  }

  private static ObjectNode image(JsonNode image, String at) {
    String url = image.isTextual() ? image.textValue() : image.path("url").asText("");
    ObjectNode block = block("image");
    String place = at + ".image_url";
    block.set("source", url.startsWith("data:") ? base64(Data.of(url, place)) : web(url, place));
    return block;
  }

  private ObjectNode document(JsonNode file, String at) {
    ObjectNode block = block("document");
    String data = file.path("file_data").asText("");
    if (file.path("file_id").isTextual()) {
      files = true;
      block.set("source", block("file").put("file_id", file.path("file_id").textValue()));
    } else if (data.startsWith("data:")) {
      block.set("source", inline(Data.of(data, at + ".file.file_data"), at));
    } else {
      block.set("source", web(data, at + ".file.file_data"));
    }
    if (file.path("filename").isTextual()) {
      block.put("title", file.path("filename").textValue());
    }
    return block;
  }

  private static ObjectNode inline(Data data, String at) {
    if (!data.mediaType.startsWith("text/")) {
      return base64(data);
    }
    try {
      String text = new String(Base64.getDecoder().decode(data.base64), StandardCharsets.UTF_8);
      return block("text").put("media_type", "text/plain").put("data", text);
    } catch (IllegalArgumentException e) {
      throw AnthropicMessages.wrong("file_data is not base64.", at + ".file.file_data");
    }
  }

  private static ObjectNode base64(Data data) {
    return block("base64").put("media_type", data.mediaType).put("data", data.base64);
  }

  private static ObjectNode web(String url, String at) {
    if (!url.startsWith("https://") && !url.startsWith("http://")) {
      throw AnthropicMessages.wrong("Send a data: URL in base64, or one of http or https.", at);
    }
    return block("url").put("url", url);
  }

  /** A breakpoint of Anthropic's prompt cache, as clients put it on parts. */
  static ObjectNode cached(ObjectNode block, JsonNode from) {
    if (from.path("cache_control").isObject()) {
      block.set("cache_control", from.get("cache_control"));
    }
    return block;
  }

  private static ObjectNode block(String type) {
    return ExactJson.object().put("type", type);
  }

  /** A name may be anything the client wrote: only a word is repeated to it. */
  static String word(String name) {
    boolean word =
        !name.isEmpty()
            && name.length() < 32
            && name.chars().allMatch(c -> c >= 'a' && c <= 'z' || c == '_');
    return word ? name : "unknown";
  }

  private record Data(String mediaType, String base64) {
    static Data of(String url, String at) {
      int comma = url.indexOf(',');
      String head = comma < 0 ? "" : url.substring("data:".length(), comma);
      if (!head.endsWith(";base64")) {
        throw AnthropicMessages.wrong("Send a data: URL in base64, or one of http or https.", at);
      }
      int semicolon = head.indexOf(';');
      return new Data(head.substring(0, semicolon), url.substring(comma + 1));
    }
  }
}
