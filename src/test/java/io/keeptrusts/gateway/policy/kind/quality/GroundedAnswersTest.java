package io.keeptrusts.gateway.policy.kind.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keeptrusts.gateway.exchange.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Faithfulness on answers that people have labelled (BEGIN): the share of pairs in which the answer
 * that can be attributed to its source has the higher score. How the measure weighs words was
 * chosen on the two files called dev.
 */
class GroundedAnswersTest {
  private static final Path DATA =
      Path.of(System.getProperty("shared.dir", "../shared"), "detect", "grounding");

  private record Row(double score, boolean attributable) {}

  @ParameterizedTest
  @CsvSource({"begin_dev_wow, 0.88", "begin_dev_cmu, 0.92", "begin_test_wow, 0.85"})
  void answersThatCanBeAttributedScoreHigher(String file, double least) throws IOException {
    List<Row> rows = rows(DATA.resolve(file + ".tsv"));

    double auc = auc(rows);

    System.out.printf("faithfulness on %s: %d rows, AUC %.3f%n", file, rows.size(), auc);
    assertThat(auc).isGreaterThan(least);
  }

  private static List<Row> rows(Path file) throws IOException {
    assumeTrue(Files.exists(file), "no labelled data at " + file);
    Measures measures = new Measures(null, null);
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String[] cells = line.split("\t", -1);
      if (cells.length < 6 || cells[0].equals("model_name")) {
        continue;
      }
      Answer.Choice choice = new Answer.Choice(0, cells[4], "", "", 0, "stop");
      Map<Measure, Double> scores = measures.of(choice, new Asked(cells[3], cells[2]));
      Double score = scores.get(Measure.FAITHFULNESS);
      if (score != null) {
        rows.add(new Row(score, cells[5].startsWith("Fully")));
      }
    }
    return rows;
  }

  /** The area under the ROC curve, by ranks; equal scores share theirs. */
  private static double auc(List<Row> rows) {
    List<Row> sorted = rows.stream().sorted(Comparator.comparingDouble(Row::score)).toList();
    double ranks = 0;
    long positives = rows.stream().filter(Row::attributable).count();
    for (int i = 0; i < sorted.size(); ) {
      int end = i;
      while (end < sorted.size() && sorted.get(end).score() == sorted.get(i).score()) {
        end++;
      }
      for (int k = i; k < end; k++) {
        ranks += sorted.get(k).attributable() ? (i + end + 1) / 2.0 : 0;
      }
      i = end;
    }
    long negatives = rows.size() - positives;
    return (ranks - positives * (positives + 1) / 2.0) / (positives * negatives);
  }
}
