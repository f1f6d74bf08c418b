package io.keeptrusts.gateway.policy.kind.injection;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.policy.kind.injection.PromptInjection.Backend;
import jakarta.inject.Singleton;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

/** Who does not ask for the embedding does not have it in the process. */
class UnusedModelTest {
  private static final String RUNTIME = "ai.onnxruntime.";

  /** Runs in a process of its own. */
  static final class Probe {
    public static void main(String[] args) {
      var policy = new PromptInjection().compile(InjectionRig.with(Backend.valueOf(args[0])));
      Verdict verdict = InjectionRig.verdict(policy, InjectionRig.user("How are you today?"));
      System.out.println("verdict " + verdict);
      if (args.length > 1) {
        System.out.println(new Meaning(0).isAttempt(0, "how are you today"));
      }
    }
  }

  @Test
  void theRuntimeIsNotLoadedBeforeATextNeedsIt() throws Exception {
    assertThat(classesLoaded("NONE")).contains("verdict Allow").doesNotContain(RUNTIME);
    assertThat(classesLoaded("LOCAL")).contains("verdict Allow").doesNotContain(RUNTIME);
    assertThat(classesLoaded("LOCAL", "ask")).contains(RUNTIME);
  }

  /** What the probe needs, wherever a build keeps it. */
  private static String classPath() throws Exception {
    String model = UnusedModelTest.class.getResource("/all-minilm-l6-v2-q.onnx").getPath();
    return Stream.concat(
            Stream.of(
                    Probe.class,
                    PromptInjection.class,
                    ObjectMapper.class,
                    JsonFactory.class,
                    JsonProperty.class,
                    Logger.class,
                    Singleton.class,
                    OrtException.class)
                .map(c -> c.getProtectionDomain().getCodeSource().getLocation().getPath()),
            Stream.of(model.substring("file:".length(), model.indexOf('!'))))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String classesLoaded(String... arguments) throws Exception {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xlog:class+load",
                "-cp",
                classPath(),
                Probe.class.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output.lines().reduce("", (a, b) -> b)).isZero();
    return output;
  }
}
