package io.keeptrusts.gateway.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A growable byte buffer that hands out its own array, so that what was collected can be scanned or
 * written without a copy. {@link #reset} keeps the array. Not thread-safe.
 */
public final class Bytes {
  private static final int MAX = Integer.MAX_VALUE - 8;

  private byte[] array;
  private int length;

  public Bytes() {
    this(256);
  }

  public Bytes(int capacity) {
    array = new byte[capacity];
  }

  /** The bytes, from 0 to {@link #length}; valid until the next call that adds something. */
  public byte[] array() {
    return array;
  }

  public int length() {
    return length;
  }

  public boolean isEmpty() {
    return length == 0;
  }

  public Bytes add(byte b) {
    reserve(1);
    array[length++] = b;
    return this;
  }

  public Bytes add(byte[] b) {
    return add(b, 0, b.length);
  }

  /** Adds {@code b[from, to)}. */
  public Bytes add(byte[] b, int from, int to) {
    reserve(to - from);
    System.arraycopy(b, from, array, length, to - from);
    length += to - from;
    return this;
  }

  /** Adds a text that is known to be ASCII; any other char would lose its high byte. */
  @SuppressWarnings(
      "deprecation") // getBytes(int, int, byte[], int) is the one copy without a temporary array
  public Bytes ascii(String s) {
    int n = s.length();
    reserve(n);
    s.getBytes(0, n, array, length);
    length += n;
    return this;
  }

  public void reset() {
    length = 0;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(array, length);
  }

  /** The bytes as UTF-8, for tests and messages. */
  @Override
  public String toString() {
    return new String(array, 0, length, StandardCharsets.UTF_8);
  }

  /**
   * Makes room for {@code n} more bytes, to be written into {@link #array} and then claimed by
   * {@link #length(int)}.
   */
  void reserve(int n) {
    if (n > array.length - length) {
      grow(n);
    }
  }

  void length(int newLength) {
    length = newLength;
  }

  private void grow(int n) {
    long need = (long) length + n;
    if (need > MAX) {
      throw new OutOfMemoryError("a buffer cannot hold " + need + " bytes");
    }
    array = Arrays.copyOf(array, (int) Math.min(MAX, Math.max(need, 2L * array.length)));
  }
}
