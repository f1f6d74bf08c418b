package io.keeptrusts.gateway;

import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.policy.Happenings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Keeps what a chain has to tell while it runs on a worker, to be told on the event loop of the
 * exchange.
 */
final class Deferred implements Happenings {
  private final List<Consumer<Happenings>> told = new ArrayList<>();

  @Override
  public synchronized void redacted(String policy, String label, int count) {
    told.add(to -> to.redacted(policy, label, count));
  }

  @Override
  public synchronized void late(int characters) {
    told.add(to -> to.late(characters));
  }

  @Override
  public synchronized void slid(long count) {
    told.add(to -> to.slid(count));
  }

  @Override
  public synchronized void flagged(String policy, String reason) {
    told.add(to -> to.flagged(policy, reason));
  }

  @Override
  public synchronized void skipped(String policy) {
    told.add(to -> to.skipped(policy));
  }

  @Override
  public synchronized void identified(Caller caller) {
    told.add(to -> to.identified(caller));
  }

  synchronized void replay(Happenings to) {
    told.forEach(each -> each.accept(to));
    told.clear();
  }
}
