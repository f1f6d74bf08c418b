package io.keeptrusts.gateway.policy.text;

import org.jspecify.annotations.Nullable;

/**
 * Checks one text on its way out, however it is cut. What has been appended to {@code out} over the
 * life of a check is always a prefix of R(t), the policies applied to the whole text t, and is the
 * same for every cutting of t (law L1); what is not appended yet could still become part of a match
 * (L3). One text, one thread; positions count UTF-16 units.
 */
public interface TextCheck {

  /**
   * Takes the next piece of the text and appends what may leave now.
   *
   * @return true if the piece leaves exactly as it came and nothing is held: then {@code out} was
   *     <em>not</em> appended to
   */
  boolean feed(char[] piece, int from, int to, StringBuilder out);

  /** The regular end of the text: appends all that is left. No {@code feed} after it. */
  void end(StringBuilder out);

  /** Characters taken and not decided yet. */
  int held();

  /**
   * Every character before this position has been decided: appended, or masked by a marker that was
   * appended.
   */
  long decided();

  /**
   * True if any character of {@code [from, to)}, all of it decided, was masked. What lies so far
   * behind that it is forgotten counts as masked.
   */
  boolean masked(long from, long to);

  /** Set once a blocking rule has matched: nothing is appended from then on. */
  @Nullable Hit blocked();

  /** Redactions so far, by label, for metrics and the trail. */
  void counts(Counts sink);

  /** Matches that outgrew their rule's cap so far. */
  long slides();

  /** Takes how many spans with one label a policy has masked. */
  @FunctionalInterface
  interface Counts {
    void count(String policy, String label, int spans);
  }
}
