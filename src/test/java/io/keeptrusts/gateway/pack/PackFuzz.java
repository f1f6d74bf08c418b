package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.testing.TestGateway;
import java.util.Map;

/** Pack files: any bytes are read, or refused with problems; what was read compiles. */
public final class PackFuzz {
  private static final KindCatalog KINDS = new KindCatalog(TestGateway.kinds());
  private static final Secrets SECRETS = new Secrets(Map.of(), null);

  private PackFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    switch (new PackReader(SECRETS).read("pack.yaml", input, KINDS, VendorTable.INSTANCE)) {
      case Read.Refused refused -> {
        if (refused.problems().stream().noneMatch(Problem::isError)) {
          throw new AssertionError("refused without a reason");
        }
      }
      case Read.Checked checked -> new PackCompiler(SECRETS, false).compile(checked);
    }
  }
}
