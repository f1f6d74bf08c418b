package io.keeptrusts.gateway.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Byte searches eight at a time. A search mask has the top bit of each byte set that matches; the
 * lowest one is exact (a borrow can only spoil bits above a true match), which is all a search for
 * the first match needs.
 */
final class Words {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long TOPS = 0x8080808080808080L;

  private Words() {}

  /** Index of the first LF or CR in {@code b[at, to)}, or {@code to}. */
  static int lineEnd(byte[] b, int at, int to) {
    int i = at;
    for (; i <= to - 8; i += 8) {
      long w = (long) LONG.get(b, i);
      long found = zeros(w ^ ONES * '\n') | zeros(w ^ ONES * '\r');
      if (found != 0) {
        return i + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    while (i < to && b[i] != '\n' && b[i] != '\r') {
      i++;
    }
    return i;
  }

  /**
   * Index of the first quote, backslash or control character in {@code b[at, to)}, or {@code to}.
   */
  static int stringStop(byte[] b, int at, int to) {
    int i = at;
    for (; i <= to - 8; i += 8) {
      long w = (long) LONG.get(b, i);
      long found = zeros(w ^ ONES * '"') | zeros(w ^ ONES * '\\') | ((w - ONES * 0x20) & ~w & TOPS);
      if (found != 0) {
        return i + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    while (i < to && b[i] != '"' && b[i] != '\\' && (b[i] & 0xff) >= 0x20) {
      i++;
    }
    return i;
  }

  /**
   * How many of the eight bytes at {@code i} are neither a backslash nor outside ASCII, counted
   * from the first.
   */
  static int plainPrefix(byte[] b, int i) {
    long w = (long) LONG.get(b, i);
    long found = zeros(w ^ ONES * '\\') | (w & TOPS);
    return Long.numberOfTrailingZeros(found) >>> 3;
  }

  private static long zeros(long w) {
    return (w - ONES) & ~w & TOPS;
  }
}
