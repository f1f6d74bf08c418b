package io.keeptrusts.gateway.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Azure (wire-formats 8): a verdict on the prompt before everything, verdicts beside each choice,
 * and one more, without delta, id and model, after the finish.
 */
final class AzureSpeaks extends OpenAiSpeaks {
  private static final String VERDICT =
      "{\"hate\":{\"filtered\":false,\"severity\":\"safe\"},\"jailbreak\":{\"filtered\":false,\"detected\":false}}";

  @Override
  List<ObjectNode> adapt(List<ObjectNode> chunks, Answer answer) {
    List<ObjectNode> told = new ArrayList<>();
    ObjectNode prompt =
        Json.object("{\"choices\":[],\"created\":0,\"id\":\"\",\"model\":\"\",\"object\":\"\"}");
    prompt
        .putArray("prompt_filter_results")
        .addObject()
        .put("prompt_index", 0)
        .set("content_filter_results", Json.object(VERDICT));
    told.add(prompt);
    for (ObjectNode chunk : chunks.subList(0, chunks.size() - 1)) {
      ((ObjectNode) chunk.at("/choices/0")).set("content_filter_results", Json.object());
      told.add(chunk.put("obfuscation", "x"));
    }
    ObjectNode late =
        Json.object("{\"choices\":[],\"created\":0,\"id\":\"\",\"model\":\"\",\"object\":\"\"}");
    ObjectNode choice = late.withArray("choices").addObject().put("index", 0);
    choice.putNull("finish_reason").set("content_filter_results", Json.object(VERDICT));
    choice.putObject("content_filter_offsets").put("start_offset", 0).put("end_offset", 9);
    told.add(late);
    told.add(chunks.getLast());
    return told;
  }

  @Override
  ObjectNode error(int status, String message) {
    ObjectNode body = Json.object();
    body.putObject("error").put("code", Integer.toString(status)).put("message", message);
    return body;
  }

  @Override
  String requestIdHeader() {
    return "apim-request-id";
  }

  @Override
  Set<String> members() {
    return Set.of(
        "refusal",
        "audio",
        "name",
        "annotations",
        "function_call",
        "role",
        "content",
        "tool_calls",
        "tool_call_id");
  }
}
