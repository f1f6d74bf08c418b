package io.keeptrusts.gateway.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Lets a policy ask a model about an answer. Blocks: for the worker pool only. Thread-safe. */
public interface Judge {

  /**
   * Asks a target of the pack and waits, no longer than a worker may.
   *
   * @param target its id
   * @param request of chat completions, not streamed; {@code model} is filled in
   * @return what the model said, not empty
   * @throws JudgeException if there is no such answer; never holds text of either side
   */
  String ask(String target, ObjectNode request);
}
