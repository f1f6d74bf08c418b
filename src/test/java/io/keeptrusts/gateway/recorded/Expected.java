package io.keeptrusts.gateway.recorded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What must reach a client of what a provider said, when every text passes the policies as a whole.
 */
record Expected(Heard recorded) {

  static Expected of(List<JsonNode> chunks) {
    return new Expected(Heard.of(chunks));
  }

  static Expected of(JsonNode answer) {
    return of(List.of(answer));
  }

  /** Whether no policy has anything to mask in the texts. */
  boolean isUnmasked() {
    return recorded.texts.entrySet().stream()
        .allMatch(
            text -> WholeTexts.masked(text.getKey(), text.getValue()).equals(text.getValue()));
  }

  void matches(JsonNode answer) {
    matches(List.of(answer));
  }

  void matches(List<JsonNode> delivered) {
    Heard heard = Heard.of(delivered);
    Map<String, String> texts = new TreeMap<>(recorded.texts);
    texts.replaceAll(WholeTexts::masked);
    assertThat(heard.extras.get("error")).isNull();
    assertThat(heard.texts).isEqualTo(texts);
    assertThat(heard.marks).isEqualTo(recorded.marks);
    assertThat(heard.extras).isEqualTo(recorded.extras);
    recorded.envelope.forEach(
        (key, values) ->
            assertThat(heard.envelope.get(key)).as(key).isNotEmpty().isSubsetOf(values));
    assertThat(heard.disorder).isEqualTo(recorded.disorder);
    companions("logprobs", heard.logprobs, recorded.logprobs, texts);
    companions("token ids", heard.tokens, recorded.tokens, texts);
    recorded.texts.forEach(
        (path, text) -> {
          if (path.endsWith(".arguments") && isJson(text)) {
            assertThat(isJson(heard.texts.get(path))).as(path).isTrue();
          }
        });
  }

  /**
   * Complete, unless a text of their choice was masked or they do not spell it: then some are
   * missing, none is new.
   */
  private void companions(
      String what,
      Map<String, List<JsonNode>> heard,
      Map<String, List<JsonNode>> said,
      Map<String, String> masked) {
    said.forEach(
        (path, list) -> {
          String choice = path.substring(0, path.indexOf('/') + 1);
          boolean whole =
              spells(list, recorded.texts.get(path))
                  && masked.keySet().stream()
                      .filter(text -> text.startsWith(choice))
                      .allMatch(text -> masked.get(text).equals(recorded.texts.get(text)));
          if (whole) {
            assertThat(heard.get(path)).as(what).isEqualTo(list);
          } else {
            assertThat(heard.getOrDefault(path, List.of()))
                .as(what)
                .hasSizeLessThan(list.size())
                .isSubsetOf(list);
          }
        });
    assertThat(said.keySet()).containsAll(heard.keySet());
  }

  /**
   * Whether these are logprobs of this text; a server may give those of text that it does not show.
   */
  private static boolean spells(List<JsonNode> entries, @Nullable String text) {
    if (entries.stream().noneMatch(JsonNode::isObject)) {
      return true;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (JsonNode entry : entries) {
      entry.path("bytes").forEach(b -> bytes.write(b.intValue()));
    }
    return bytes.toString(UTF_8).equals(text);
  }

  private static boolean isJson(String text) {
    try {
      return Tape.json(text).isContainerNode();
    } catch (AssertionError e) {
      return false;
    }
  }
}
