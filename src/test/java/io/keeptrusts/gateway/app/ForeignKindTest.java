package io.keeptrusts.gateway.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keeptrusts.gateway.testing.Ports;
import io.keeptrusts.gateway.testing.RawClient;
import io.quarkus.bootstrap.app.AdditionalDependency;
import io.quarkus.bootstrap.app.CuratedApplication;
import io.quarkus.bootstrap.app.QuarkusBootstrap;
import io.quarkus.bootstrap.app.RunningQuarkusApplication;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A kind of policy that comes in a jar of its own, as a Maven dependency does, is found when the
 * gateway is built; the same build without the jar does not know it.
 */
class ForeignKindTest {
  private static final String SOURCE =
      """
      package org.example.shout;

      import io.keeptrusts.gateway.exchange.Verdict;
      import io.keeptrusts.gateway.policy.Policy;
      import io.keeptrusts.gateway.policy.PolicyKind;
      import jakarta.inject.Singleton;

      @Singleton
      public class NoShouting implements PolicyKind<NoShouting.Config> {
        public record Config(Integer most) {}

        @Override
        public String name() {
          return "no-shouting";
        }

        @Override
        public Class<Config> config() {
          return Config.class;
        }

        @Override
        public Mode mode() {
          return null;
        }

        @Override
        public Policy compile(Config config) {
          return Policy.of(name()).withPrompt((prompt, caller) -> Verdict.block("no_shouting"));
        }
      }
      """;

  private static final String PACK =
      """
      pack: {name: foreign, version: 1.0.0, enabled: true}
      policies:
        chain: [no-shouting]
      policy:
        no-shouting: {most: 3}
      """;

  @Test
  void aKindInADependencyIsFoundWhenTheGatewayIsBuilt(@TempDir Path dir) throws Exception {
    Path pack = Files.writeString(dir.resolve("pack.yaml"), PACK);
    Path jar = jar(dir);

    assertThat(chainOf(pack, jar)).contains("no-shouting");
    assertThatThrownBy(() -> chainOf(pack, null)).rootCause().hasMessageContaining("refused");
  }

  /** What a gateway that was built with the jar says it runs. */
  private static String chainOf(Path pack, @Nullable Path jar) throws Exception {
    QuarkusBootstrap.Builder builder =
        QuarkusBootstrap.builder()
            .setApplicationRoot(Path.of("target", "classes").toAbsolutePath())
            .setProjectRoot(Path.of("").toAbsolutePath())
            .setMode(QuarkusBootstrap.Mode.TEST)
            .setLocalProjectDiscovery(true)
            .setFlatClassPath(true);
    if (jar != null) {
      builder.addAdditionalApplicationArchive(new AdditionalDependency(jar, false, true));
    }
    int port = Ports.free();
    System.setProperty("gateway.policy-config", pack.toString());
    System.setProperty("quarkus.http.test-port", Integer.toString(port));
    try (CuratedApplication application = builder.build().bootstrap()) {
      RunningQuarkusApplication running =
          application.createAugmentor().createInitialRuntimeApplication().run();
      try (RawClient client = RawClient.connect("http://127.0.0.1:" + port)) {
        return client.get("/keeptrusts/config").readAll();
      } finally {
        running.close();
      }
    } finally {
      System.clearProperty("gateway.policy-config");
      System.clearProperty("quarkus.http.test-port");
    }
  }

  private static Path jar(Path dir) throws IOException {
    Path classes = Files.createDirectories(dir.resolve("classes"));
    Path source = Files.writeString(dir.resolve("NoShouting.java"), SOURCE);
    var compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
    var options =
        List.of(
            "-d",
            classes.toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "-proc:none",
            source.toString());
    assertThat(compiler.run(null, null, null, options.toArray(String[]::new))).isZero();
    Path jar = dir.resolve("no-shouting.jar");
    List<Path> files = new ArrayList<>();
    try (var walk = Files.walk(classes)) {
      walk.filter(Files::isRegularFile).forEach(files::add);
    }
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream to = new JarOutputStream(out)) {
      to.putNextEntry(new JarEntry("META-INF/beans.xml"));
      to.closeEntry();
      for (Path file : files) {
        to.putNextEntry(new JarEntry(classes.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, to);
        to.closeEntry();
      }
    }
    return jar;
  }
}
