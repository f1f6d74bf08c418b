package io.keeptrusts.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** OpenAI's list of models, made of the names that the pack serves. */
final class Models {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Clients want a number here; the pack has none. */
  private static final long CREATED = 0;

  private Models() {}

  static ObjectNode list(Map<String, String> vendorsByName) {
    ObjectNode list = JSON.objectNode().put("object", "list");
    ArrayNode data = list.putArray("data");
    vendorsByName.forEach((name, vendor) -> data.add(one(name, vendor)));
    return list;
  }

  static ObjectNode one(String name, String vendor) {
    return JSON.objectNode()
        .put("id", name)
        .put("object", "model")
        .put("created", CREATED)
        .put("owned_by", vendor);
  }
}
