package io.keeptrusts.gateway.policy.kind.citation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/**
 * What the client is told: counts, scores and codes, never a word of the answer or of a source.
 * Scores have three decimals. {@code index} counts the citations of an answer from 1, {@code
 * source} the documents of the request from 1.
 */
final class Reports {
  private static final int MOST_LISTED = 200;

  private Reports() {}

  /** One answer's report itself; of several choices a list of them, in order. */
  static ObjectNode of(List<Check> checks) {
    if (checks.size() == 1) {
      return of(checks.getFirst());
    }
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    ArrayNode choices = report.putArray("choices");
    checks.forEach(check -> choices.add(of(check)));
    return report;
  }

  private static ObjectNode of(Check check) {
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    ArrayNode citations = report.putArray("citations");
    int listed = Math.min(MOST_LISTED, check.findings().size());
    for (int i = 0; i < listed; i++) {
      Finding finding = check.findings().get(i);
      ObjectNode citation = citations.addObject();
      citation.put("type", finding.citation().type().name().toLowerCase(Locale.ROOT));
      citation.put("index", i + 1);
      citation.put("status", finding.status().name().toLowerCase(Locale.ROOT));
      citation.put("confidence", rounded(finding.confidence()));
      if (finding.source() == Finding.NONE) {
        citation.putNull("source");
      } else {
        citation.put("source", finding.source() + 1);
      }
    }
    report.put("omitted", check.findings().size() - listed + check.omitted());
    score(report, "groundedness", check.groundedness());
    score(report, "coverage", check.coverage());
    report.put("claims", check.claims());
    report.put("weak", check.weak());
    report.put("unsupported", check.unsupported());
    report.put("contradicted", check.contradicted());
    report.put("sources", check.sources());
    report.put("never_cited", check.sources() - check.cited());
    if (check.truncated()) {
      report.put("truncated", true);
    }
    return report;
  }

  private static void score(ObjectNode report, String key, double value) {
    if (Double.isNaN(value)) {
      report.putNull(key);
    } else {
      report.put(key, rounded(value));
    }
  }

  private static double rounded(double value) {
    return Math.rint(value * 1000) / 1000;
  }
}
