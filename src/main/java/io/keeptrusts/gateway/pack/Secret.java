package io.keeptrusts.gateway.pack;

/** What became of a target's key. */
public sealed interface Secret {

  /** The key. Never logged: {@code toString} does not show it. */
  record Present(String value) implements Secret {
    @Override
    public String toString() {
      return "Present[***]";
    }
  }

  /**
   * A key is wanted and not there: the target is unavailable.
   *
   * @param what says what is missing and where, without a value
   */
  record Missing(String what) implements Secret {}

  /** The vendor answers without a key. */
  record None() implements Secret {}
}
