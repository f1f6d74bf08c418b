package io.keeptrusts.gateway.policy.match;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is kept for states, by their ids, each at one place; grows where two want the same. Written
 * under the machine's lock, read without: a reader sees null or an object whose fields are final.
 */
final class Places<E extends Places.Entry> {
  private static final int MOST = 1024;

  /** Has its id from a state, and no other state has it. */
  abstract static class Entry {
    final int id;

    Entry(int id) {
      this.id = id;
    }
  }

  private Entry @Nullable [] table;

  @SuppressWarnings("unchecked") // only what keep was given
  @Nullable E get(int id) {
    Entry[] known = table;
    Entry entry = known == null ? null : known[id & known.length - 1];
    return entry != null && entry.id == id ? (E) entry : null;
  }

  /** Returns how many places it took. */
  int keep(E entry) {
    Entry[] wide = table == null ? new Entry[2] : table;
    Entry other = wide[entry.id & wide.length - 1];
    while (other != null && other.id != entry.id && wide.length < MOST) {
      Entry[] wider = new Entry[2 * wide.length];
      for (Entry old : wide) {
        if (old != null) {
          wider[old.id & wider.length - 1] = old;
        }
      }
      wide = wider;
      other = wide[entry.id & wide.length - 1];
    }
    int grown = wide.length - (table == null ? 0 : table.length);
    wide[entry.id & wide.length - 1] = entry;
    table = wide;
    return grown;
  }

  @SuppressWarnings("unchecked")
  void clear(Consumer<E> each) {
    Entry[] known = table;
    table = null;
    for (int i = 0; known != null && i < known.length; i++) {
      if (known[i] != null) {
        each.accept((E) known[i]);
      }
    }
  }
}
