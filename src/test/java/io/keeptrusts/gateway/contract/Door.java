package io.keeptrusts.gateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One of the gateway's endpoints, as a strict client of it asks and reads. */
sealed interface Door permits ChatDoor, ResponsesDoor {

  /**
   * What came of a request with status 200.
   *
   * @param turn what the client keeps of the answer to send it back: messages or items
   * @param error what a stream ended with; null: it ended well
   */
  record Got(Heard heard, List<JsonNode> turn, @Nullable JsonNode error) {}

  String path();

  /** A request that knows a tool and wants some thinking. */
  ObjectNode ask(String model, boolean stream);

  /** The next request of the conversation: the turn and the results of its calls, by id. */
  ObjectNode next(ObjectNode asked, List<JsonNode> turn, Map<String, String> results);

  /** Reads a stream to its end, and insists on everything that strict clients insist on. */
  Got stream(String body);

  Got whole(String body);
}
