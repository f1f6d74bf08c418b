package io.keeptrusts.gateway.testing;

import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.policy.Happenings;

/** For tests that look at what comes out, not at what is told about it. */
public final class Silence implements Happenings {
  @Override
  public void redacted(String policy, String label, int count) {}

  @Override
  public void late(int characters) {}

  @Override
  public void slid(long count) {}

  @Override
  public void flagged(String policy, String reason) {}

  @Override
  public void skipped(String policy) {}

  @Override
  public void identified(Caller caller) {}
}
