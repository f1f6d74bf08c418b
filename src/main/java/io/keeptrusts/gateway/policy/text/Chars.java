package io.keeptrusts.gateway.policy.text;

/**
 * A queue of characters in one array, so that a scan can look at them in place. Shrinks when it
 * runs low.
 */
final class Chars {
  private static final char[] NONE = {};
  private static final int FIRST = 64;
  private static final int KEPT = 4096;

  private char[] array = NONE;
  private int head;
  private int tail;

  char[] array() {
    return array;
  }

  /** Index of the first character. */
  int head() {
    return head;
  }

  /** Index after the last character. */
  int tail() {
    return tail;
  }

  int size() {
    return tail - head;
  }

  boolean isEmpty() {
    return head == tail;
  }

  char get(int index) {
    return array[head + index];
  }

  void add(char c) {
    if (tail == array.length) makeRoom(1);
    array[tail++] = c;
  }

  void add(char[] source, int from, int to) {
    int count = to - from;
    if (count > array.length - tail) makeRoom(count);
    System.arraycopy(source, from, array, tail, count);
    tail += count;
  }

  void drop(int count) {
    head += count;
    if (head == tail) clear();
    else if (array.length > KEPT && size() <= KEPT / 4) move(new char[KEPT]);
  }

  void clear() {
    head = 0;
    tail = 0;
    if (array.length > KEPT) array = NONE;
  }

  /**
   * Moves to the front only what is at most half of the array, so that a character moves a constant
   * number of times.
   */
  private void makeRoom(int count) {
    int needed = size() + count;
    move(2 * needed <= array.length ? array : new char[Math.max(FIRST, 2 * needed)]);
  }

  private void move(char[] target) {
    System.arraycopy(array, head, target, 0, size());
    tail -= head;
    head = 0;
    array = target;
  }
}
