package io.keeptrusts.gateway.policy.kind.language;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A map from numbers to rows that makes no garbage when it is asked. Immutable. */
final class Table {
  private final long[] keys;
  private final float[] @Nullable [] rows;

  Table(Map<Long, float[]> entries) {
    int size = Integer.highestOneBit(Math.max(8, entries.size())) * 4;
    keys = new long[size];
    rows = new float[size][];
    entries.forEach(
        (key, row) -> {
          int slot = slot(key);
          while (rows[slot] != null) {
            slot = (slot + 1) & (keys.length - 1);
          }
          keys[slot] = key;
          rows[slot] = row;
        });
  }

  private int slot(long key) {
    long mixed = key * 0x9E3779B97F4A7C15L;
    return (int) (mixed ^ mixed >>> 32) & (keys.length - 1);
  }

  /** Null for a key that is not there. */
  float @Nullable [] get(long key) {
    int slot = slot(key);
    float[] row = rows[slot];
    while (row != null && keys[slot] != key) {
      slot = (slot + 1) & (keys.length - 1);
      row = rows[slot];
    }
    return row;
  }
}
