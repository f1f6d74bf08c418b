package io.keeptrusts.gateway.policy.kind.citation;

/** How much of a quotation stands in a sentence in one piece. */
final class Overlap {
  private Overlap() {}

  /** The longest run of words that both have, as a share of the quotation. */
  static double share(Words quote, int to, Evidence.Unit unit) {
    int[] runs = new int[to + 1];
    int longest = 0;
    for (int i = unit.from(); i < unit.to(); i++) {
      for (int q = to; q > 0; q--) {
        runs[q] = quote.id(q - 1) == unit.words().id(i) ? runs[q - 1] + 1 : 0;
        longest = Math.max(longest, runs[q]);
      }
    }
    return to == 0 ? 0 : (double) longest / to;
  }
}
