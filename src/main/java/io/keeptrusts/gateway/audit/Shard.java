package io.keeptrusts.gateway.audit;

/**
 * One thread's part of the trail, with its own hash chain. Belongs to the thread that asked for it.
 */
public interface Shard {

  /**
   * Begins an exchange and records its head.
   *
   * @throws AuditException if it cannot be recorded; there is no session then
   * @throws IllegalStateException on any other thread
   */
  Session open(Head head);
}
