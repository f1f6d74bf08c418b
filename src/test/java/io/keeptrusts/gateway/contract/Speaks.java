package io.keeptrusts.gateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.contract.Answer.Can;
import io.keeptrusts.gateway.testing.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How one endpoint of a provider speaks: a writer of fixtures in the wire format it documents, and
 * a reader of what it is asked.
 */
interface Speaks {

  /** What it can say. */
  Set<Can> can();

  /** A stream, event by event; joined they are its body. */
  List<String> stream(Answer answer);

  /** What stands in the event that tells the end: a stream without it was cut. */
  String lastWord();

  /** An answer that is not streamed. */
  String whole(Answer answer);

  /** An event of a stream that nobody knows yet and that a client may pass over. */
  String unknown();

  /** An error in the place of an event, after a status of 200. */
  String failure(String message);

  /** A status that is not 200, with a request id and, for 429, a wait of seven seconds. */
  Reply refusal(int status, String message, String requestId);

  /**
   * What of a thought comes back with the calls it led to; empty: the provider has no place for it.
   */
  String keeps(Answer.Thought thought);

  /** The turn with tool calls, and what follows it, as they came back in a request. */
  Turn turn(String request);

  /** Insists that a request holds only what the provider documents, where it refuses the rest. */
  default void assertKnown(JsonNode request) {}

  /** Of a stream's body. */
  default String contentType() {
    return "text/event-stream";
  }

  /** How an answer ends that holds a refusal. */
  default Answer.End refused() {
    return Answer.End.STOP;
  }

  default Reply reply(String stream) {
    return Reply.of(
        200, Map.of("content-type", contentType()), stream.getBytes(StandardCharsets.UTF_8));
  }

  default Reply reply(Answer answer, boolean stream) {
    return stream ? reply(String.join("", stream(answer))) : Reply.json(200, whole(answer));
  }
}
