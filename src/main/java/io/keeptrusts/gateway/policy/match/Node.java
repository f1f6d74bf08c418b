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

  /** In how many places of a long run of matching symbols it may have come to its end. */
  long ends();

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

    @Override
    public long ends() {
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

    @Override
    public long ends() {
      return 1;
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

    @Override
    public long ends() {
      return 1;
    }
  }

  /**
   * What it asks of all parts is worked out once: expressions are nested, and asked at each level.
   */
  record Cat(List<Node> parts, boolean nullable, int longest, long ends) implements Node {
    Cat(List<Node> parts) {
      boolean nullable = true;
      long longest = 0;
      long ends = 1;
      for (Node part : parts) {
        nullable &= part.nullable();
        longest += part.longest();
        ends += part.ends() - 1;
      }
      this(parts, nullable, (int) Math.min(longest, UNBOUNDED), ends);
    }
  }

  record Either(List<Node> parts, boolean nullable, int longest, long ends) implements Node {
    Either(List<Node> parts) {
      boolean nullable = false;
      int longest = 0;
      long ends = 1;
      for (Node part : parts) {
        nullable |= part.nullable();
        longest = Math.max(longest, part.longest());
        ends = Math.max(ends, part.ends());
      }
      this(parts, nullable, longest, ends);
    }
  }

  /** {@code offset} is where the repetition is written. */
  record Repeat(Node part, int min, int max, int offset, boolean nullable, int longest, long ends)
      implements Node {
    Repeat(Node part, int min, int max, int offset) {
      int one = part.longest();
      this(
          part,
          min,
          max,
          offset,
          min == 0 || part.nullable(),
          one == 0 ? 0 : (int) Math.min((long) one * max, UNBOUNDED),
          max == UNBOUNDED ? part.ends() : (max - min + 1) * part.ends());
    }
  }
}
