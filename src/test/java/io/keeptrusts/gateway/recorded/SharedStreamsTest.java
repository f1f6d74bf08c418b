package io.keeptrusts.gateway.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.recorded.Tape.Ending;
import io.keeptrusts.gateway.testing.Recording;
import io.keeptrusts.gateway.testing.Recordings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Streams that real providers sent. */
class SharedStreamsTest extends StreamLaws {

  @Override
  List<Recording> recordings() {
    return chats();
  }

  @Test
  void everyOtherAnswerOfTheseProvidersIsOfAnotherEndpoint() {
    List<Recording> chats = chats();
    List<Recording> others =
        Recordings.manifest().stream()
            .filter(row -> Replay.FAMILIES.contains(row.family()) && !chats.contains(row))
            .toList();

    Map<String, List<String>> names =
        others.stream()
            .collect(
                Collectors.groupingBy(
                    Recording::endpoint,
                    TreeMap::new,
                    Collectors.mapping(Recording::name, Collectors.toList())));
    System.out.println("Not replayed here, by endpoint: " + names);
    assertThat(names.keySet())
        .allMatch(path -> path.endsWith("/responses") || path.endsWith("/v1/completions"));
  }

  /** Answers of chat completions in OpenAI's shape. */
  static List<Recording> chats() {
    return Recordings.manifest().stream()
        .filter(
            row ->
                Replay.FAMILIES.contains(row.family())
                    && row.endpoint().endsWith("/chat/completions"))
        .toList();
  }

  @Override
  Map<String, Ending> irregular() {
    return Map.of(
        "groq/pydantic-ai--tool_use_failed_error_streaming.sse", Ending.ERROR,
        "groq/pydantic-ai--tool_use_failed_error_streaming_with_text.sse", Ending.ERROR,
        "openai/llm--chat.tools_streaming_variant_a.sse", Ending.UNFINISHED,
        "openai/llm--chat.tools_streaming_variant_b.sse", Ending.UNFINISHED,
        "other/gpustack/ruby_llm--chat.chat_streaming_responses_gpustack_qwen3_supports_streaming_responses.sse",
            Ending.UNMARKED);
  }
}
