package io.keeptrusts.gateway.policy.text;

import org.jspecify.annotations.Nullable;

/**
 * The streamed arguments of a tool call, which are JSON text. Decoded string values, keys and
 * numbers are each a text of its own; a string that holds JSON is decoded once more. A match in a
 * string is replaced by the escaped marker, in a number by the marker as a string, in a key it
 * blocks. Everything else leaves as it is spelled; positions count what is spelled.
 */
final class ArgumentsText implements TextCheck {
  private final Spelling spelling = new Spelling();
  private final EmbeddedText text;
  private final JsonLevel document;

  ArgumentsText(TextRules rules) {
    text = new EmbeddedText(rules, spelling);
    document = new JsonLevel(text, 0, new JsonLevel(text, 1, null));
  }

  @Override
  public boolean feed(char[] piece, int from, int to, StringBuilder out) {
    if (text.hit() != null) return false;
    spelling.open(piece, from, to);
    for (int i = from; i < to && text.hit() == null; i++) document.take(piece[i], 1, out);
    document.flush(out);
    return spelling.close(out) && text.hit() == null;
  }

  @Override
  public void end(StringBuilder out) {
    if (text.hit() != null) return;
    spelling.open(new char[0], 0, 0);
    document.end(out);
    spelling.close(out);
  }

  @Override
  public int held() {
    return spelling.ledger().held();
  }

  @Override
  public long decided() {
    return spelling.ledger().decided();
  }

  @Override
  public boolean masked(long from, long to) {
    return spelling.ledger().masked(from, to);
  }

  @Override
  public @Nullable Hit blocked() {
    return text.hit();
  }

  @Override
  public void counts(Counts sink) {
    text.sieve().counts(sink);
  }

  @Override
  public long slides() {
    return text.sieve().slides();
  }
}
