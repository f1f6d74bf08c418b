package io.keeptrusts.gateway.exchange;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts what happens, for operators. Thread-safe, never blocks, never sees text. Names of
 * policies, providers, targets and labels come from the pack and the code, so they are few.
 */
public interface Observer {

  /** An exchange was accepted. */
  void opened();

  void closed(Ended ended);

  /** Chunks that were written to a client in one batch. */
  void chunks(int count);

  /** Time from the request's arrival to the first frame of the provider that says something. */
  void upstreamFirst(String provider, long nanos);

  /** Time from the request's arrival to the first frame written to the client. */
  void deliveredFirst(String provider, long nanos);

  /** Characters held after a batch. */
  void held(int characters);

  /** For how long something was held without a break. */
  void heldFor(long nanos);

  /**
   * A verdict other than allow. {@code phase}: input or output; {@code verdict}: redact, block,
   * escalate, flag, retry, replace, skip.
   */
  void verdict(String phase, String policy, String verdict, int count);

  /** A request was refused. {@code scope}: key, user, team, global, none if nobody could say. */
  void limited(String scope, String measure);

  /** Text after a choice's end, dropped. */
  void late(int characters);

  /** Matches that outgrew their rule's cap. */
  void slides(long count);

  /**
   * A target is asked.
   *
   * @param ready tells at any time, on any thread, whether it would be asked now: neither its
   *     circuit nor a rate limit keeps it back
   */
  void attempt(String target, BooleanSupplier ready);

  /** A target failed; {@code next} says whether another one was tried. */
  void attemptFailed(String target, String kind, boolean next);

  /**
   * A request to a target is over. {@code error}: the kind of its failure, {@code cancelled} if the
   * gateway gave it up, empty if it succeeded; {@code usage}: what the provider counted.
   */
  void asked(Operation operation, String error, long nanos, @Nullable Usage usage);

  /** A target goes on with an answer that another one has broken off. */
  void continued(String target);

  /** Tokens as the provider counted them. */
  void tokens(String provider, long prompt, long completion);
}
