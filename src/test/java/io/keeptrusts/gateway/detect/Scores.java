package io.keeptrusts.gateway.detect;

import java.util.Map;
import java.util.TreeMap;

/** Precision and recall by type. */
final class Scores {
  /** A labelled or a found stretch of a text. */
  record Span(int from, int to, String type) {
    boolean overlaps(Span other) {
      return from < other.to && other.from < to;
    }
  }

  /** One type's counts. */
  static final class Score {
    int gold;
    int whole;
    int touched;
    int spans;
    int right;

    double recall() {
      return share(whole, gold);
    }

    double touched() {
      return share(touched, gold);
    }

    double precision() {
      return share(right, spans);
    }

    double f1() {
      double sum = recall() + precision();
      return sum == 0 ? 0 : 2 * recall() * precision() / sum;
    }

    private static double share(int part, int all) {
      return all == 0 ? Double.NaN : (double) part / all;
    }
  }

  private final Map<String, Score> scores = new TreeMap<>();

  Score of(String type) {
    return scores.computeIfAbsent(type, name -> new Score());
  }

  void print(String title) {
    System.out.printf(
        "%n%s%n%-24s %5s %9s %9s %6s %9s %6s%n",
        title, "type", "gold", "r(whole)", "r(any)", "spans", "precision", "F1");
    scores.forEach(
        (type, score) ->
            System.out.printf(
                "%-24s %5d %9.3f %9.3f %6d %9.3f %6.3f%n",
                type,
                score.gold,
                score.recall(),
                score.touched(),
                score.spans,
                score.precision(),
                score.f1()));
  }
}
