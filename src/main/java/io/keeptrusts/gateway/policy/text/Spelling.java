package io.keeptrusts.gateway.policy.text;

/**
 * A document as it is spelled: what leaves keeps its spelling. Between {@link #open} and {@link
 * #close} the piece that came in is decided in order, by {@link #pass}, {@link #drop} and {@link
 * #mark}; the undecided rest stays here.
 */
final class Spelling {
  private final Ledger ledger = new Ledger();
  private final Chars kept = new Chars();
  private char[] source = kept.array();
  private boolean borrowed;
  private boolean changed;

  /** Decided up to here; everything from {@code unsent} to here passes and is not appended yet. */
  private int cursor;

  private int unsent;
  private int end;

  Ledger ledger() {
    return ledger;
  }

  void open(char[] piece, int from, int to) {
    ledger.take(to - from);
    borrowed = kept.isEmpty();
    changed = false;
    if (!borrowed) kept.add(piece, from, to);
    source = borrowed ? piece : kept.array();
    cursor = borrowed ? from : kept.head();
    end = borrowed ? to : kept.tail();
    unsent = cursor;
  }

  void pass(int characters) {
    cursor += characters;
    ledger.pass(characters);
  }

  void drop(int characters, StringBuilder out) {
    send(out);
    changed = true;
    cursor += characters;
    unsent = cursor;
    ledger.drop(characters);
  }

  void mark(String marker, StringBuilder out) {
    send(out);
    changed = true;
    out.append(marker);
  }

  /** True if the piece leaves as it came and nothing is kept: then nothing has been appended. */
  boolean close(StringBuilder out) {
    if (borrowed && !changed && cursor == end) return true;
    send(out);
    if (borrowed) kept.add(source, cursor, end);
    else kept.drop(cursor - kept.head());
    return false;
  }

  private void send(StringBuilder out) {
    out.append(source, unsent, cursor - unsent);
    unsent = cursor;
  }
}
