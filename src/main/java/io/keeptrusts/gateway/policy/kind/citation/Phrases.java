package io.keeptrusts.gateway.policy.kind.citation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs of words that are looked for in texts, all at once (Aho and Corasick, over words). Linear in
 * the phrases and in each text.
 */
final class Phrases {
  private final Map<Long, Integer> edges = new HashMap<>();
  private final List<Integer> fails = new ArrayList<>(List.of(0));

  /** The phrase that ends at a node, -1 for none. */
  private final List<Integer> ending = new ArrayList<>(List.of(-1));

  /** The next node on the way of the failure links at which a phrase ends, 0 for none. */
  private final List<Integer> above = new ArrayList<>(List.of(0));

  private final Vocabulary vocabulary;
  private int count;
  private long steps;

  Phrases(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** The number of a phrase, the same for the same words; -1 if there is no word in it. */
  int add(String phrase) {
    Words words = Words.of(phrase, vocabulary);
    int node = 0;
    for (int i = 0; i < words.size(); i++) {
      int next = edges.getOrDefault(edge(node, words.id(i)), 0);
      if (next == 0) {
        next = fails.size();
        edges.put(edge(node, words.id(i)), next);
        fails.add(0);
        ending.add(-1);
        above.add(0);
      }
      node = next;
    }
    if (node == 0) {
      return -1;
    }
    if (ending.get(node) < 0) {
      ending.set(node, count++);
    }
    return ending.get(node);
  }

  /** No phrase may be added any more. */
  void ready() {
    Map<Integer, List<long[]>> children = new HashMap<>();
    edges.forEach(
        (edge, to) ->
            children
                .computeIfAbsent((int) (edge >>> 32), _ -> new ArrayList<>())
                .add(new long[] {edge & 0xFFFFFFFFL, to}));
    ArrayDeque<Integer> queue = new ArrayDeque<>(List.of(0));
    while (!queue.isEmpty()) {
      int node = queue.remove();
      for (long[] child : children.getOrDefault(node, List.of())) {
        int to = (int) child[1];
        int fail = node == 0 ? 0 : step(fails.get(node), (int) child[0]);
        fails.set(to, fail);
        above.set(to, ending.get(fail) >= 0 ? fail : above.get(fail));
        queue.add(to);
      }
    }
  }

  private int step(int from, int word) {
    int node = from;
    while (true) {
      steps++;
      int next = edges.getOrDefault(edge(node, word), 0);
      if (next != 0 || node == 0) {
        return next;
      }
      node = fails.get(node);
    }
  }

  /** Which phrases stand in a text. */
  boolean[] in(Words text) {
    boolean[] found = new boolean[count];
    int node = 0;
    for (int i = 0; i < text.size(); i++) {
      node = step(node, text.id(i));
      int end = ending.get(node) >= 0 ? node : above.get(node);
      // what ends above a phrase that was found before was found with it
      while (end != 0 && !found[ending.get(end)]) {
        found[ending.get(end)] = true;
        end = above.get(end);
      }
    }
    return found;
  }

  long steps() {
    return steps;
  }

  private static long edge(int node, int word) {
    return (long) node << 32 | word;
  }
}
