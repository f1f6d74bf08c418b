package io.keeptrusts.gateway.policy.match;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Classes of symbols that no set of the rules tells apart; one array access finds the class of a
 * character.
 */
final class Alphabet {
  /** Class of the ignored characters. */
  static final int IGNORED = 0;

  /** Class of a UTF-16 unit that may be half of a pair; its symbol is found with its neighbour. */
  static final int SURROGATE = 1;

  private final int[] starts;
  private final char[] classes;
  private final char[] table = new char[0x10000];
  private final Map<CharSet, BitSet> masks = new HashMap<>();
  private int size = 2;

  Alphabet(Collection<CharSet> used) {
    List<CharSet> sets = List.copyOf(new LinkedHashSet<>(used));
    starts = starts(sets);
    classes = new char[starts.length];
    BitSet[] members = members(sets);
    Map<BitSet, Character> known = new HashMap<>();
    for (CharSet set : sets) {
      masks.put(set, new BitSet());
    }
    for (int i = 0; i < starts.length; i++) {
      Character id = known.putIfAbsent(members[i], (char) size);
      if (id == null) {
        id = (char) size++;
        for (int s = members[i].nextSetBit(0); s >= 0; s = members[i].nextSetBit(s + 1)) {
          Objects.requireNonNull(masks.get(sets.get(s))).set(id);
        }
      }
      classes[i] = id;
    }
    fillTable();
  }

  /** Where something begins or ends to be in a set. */
  private static int[] starts(List<CharSet> sets) {
    IntList all = new IntList();
    all.add(0);
    for (CharSet set : sets) {
      int[] ranges = set.ranges();
      for (int i = 0; i < ranges.length; i += 2) {
        all.add(ranges[i], ranges[i + 1] + 1);
      }
    }
    int[] sorted = all.toArray();
    Arrays.sort(sorted);
    int size = 1;
    for (int start : sorted) {
      if (start != sorted[size - 1]) {
        sorted[size++] = start;
      }
    }
    return Arrays.copyOf(sorted, size);
  }

  /** The sets that hold what is between one start and the next. */
  private BitSet[] members(List<CharSet> sets) {
    BitSet[] members = new BitSet[starts.length];
    Arrays.setAll(members, i -> new BitSet(sets.size()));
    for (int s = 0; s < sets.size(); s++) {
      int[] ranges = sets.get(s).ranges();
      for (int i = 0; i < ranges.length; i += 2) {
        int at = Arrays.binarySearch(starts, ranges[i]);
        for (; at < starts.length && starts[at] <= ranges[i + 1]; at++) {
          members[at].set(s);
        }
      }
    }
    return members;
  }

  private void fillTable() {
    for (int i = 0; i < starts.length && starts[i] < table.length; i++) {
      int next = i + 1 < starts.length ? Math.min(starts[i + 1], table.length) : table.length;
      Arrays.fill(table, starts[i], next, classes[i]);
    }
    for (int c : Fold.changed()) {
      table[c] = (char) of(c);
    }
    Arrays.fill(table, Character.MIN_SURROGATE, Character.MAX_SURROGATE + 1, (char) SURROGATE);
  }

  /** Number of classes; the end of the text is the class after the last. */
  int size() {
    return size;
  }

  int end() {
    return size();
  }

  /** Class of each UTF-16 unit; not to be written to. */
  char[] table() {
    return table;
  }

  /** Class of a code point of the text, a lone surrogate included. */
  int of(int codePoint) {
    int folded = Fold.of(codePoint);
    if (folded == Fold.IGNORED) {
      return IGNORED;
    }
    int at = Arrays.binarySearch(starts, folded);
    return classes[at >= 0 ? at : -at - 2];
  }

  /** The classes of a set that was given to the constructor; not to be written to. */
  BitSet mask(CharSet set) {
    return Objects.requireNonNull(masks.get(set));
  }
}
