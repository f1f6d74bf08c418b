package io.keeptrusts.gateway.policy.kind.citation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What the report says, for measurements outside of this package. */
public final class CitationProbe {
  private CitationProbe() {}

  public static JsonNode report(ObjectNode request, String answer) {
    return Reports.of(List.of(Checked.check(request, answer)));
  }
}
