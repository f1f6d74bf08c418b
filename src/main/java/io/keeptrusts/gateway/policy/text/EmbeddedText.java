package io.keeptrusts.gateway.policy.text;

import io.keeptrusts.gateway.policy.text.Sieve.Grain;
import org.jspecify.annotations.Nullable;

/**
 * The texts inside a document, one after the other: each is checked as it reads and leaves as it is
 * spelled. A character that takes several to spell, an escape, is one unit.
 */
final class EmbeddedText implements Outlet {
  private final Spelling spelling;
  private final Sieve sieve;

  /** Characters read and not given to the sieve yet. */
  private final Chars read = new Chars();

  /** How many characters spell each one that has not been decided yet. */
  private final Chars widths = new Chars();

  private int quotes;

  EmbeddedText(TextRules rules, Spelling spelling) {
    this.spelling = spelling;
    sieve = new Sieve(rules, this);
  }

  /** Starts a text inside so many pairs of quotes; its markers are escaped as often. */
  void begin(Grain grain, int enclosing) {
    quotes = enclosing;
    sieve.restart(grain);
  }

  void add(char c, int width) {
    read.add(c);
    widths.add((char) width);
  }

  /** Checks what was added since the last call. */
  void flush(StringBuilder out) {
    int count = read.size();
    if (count > 0 && sieve.take(read.array(), read.head(), read.tail(), out)) pass(count);
    read.clear();
  }

  void end(StringBuilder out) {
    flush(out);
    sieve.end(out);
  }

  /**
   * Ends a text that was added and not flushed: its first characters are masked as a whole or not
   * at all, the rest passes.
   */
  void endWhole(int checked, StringBuilder out) {
    sieve.whole(read.array(), read.head(), read.head() + checked, out);
    pass(read.size() - checked);
    read.clear();
  }

  /** Ends a text that was added and not flushed, without a look. */
  void endUnchecked() {
    pass(read.size());
    read.clear();
  }

  /**
   * Characters of the document that belong to no text leave as they are; after a hit nothing does.
   */
  void skip(int characters) {
    if (sieve.hit() == null) spelling.pass(characters);
  }

  @Nullable Hit hit() {
    return sieve.hit();
  }

  Sieve sieve() {
    return sieve;
  }

  @Override
  public void pass(char[] source, int from, int count, StringBuilder out) {
    pass(count);
  }

  @Override
  public void drop(int count, StringBuilder out) {
    spelling.drop(spelled(count), out);
  }

  @Override
  public void mark(String marker, boolean whole, StringBuilder out) {
    var text = whole ? '"' + JsonString.escape(marker) + '"' : marker;
    for (int i = 0; i < quotes; i++) text = JsonString.escape(text);
    spelling.mark(text, out);
  }

  @Override
  public void settle() {
    spelling.ledger().settle();
  }

  private void pass(int count) {
    skip(spelled(count));
  }

  private int spelled(int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) sum += widths.get(i);
    widths.drop(count);
    return sum;
  }
}
