package io.keeptrusts.gateway.policy.text;

/**
 * Takes what a {@link Sieve} has decided. Every character of a text comes here once, in order,
 * passed or dropped.
 */
interface Outlet {

  /** These characters leave as they are. */
  void pass(char[] source, int from, int count, StringBuilder out);

  /** The next characters are masked and never leave. Their marker may come before or after. */
  void drop(int count, StringBuilder out);

  /** A marker stands here; {@code whole} if it stands for the whole text. */
  void mark(String marker, boolean whole, StringBuilder out);

  /** Everything dropped so far has its marker. */
  void settle();
}
