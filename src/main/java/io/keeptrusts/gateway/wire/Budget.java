package io.keeptrusts.gateway.wire;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that may be held at once, all together. Thread-safe, never blocks. */
public final class Budget {
  private final long most;
  private final AtomicLong taken = new AtomicLong();

  public Budget(long most) {
    this.most = most;
  }

  /** False if there is no room for so many more; then nothing was taken. */
  public boolean take(long bytes) {
    if (taken.addAndGet(bytes) <= most) {
      return true;
    }
    taken.addAndGet(-bytes);
    return false;
  }

  public void give(long bytes) {
    taken.addAndGet(-bytes);
  }

  /** Bytes that are held. */
  public long taken() {
    return taken.get();
  }
}
