package io.keeptrusts.gateway.policy.kind.pii;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keeptrusts.gateway.policy.kind.BruteForce;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Recall and precision on labelled sentences. Templates with even numbers were there to tune on,
 * the odd ones are reported.
 */
class PiiQualityTest {
  private static final Path DATA =
      Path.of(
          System.getProperty("shared.dir", "../shared"),
          "detect/pii/presidio_synth" + "_dataset_v2.json");

  private static final Map<String, String> LABELS =
      Map.of(
          "EMAIL_ADDRESS",
          "EMAIL",
          "CREDIT_CARD",
          "CREDIT_CARD",
          "IBAN_CODE",
          "IBAN",
          "IP_ADDRESS",
          "IP",
          "US_SSN",
          "US_SSN",
          "PHONE_NUMBER",
          "PHONE");

  private static final class Score {
    int gold;
    int found;
    int spans;
    int right;

    double recall() {
      return gold == 0 ? 1 : (double) found / gold;
    }

    double precision() {
      return spans == 0 ? 1 : (double) right / spans;
    }
  }

  @Test
  void labelledSentencesAreFoundWhole() throws IOException {
    assumeTrue(Files.exists(DATA), "no labelled data at " + DATA);
    var opinion = new BruteForce(PiiDetector.builtIn(true, false));
    var scores = new TreeMap<String, Score>();
    for (JsonNode row : new ObjectMapper().readTree(DATA.toFile())) {
      String half = row.get("template_id").asInt() % 2 == 0 ? "tuned" : "fresh";
      score(row, half, opinion, scores);
    }
    scores.forEach(
        (name, score) ->
            System.out.printf(
                "%-22s gold %3d recall %.3f, spans %3d precision %.3f%n",
                name, score.gold, score.recall(), score.spans, score.precision()));

    for (String label : new String[] {"EMAIL", "CREDIT_CARD", "IBAN", "IP", "US_SSN"}) {
      Score score = scores.getOrDefault(label + " fresh", new Score());
      assertThat(score.recall()).as(label + " recall").isGreaterThanOrEqualTo(0.99);
      assertThat(score.precision()).as(label + " precision").isGreaterThanOrEqualTo(0.98);
    }
    assertThat(scores.get("PHONE fresh").recall()).isGreaterThanOrEqualTo(0.75);
    assertThat(scores.get("PHONE fresh").precision()).isGreaterThanOrEqualTo(0.90);
  }

  private static void score(
      JsonNode row, String half, BruteForce opinion, Map<String, Score> scores) {
    String text = row.get("full_text").asText();
    boolean[] cover = opinion.cover(text);
    for (JsonNode span : row.get("spans")) {
      String label = LABELS.get(span.get("entity_type").asText());
      if (label != null) {
        Score score = scores.computeIfAbsent(label + " " + half, name -> new Score());
        score.gold++;
        boolean whole = true;
        for (int i = span.get("start_position").asInt();
            i < span.get("end_position").asInt();
            i++) {
          whole &= cover[i];
        }
        score.found += whole ? 1 : 0;
        if (!whole && half.equals("tuned")) {
          System.out.println(
              "missed "
                  + label
                  + ": "
                  + text.replace('\n', '|')
                  + " <"
                  + span.get("entity_value").asText()
                  + ">");
        }
      }
    }
    for (BruteForce.Span found : opinion.spans(text)) {
      Score score = scores.computeIfAbsent(found.label() + " " + half, name -> new Score());
      score.spans++;
      boolean right = false;
      for (JsonNode span : row.get("spans")) {
        right |=
            found.label().equals(LABELS.getOrDefault(span.get("entity_type").asText(), "-"))
                && span.get("start_position").asInt() < found.to()
                && found.from() < span.get("end_position").asInt();
      }
      score.right += right ? 1 : 0;
      if (!right) {
        System.out.println(
            "wrong "
                + half
                + " "
                + found.label()
                + ": "
                + text.substring(found.from(), found.to())
                + " in "
                + text.replace('\n', '|'));
      }
    }
  }
}
