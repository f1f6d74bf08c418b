package io.keeptrusts.gateway.sdk;

import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.completions.CompletionUsage;
import io.keeptrusts.gateway.sdk.Recorded.Call;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What OpenAI's Java client has read, as far as it is compared.
 *
 * @param completionTokens -1 where it saw no usage
 */
record Read(Map<Integer, Choice> choices, long completionTokens) {

  record Choice(String content, List<Call> calls, String finish) {}

  static Read of(ChatCompletion answer) {
    Map<Integer, Choice> choices = new TreeMap<>();
    for (ChatCompletion.Choice choice : answer.choices()) {
      List<Call> calls =
          choice.message().toolCalls().orElse(List.of()).stream()
              .map(
                  call ->
                      call.isFunction()
                          ? Call.of(
                              call.asFunction().function().name(),
                              call.asFunction().function().arguments())
                          : Call.of(
                              call.asCustom().custom().name(), call.asCustom().custom().input()))
              .toList();
      choices.put(
          (int) choice.index(),
          new Choice(
              choice.message().content().orElse(""), calls, choice.finishReason().asString()));
    }
    return new Read(choices, answer.usage().map(CompletionUsage::completionTokens).orElse(-1L));
  }

  /** Put together by hand, as an application without a helper does. */
  static Read of(List<ChatCompletionChunk> chunks) {
    Map<Integer, Open> open = new TreeMap<>();
    long tokens = -1;
    for (ChatCompletionChunk chunk : chunks) {
      tokens = chunk.usage().map(CompletionUsage::completionTokens).orElse(tokens);
      for (ChatCompletionChunk.Choice choice : chunk.choices()) {
        open.computeIfAbsent((int) choice.index(), key -> new Open()).add(choice);
      }
    }
    Map<Integer, Choice> choices = new TreeMap<>();
    open.forEach((index, choice) -> choices.put(index, choice.closed()));
    return new Read(choices, tokens);
  }

  private static final class Open {
    private final StringBuilder content = new StringBuilder();
    private final Map<Long, String> names = new LinkedHashMap<>();
    private final Map<Long, StringBuilder> arguments = new LinkedHashMap<>();
    private String finish = "";

    void add(ChatCompletionChunk.Choice choice) {
      choice.delta().content().ifPresent(content::append);
      for (ChatCompletionChunk.Choice.Delta.ToolCall call :
          choice.delta().toolCalls().orElse(List.of())) {
        call.function().flatMap(f -> f.name()).ifPresent(name -> names.put(call.index(), name));
        call.function()
            .flatMap(f -> f.arguments())
            .ifPresent(
                more ->
                    arguments
                        .computeIfAbsent(call.index(), key -> new StringBuilder())
                        .append(more));
      }
      finish = choice.finishReason().map(reason -> reason.asString()).orElse(finish);
    }

    Choice closed() {
      List<Call> calls = new ArrayList<>();
      names.forEach((index, name) -> calls.add(Call.of(name, arguments.get(index).toString())));
      return new Choice(content.toString(), calls, finish);
    }
  }
}
