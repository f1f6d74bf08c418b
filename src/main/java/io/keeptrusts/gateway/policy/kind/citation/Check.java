package io.keeptrusts.gateway.policy.kind.citation;

import java.util.List;

/**
 * One answer, checked.
 *
 * @param findings one for each citation, in order
 * @param omitted citations beyond the bound, not looked at
 * @param sources how many documents the request has
 * @param cited how many of them a citation names
 * @param claims sentences that state something
 * @param covered claims with a verified citation
 * @param weak claims that the sources support in part
 * @param unsupported claims that they do not support
 * @param contradicted claims with a number, a name or a negation that the sources have otherwise
 * @param groundedness 0 to 1: how much of the answer the sources say; NaN without sources or words
 * @param truncated whether the request has more than is looked at
 */
record Check(
    List<Finding> findings,
    int omitted,
    int sources,
    int cited,
    int claims,
    int covered,
    int weak,
    int unsupported,
    int contradicted,
    double groundedness,
    boolean truncated) {

  boolean has(Finding.Status status) {
    return findings.stream().anyMatch(finding -> finding.status() == status);
  }

  /** Whether a citation names no document of the request. */
  boolean unmatched() {
    return findings.stream()
        .anyMatch(
            finding ->
                finding.source() == Finding.NONE && finding.status() != Finding.Status.VERIFIED);
  }

  /** The share of claims with a verified citation; NaN without claims. */
  double coverage() {
    return claims == 0 ? Double.NaN : (double) covered / claims;
  }
}
