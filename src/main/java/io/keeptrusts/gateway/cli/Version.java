package io.keeptrusts.gateway.cli;

import org.eclipse.microprofile.config.ConfigProvider;
import picocli.CommandLine.IVersionProvider;

/** The version that was built. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "kt " + ConfigProvider.getConfig().getOptionalValue("quarkus.application.version", String.class).orElse("unknown")
    };
  }
}
