package io.keeptrusts.gateway.policy.text;

import java.util.ArrayDeque;

/**
 * The redactions that have not left yet, disjoint and in order of the text. Matches that share a
 * character become one cluster, named after the first of their rules; neighbours that only touch
 * stay two.
 */
final class Clusters {

  /**
   * Characters {@code [start, end)}, at least one match of {@code rule}, which is the first in rule
   * order.
   */
  record Cluster(long start, long end, int rule) {

    private Cluster with(Cluster other) {
      return new Cluster(
          Math.min(start, other.start), Math.max(end, other.end), Math.min(rule, other.rule));
    }
  }

  private final ArrayDeque<Cluster> clusters = new ArrayDeque<>(4);

  boolean isEmpty() {
    return clusters.isEmpty();
  }

  Cluster first() {
    return clusters.getFirst();
  }

  Cluster removeFirst() {
    return clusters.removeFirst();
  }

  void clear() {
    clusters.clear();
  }

  /** Matches come nearly in order of their ends, so a new one belongs at or near the back. */
  void add(Cluster match) {
    var last = clusters.peekLast();
    if (last != null && last.start >= match.end) {
      clusters.removeLast();
      add(match);
      clusters.addLast(last);
      return;
    }
    var merged = match;
    while (last != null && last.end > merged.start) {
      merged = clusters.removeLast().with(merged);
      last = clusters.peekLast();
    }
    clusters.addLast(merged);
  }
}
