package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.exchange.Caller;

/**
 * What a chain has to tell about one exchange, for metrics and the trail. Never text. One event
 * loop.
 */
public interface Happenings {

  /** A policy has masked {@code count} spans of this label. */
  void redacted(String policy, String label, int count);

  /** Text that came after its choice had ended was dropped. */
  void late(int characters);

  /** Matches outgrew their rule's cap and slid. */
  void slid(long count);

  /** A policy has found something and lets it go on. */
  void flagged(String policy, String reason);

  /** A policy has established who asks: this is the caller from now on. */
  void identified(Caller caller);

  /** A policy failed and was skipped, as the operator's fail-mode says. */
  void skipped(String policy);
}
