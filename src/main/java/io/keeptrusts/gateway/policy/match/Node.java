package io.keeptrusts.gateway.policy.match;

import java.util.List;

/**
 * An expression, parsed. Sets are folded already; a node is nullable if it matches the empty text.
 */
sealed interface Node {
  Node EMPTY = new Cat(List.of());

  /** No upper bound of a repetition. */
  int UNBOUNDED = Integer.MAX_VALUE;

  boolean nullable();

  /** Symbols of the longest text that matches, {@link #UNBOUNDED} if there is none. */
  int longest();

  /** One symbol of a set. */
  record One(CharSet set) implements Node {
    @Override
    public boolean nullable() {
      return false;
    }

    @Override
    public int longest() {
      return 1;
    }
  }

  /** The start of the text. Not nullable: it holds at one place only. */
  record Start() implements Node {
    @Override
    public boolean nullable() {
      return false;
    }

    @Override
    public int longest() {
      return 0;
    }
  }

  /** The end of the text. */
  record End() implements Node {
    @Override
    public boolean nullable() {
      return true;
    }

    @Override
    public int longest() {
      return 0;
    }
  }

  record Cat(List<Node> parts) implements Node {
    @Override
    public boolean nullable() {
      return parts.stream().allMatch(Node::nullable);
    }

    @Override
    public int longest() {
      long sum = 0;
      for (Node part : parts) {
        sum += part.longest();
      }
      return (int) Math.min(sum, UNBOUNDED);
    }
  }

  record Either(List<Node> parts) implements Node {
    @Override
    public boolean nullable() {
      return parts.stream().anyMatch(Node::nullable);
    }

    @Override
    public int longest() {
      return parts.stream().mapToInt(Node::longest).max().orElse(0);
    }
  }

  /** {@code offset} is where the repetition is written. */
  record Repeat(Node part, int min, int max, int offset) implements Node {
    @Override
    public boolean nullable() {
      return min == 0 || part.nullable();
    }

    @Override
    public int longest() {
      int one = part.longest();
      return one == 0 ? 0 : (int) Math.min((long) one * max, UNBOUNDED);
    }
  }
}
