package io.keeptrusts.gateway.policy.match;

import java.util.Arrays;

/** Integers, growing. */
final class IntList {
  private int[] values = new int[4];
  private int size;

  void add(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = value;
  }

  void add(int first, int second) {
    add(first);
    add(second);
  }

  int[] toArray() {
    return Arrays.copyOf(values, size);
  }
}
