package io.keeptrusts.gateway.policy.match;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The tails of left contexts that a scan is in; each once, mostly none. */
final class TailSet {
  private Tail[] tails = new Tail[4];
  private int size;

  int size() {
    return size;
  }

  Tail get(int i) {
    return tails[i];
  }

  void clear() {
    size = 0;
  }

  void begin(@Nullable Tail tail) {
    if (tail != null && !among(tail, size)) {
      if (size == tails.length) {
        tails = Arrays.copyOf(tails, 2 * size);
      }
      tails[size++] = tail;
    }
  }

  void step(Machine machine, int symbol) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      Tail known = tails[i].next[symbol];
      Tail after = known != null ? known : machine.step(tails[i], symbol);
      if (after != machine.deadTail && !among(after, kept)) {
        tails[kept++] = after;
      }
    }
    size = kept;
  }

  private boolean among(Tail tail, int count) {
    for (int i = 0; i < count; i++) {
      if (tails[i] == tail) {
        return true;
      }
    }
    return false;
  }
}
