package io.keeptrusts.gateway.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.policy.kind.citation.CitationProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How well {@code groundedness} tells answers that are fully attributable to the knowledge in the
 * prompt from others, on BEGIN (Dziri et al. 2022), and what it costs. Measured is what the client
 * is told: the report, not a score inside. The test part was not used to find the coefficients.
 */
@Tag("detect")
class GroundingBenchTest {
  private static final Path DATA =
      Path.of(System.getProperty("shared.dir", "../shared"), "detect/grounding");

  private record Row(ObjectNode request, String knowledge, String response, boolean attributable) {}

  private record Scored(double score, boolean attributable) {}

  @ParameterizedTest
  @CsvSource({"begin_dev_wow.tsv, 0.95", "begin_dev_cmu.tsv, 0.95", "begin_test_wow.tsv, 0.945"})
  void groundednessTellsAttributableAnswersFromOthers(String file, double wanted)
      throws IOException {
    List<Row> rows = rows(file);
    score(rows); // warm
    long start = System.nanoTime();
    List<Scored> scored = score(rows);
    double micros = (System.nanoTime() - start) / 1e3;
    long chars =
        rows.stream().mapToLong(row -> row.response.length() + row.knowledge.length()).sum();

    double auc = auc(scored);

    System.out.printf(
        "%-20s n %d  AUC %.4f  accuracy at 0.5 %.3f  best F1 %.3f  %.0f us an answer, %.0f us a KB%n",
        file,
        rows.size(),
        auc,
        accuracy(scored),
        bestF1(scored),
        micros / rows.size(),
        micros / (chars / 1024.0));
    assertThat(auc).isGreaterThanOrEqualTo(wanted);
  }

  /** Attributable answers with one word changed, and as they are. */
  @ParameterizedTest
  @CsvSource({"begin_dev_wow.tsv", "begin_dev_cmu.tsv", "begin_test_wow.tsv"})
  void aChangedNumberOrAnAddedNegationIsContradicted(String file) throws IOException {
    List<Row> attributable = rows(file).stream().filter(Row::attributable).toList();

    double falseAlarms = contradicted(attributable, response -> response);
    double numbers = contradicted(attributable, GroundingBenchTest::otherNumber);
    double negations = contradicted(attributable, GroundingBenchTest::denied);

    System.out.printf(
        "%-20s contradicted: number changed %.3f, negated %.3f, unchanged %.3f%n",
        file, numbers, negations, falseAlarms);
    assertThat(falseAlarms).isLessThanOrEqualTo(0.05);
    assertThat(numbers).isGreaterThanOrEqualTo(0.85);
    assertThat(negations).isGreaterThanOrEqualTo(0.7);
  }

  /** Of the responses that can be changed so, the share that is contradicted then. */
  private static double contradicted(List<Row> rows, Function<String, @Nullable String> change) {
    int changed = 0;
    int found = 0;
    for (Row row : rows) {
      String response = change.apply(row.response);
      if (response != null) {
        changed++;
        int contradicted = CitationProbe.report(row.request, response).path("contradicted").asInt();
        found += contradicted > 0 ? 1 : 0;
      }
    }
    return (double) found / changed;
  }

  private static @Nullable String otherNumber(String response) {
    Matcher number = Pattern.compile("\\b\\d{2,4}\\b").matcher(response);
    return number.find()
        ? number.replaceFirst(Integer.toString(Integer.parseInt(number.group()) + 7))
        : null;
  }

  private static @Nullable String denied(String response) {
    Matcher verb = Pattern.compile(" (is|was|are|were) (?!not)").matcher(response);
    return verb.find() ? verb.replaceFirst(" $1 not ") : null;
  }

  private static List<Row> rows(String name) throws IOException {
    Path file = DATA.resolve(name);
    assumeTrue(Files.exists(file), "no labelled data at " + file);
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String[] fields = line.split("\t", -1);
      if (fields.length == 6 && !fields[0].equals("model_name")) {
        ObjectNode request = new ObjectMapper().createObjectNode();
        var messages = request.putArray("messages");
        messages.addObject().put("role", "system").put("content", "Context:\n" + fields[2]);
        messages.addObject().put("role", "user").put("content", fields[3]);
        rows.add(new Row(request, fields[2], fields[4], fields[5].equals("Fully attributable")));
      }
    }
    return rows;
  }

  private static List<Scored> score(List<Row> rows) {
    return rows.stream()
        .map(
            row -> {
              var report = CitationProbe.report(row.request, row.response);
              return new Scored(report.path("groundedness").asDouble(), row.attributable);
            })
        .toList();
  }

  /** Equal scores count half. */
  private static double auc(List<Scored> scored) {
    List<Scored> sorted =
        scored.stream().sorted(Comparator.comparingDouble(Scored::score)).toList();
    double ranks = 0;
    long positives = 0;
    for (int from = 0; from < sorted.size(); ) {
      int to = from;
      while (to < sorted.size() && sorted.get(to).score == sorted.get(from).score) {
        to++;
      }
      long here = sorted.subList(from, to).stream().filter(Scored::attributable).count();
      ranks += here * (from + 1 + to) / 2.0;
      positives += here;
      from = to;
    }
    double pairs = (double) positives * (sorted.size() - positives);
    return (ranks - positives * (positives + 1) / 2.0) / pairs;
  }

  private static double accuracy(List<Scored> scored) {
    return (double) scored.stream().filter(s -> s.score >= 0.5 == s.attributable).count()
        / scored.size();
  }

  private static double bestF1(List<Scored> scored) {
    List<Scored> falling =
        scored.stream().sorted(Comparator.comparingDouble(Scored::score).reversed()).toList();
    long positives = falling.stream().filter(Scored::attributable).count();
    double best = 0;
    long hits = 0;
    for (int i = 0; i < falling.size(); i++) {
      hits += falling.get(i).attributable ? 1 : 0;
      best = Math.max(best, 2.0 * hits / (i + 1 + positives));
    }
    return best;
  }
}
