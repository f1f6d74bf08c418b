package io.keeptrusts.gateway.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.contract.Answer.Call;
import io.keeptrusts.gateway.contract.Answer.Can;
import java.util.List;
import java.util.Set;

/**
 * Groq (wire-formats 6): calls come whole in one delta, usage comes three times, thoughts are
 * {@code reasoning}, a failure is a named event.
 */
final class GroqSpeaks extends OpenAiSpeaks {
  @Override
  public Set<Can> can() {
    return Set.of(Can.THINK, Can.COUNT_CACHED, Can.COUNT_REASONING);
  }

  @Override
  void call(Call call, int index, List<ObjectNode> chunks) {
    ObjectNode delta = Json.object();
    ObjectNode entry = delta.putArray("tool_calls").addObject();
    entry.setAll(whole(call));
    entry.put("index", index);
    chunks.add(chunk(delta, null));
  }

  @Override
  ObjectNode thinking(String piece) {
    return super.thinking(piece).put("channel", "analysis");
  }

  @Override
  List<ObjectNode> adapt(List<ObjectNode> chunks, Answer answer) {
    chunks.getFirst().putObject("x_groq").put("id", "req_1").put("seed", 7);
    ObjectNode finish = chunks.get(chunks.size() - 2);
    ObjectNode usage = counted(answer.counts()).put("queue_time", 0.01).put("total_time", 0.2);
    finish.set("usage", usage);
    finish.putObject("x_groq").put("id", "req_1").set("usage", usage.deepCopy());
    return chunks;
  }

  @Override
  public String failure(String message) {
    ObjectNode error = error(503, message);
    ((ObjectNode) error.path("error")).put("type", "internal_server_error").put("status_code", 503);
    return "event: error\ndata: " + error + "\n\n";
  }

  @Override
  Set<String> members() {
    return Set.of("reasoning", "role", "content", "tool_calls", "tool_call_id");
  }
}
