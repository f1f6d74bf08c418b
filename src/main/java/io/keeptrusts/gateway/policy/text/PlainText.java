package io.keeptrusts.gateway.policy.text;

import org.jspecify.annotations.Nullable;

/** A text that is spelled as it is read: prose, code, names. */
final class PlainText implements TextCheck, Outlet {
  private final Sieve sieve;
  private final Ledger ledger = new Ledger();

  PlainText(TextRules rules) {
    sieve = new Sieve(rules, this);
  }

  @Override
  public boolean feed(char[] piece, int from, int to, StringBuilder out) {
    ledger.take(to - from);
    boolean unchanged = sieve.take(piece, from, to, out);
    if (unchanged) ledger.pass(to - from);
    return unchanged;
  }

  @Override
  public void end(StringBuilder out) {
    sieve.end(out);
  }

  @Override
  public void pass(char[] source, int from, int count, StringBuilder out) {
    out.append(source, from, count);
    ledger.pass(count);
  }

  @Override
  public void drop(int count, StringBuilder out) {
    ledger.drop(count);
  }

  @Override
  public void mark(String marker, boolean whole, StringBuilder out) {
    out.append(marker);
  }

  @Override
  public void settle() {
    ledger.settle();
  }

  @Override
  public int held() {
    return ledger.held();
  }

  @Override
  public long decided() {
    return ledger.decided();
  }

  @Override
  public boolean masked(long from, long to) {
    return ledger.masked(from, to);
  }

  @Override
  public @Nullable Hit blocked() {
    return sieve.hit();
  }

  @Override
  public void counts(Counts sink) {
    sieve.counts(sink);
  }

  @Override
  public long slides() {
    return sieve.slides();
  }
}
