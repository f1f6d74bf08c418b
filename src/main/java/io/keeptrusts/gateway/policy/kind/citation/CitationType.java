package io.keeptrusts.gateway.policy.kind.citation;

/** What a citation looks like; by these names {@code extract_patterns} chooses. */
public enum CitationType {
  /** {@code (Smith, 2020)}, {@code Smith et al. (2020)}, DOI, arXiv number. */
  ACADEMIC,
  /** A web address, bare or in a Markdown link. */
  URL,
  /** Four words or more in quotation marks, or a block quotation. */
  QUOTE,
  /** A court decision, a statute, an official reference. */
  LEGAL,
  /** {@code [1]}, {@code [^1]}, {@code 【1†source】}, {@code [doc1]}. */
  NUMBERED
}
