package io.keeptrusts.gateway.policy.match;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

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
  private final List<Integer> members = new ArrayList<>();

  Alphabet(Collection<CharSet> used) {
    List<CharSet> sets = List.copyOf(new LinkedHashSet<>(used));
    TreeSet<Integer> cuts = new TreeSet<>();
    cuts.add(0);
    for (CharSet set : sets) {
      int[] ranges = set.ranges();
      for (int i = 0; i < ranges.length; i += 2) {
        cuts.add(ranges[i]);
        cuts.add(ranges[i + 1] + 1);
      }
    }
    starts = cuts.stream().mapToInt(Integer::intValue).toArray();
    classes = new char[starts.length];
    Map<BitSet, Integer> known = new HashMap<>();
    for (int i = 0; i < starts.length; i++) {
      BitSet in = new BitSet(sets.size());
      for (int s = 0; s < sets.size(); s++) {
        in.set(s, sets.get(s).contains(starts[i]));
      }
      Integer id = known.putIfAbsent(in, members.size() + 2);
      if (id == null) {
        id = members.size() + 2;
        members.add(starts[i]);
      }
      classes[i] = (char) (int) id;
    }
    for (int c = 0; c < table.length; c++) {
      table[c] = (char) (Character.isSurrogate((char) c) ? SURROGATE : of(c));
    }
  }

  /** Number of classes; the end of the text is the class after the last. */
  int size() {
    return members.size() + 2;
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

  /** The classes of a set that was given to the constructor. */
  BitSet mask(CharSet set) {
    BitSet mask = new BitSet(size() + 1);
    for (int i = 0; i < members.size(); i++) {
      mask.set(i + 2, set.contains(members.get(i)));
    }
    return mask;
  }
}
