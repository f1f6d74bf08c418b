package io.keeptrusts.gateway.cli;

import java.nio.file.Path;

/** A fixture that is not right: says which one, where and why. */
final class FixtureException extends Exception {
  private static final long serialVersionUID = 1L;

  FixtureException(Path file, String where, String why) {
    super(file + ": " + (where.isEmpty() ? "" : where + ": ") + why);
  }
}
