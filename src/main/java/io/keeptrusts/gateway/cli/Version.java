package io.keeptrusts.gateway.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version that was built, as the jar's manifest has it. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String built = Kt.class.getPackage().getImplementationVersion();
    return new String[] {"kt " + Objects.requireNonNullElse(built, "(not from a jar)")};
  }
}
