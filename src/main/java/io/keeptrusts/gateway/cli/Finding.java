package io.keeptrusts.gateway.cli;

/**
 * One thing that {@code kt doctor} has looked at.
 *
 * @param area such as {@code chain}
 * @param text a sentence; never a key, a prompt or an answer
 */
record Finding(Area area, Level level, String text) {

  enum Area {
    PACK,
    CHAIN,
    KEY,
    REACH,
    CLOCK,
    DISK,
    PROCESS
  }

  enum Level {
    OK,
    NOTE,
    WARNING,
    PROBLEM
  }

  static Finding ok(Area area, String text) {
    return new Finding(area, Level.OK, text);
  }

  static Finding note(Area area, String text) {
    return new Finding(area, Level.NOTE, text);
  }

  static Finding warning(Area area, String text) {
    return new Finding(area, Level.WARNING, text);
  }

  static Finding problem(Area area, String text) {
    return new Finding(area, Level.PROBLEM, text);
  }
}
