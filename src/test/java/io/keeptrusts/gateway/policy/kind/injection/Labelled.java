package io.keeptrusts.gateway.policy.kind.injection;

/**
 * A text of a set and whether it is an attempt.
 *
 * @param source the set, for leaving it out
 * @param from first character of the attempt, where it stands inside somebody's text
 * @param to the character after its last
 */
record Labelled(String source, boolean attack, String text, int from, int to) {
  Labelled(String source, boolean attack, String text) {
    this(source, attack, text, 0, text.length());
  }

  /** The set and the side, as sets are named when they are left out. */
  String side() {
    return source + (attack ? "+" : "-");
  }
}
