package io.keeptrusts.gateway.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.contract.Answer.Call;
import io.keeptrusts.gateway.contract.Answer.Can;
import java.util.List;
import java.util.Set;

/**
 * vLLM (wire-formats 10): token ids that are null, a call whose first piece has no arguments and
 * whose last piece is empty and stands in the finish chunk, codes that are numbers.
 */
final class VllmSpeaks extends OpenAiSpeaks {
  @Override
  public Set<Can> can() {
    return Set.of(Can.THINK, Can.COUNT_CACHED, Can.COUNT_REASONING);
  }

  @Override
  void call(Call call, int index, List<ObjectNode> chunks) {
    int first = chunks.size();
    super.call(call, index, chunks);
    ((ObjectNode) chunks.get(first).at("/choices/0/delta/tool_calls/0/function"))
        .remove("arguments");
  }

  @Override
  List<ObjectNode> adapt(List<ObjectNode> chunks, Answer answer) {
    chunks.getFirst().putNull("prompt_token_ids");
    ObjectNode finish = chunks.get(chunks.size() - 2);
    ((ObjectNode) finish.at("/choices/0")).putNull("stop_reason").putNull("token_ids");
    ObjectNode delta = (ObjectNode) finish.at("/choices/0/delta");
    delta.put("content", "").putNull("reasoning_content");
    long calls = answer.parts().stream().filter(Call.class::isInstance).count();
    if (calls > 0) {
      delta
          .putArray("tool_calls")
          .addObject()
          .put("index", calls - 1)
          .putObject("function")
          .put("arguments", "");
    }
    return chunks;
  }

  @Override
  ObjectNode message(ObjectNode message, Answer answer) {
    message.putNull("annotations").putNull("audio").putNull("function_call");
    message.withArray("tool_calls");
    return message;
  }

  @Override
  ObjectNode error(int status, String message) {
    ObjectNode body = Json.object();
    if (status == 401) {
      return body.put("error", "Unauthorized");
    }
    body.putObject("error")
        .put("message", message)
        .put("type", status < 500 ? "BadRequestError" : "InternalServerError")
        .putNull("param")
        .put("code", status);
    return body;
  }

  @Override
  public String failure(String message) {
    return super.failure(message) + "data: [DONE]\n\n";
  }
}
