package io.keeptrusts.gateway.policy.text;

import org.jspecify.annotations.Nullable;

/** A text that no rule looks at. */
final class Unchecked implements TextCheck {
  private long taken;

  @Override
  public boolean feed(char[] piece, int from, int to, StringBuilder out) {
    taken += to - from;
    return true;
  }

  @Override
  public void end(StringBuilder out) {}

  @Override
  public int held() {
    return 0;
  }

  @Override
  public long decided() {
    return taken;
  }

  @Override
  public boolean masked(long from, long to) {
    return false;
  }

  @Override
  public @Nullable Hit blocked() {
    return null;
  }

  @Override
  public void counts(Counts sink) {}

  @Override
  public long slides() {
    return 0;
  }
}
