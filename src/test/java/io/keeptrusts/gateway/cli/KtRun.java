package io.keeptrusts.gateway.cli;

import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.testing.TestGateway;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** {@code kt} inside the process of the test: the same command line, kinds put together by hand. */
record KtRun(int code, String output, String errors) {

  static KtRun kt(String... arguments) {
    return kt(List.of(), arguments);
  }

  static KtRun kt(List<PolicyKind<?>> moreKinds, String... arguments) {
    List<PolicyKind<?>> kinds = new ArrayList<>(TestGateway.kinds());
    kinds.addAll(moreKinds);
    IFactory standard = CommandLine.defaultFactory();
    IFactory factory =
        new IFactory() {
          @Override
          public <K> K create(Class<K> type) throws Exception {
            if (type == TestCommand.class) {
              return type.cast(new TestCommand(() -> kinds));
            }
            if (type == DoctorCommand.class) {
              return type.cast(new DoctorCommand(() -> kinds));
            }
            return standard.create(type);
          }
        };
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        new CommandLine(new Kt(), factory)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new KtRun(code, out.toString(), err.toString());
  }
}
