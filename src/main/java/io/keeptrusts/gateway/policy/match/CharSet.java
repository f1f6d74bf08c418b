package io.keeptrusts.gateway.policy.match;

import java.util.Arrays;

/**
 * An immutable set of code points: sorted, disjoint, inclusive ranges {@code lo, hi, lo, hi ...}.
 */
final class CharSet {
  static final CharSet EMPTY = new CharSet(new int[0]);
  static final CharSet ALL = range(0, Character.MAX_CODE_POINT);
  static final CharSet DIGIT = range('0', '9');
  static final CharSet WORD = DIGIT.or(range('a', 'z')).or(range('A', 'Z')).or(range('_', '_'));
  static final CharSet SPACE = range('\t', '\r').or(range(' ', ' '));
  static final CharSet LINE = range('\n', '\n').not();
  static final CharSet NOT_DIGIT = DIGIT.not();
  static final CharSet NOT_WORD = WORD.not();
  static final CharSet NOT_SPACE = SPACE.not();

  private final int[] ranges;
  private final int hash;

  private CharSet(int[] ranges) {
    this.ranges = ranges;
    this.hash = Arrays.hashCode(ranges);
  }

  static CharSet range(int lo, int hi) {
    return new CharSet(new int[] {lo, hi});
  }

  static CharSet of(int codePoint) {
    return range(codePoint, codePoint);
  }

  boolean isEmpty() {
    return ranges.length == 0;
  }

  boolean contains(int codePoint) {
    int low = 0;
    int high = ranges.length / 2 - 1;
    while (low <= high) {
      int mid = (low + high) >>> 1;
      if (codePoint < ranges[2 * mid]) {
        high = mid - 1;
      } else if (codePoint > ranges[2 * mid + 1]) {
        low = mid + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  boolean containsAll(CharSet other) {
    return not().or(other.not()).not().equals(other);
  }

  CharSet or(CharSet other) {
    Builder builder = new Builder();
    builder.addAll(this);
    builder.addAll(other);
    return builder.build();
  }

  CharSet not() {
    Builder builder = new Builder();
    int next = 0;
    for (int i = 0; i < ranges.length; i += 2) {
      if (next < ranges[i]) {
        builder.add(next, ranges[i] - 1);
      }
      next = ranges[i + 1] + 1;
    }
    if (next <= Character.MAX_CODE_POINT) {
      builder.add(next, Character.MAX_CODE_POINT);
    }
    return builder.build();
  }

  /** The ranges themselves; not to be written to. */
  int[] ranges() {
    return ranges;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CharSet set && hash == set.hash && Arrays.equals(ranges, set.ranges);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** Collects ranges in any order, overlapping or not. */
  static final class Builder {
    private long[] ranges = new long[8]; // first and last of each
    private int size;

    void add(int lo, int hi) {
      if (size == ranges.length) {
        ranges = Arrays.copyOf(ranges, 2 * size);
      }
      ranges[size++] = (long) lo << 32 | hi;
    }

    void addAll(CharSet set) {
      for (int i = 0; i < set.ranges.length; i += 2) {
        add(set.ranges[i], set.ranges[i + 1]);
      }
    }

    CharSet build() {
      Arrays.sort(ranges, 0, size);
      int[] merged = new int[size * 2];
      int n = 0;
      for (int i = 0; i < size; i++) {
        int lo = (int) (ranges[i] >> 32);
        int hi = (int) ranges[i];
        if (n > 0 && lo <= merged[n - 1] + 1) {
          merged[n - 1] = Math.max(merged[n - 1], hi);
        } else {
          merged[n++] = lo;
          merged[n++] = hi;
        }
      }
      return new CharSet(n == merged.length ? merged : Arrays.copyOf(merged, n));
    }
  }
}
