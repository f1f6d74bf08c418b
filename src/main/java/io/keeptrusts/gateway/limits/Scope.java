package io.keeptrusts.gateway.limits;

import java.util.Locale;

/** Whose requests are counted together; the most specific first, which is how they are checked. */
public enum Scope {
  KEY("this key"),
  USER("this user"),
  TEAM("this team"),
  GLOBAL("this gateway");

  private final String who;

  Scope(String who) {
    this.who = who;
  }

  /** For messages. */
  String who() {
    return who;
  }

  /** For names of metrics and keys. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
