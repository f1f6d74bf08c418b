package io.keeptrusts.gateway.policy.kind.citation;

/**
 * What became of a citation.
 *
 * @param source the source's place in the request, from 0; {@link #NONE} if there is none
 * @param confidence 0 to 1: how sure it is that the source is there and says it
 */
record Finding(Citation citation, Status status, double confidence, int source) {
  static final int NONE = -1;

  /** From best to worst. */
  enum Status {
    /** A supplied source says what it is cited for. */
    VERIFIED,
    /** It cannot be told, or the source says too little of it. */
    UNVERIFIED,
    /** No supplied source is what is cited. */
    UNMATCHED,
    /** A number beyond the list of sources. */
    DANGLING,
    /** The source is there and says something else: other words, another number, the opposite. */
    MISMATCH
  }
}
