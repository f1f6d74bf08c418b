package io.keeptrusts.gateway.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.pack.PackDocument.SecretKeyRef;
import io.keeptrusts.gateway.pack.PackDocument.Target;
import io.keeptrusts.gateway.pack.Secret.Missing;
import io.keeptrusts.gateway.pack.Secret.None;
import io.keeptrusts.gateway.pack.Secret.Present;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

  @TempDir private Path dir;

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"g, -, g", "-, g2, g2", "g, g2, g", "' ', g2, g2"})
  void googlesKeyIsFoundUnderEitherOfItsNames(String first, String second, String key) {
    Map<String, String> env = new HashMap<>();
    if (first != null) {
      env.put("GOOGLE_API_KEY", first);
    }
    if (second != null) {
      env.put("GEMINI_API_KEY", second);
    }

    Secret found =
        new Secrets(env, null).resolve(target("google", null, null, null), VendorTable.INSTANCE);

    assertThat(found).isEqualTo(new Secret.Present(key));
  }

  @Test
  void aKeyUnderNeitherNameIsMissingByBoth() {
    Secret found =
        new Secrets(Map.of(), null)
            .resolve(target("google", null, null, null), VendorTable.INSTANCE);

    assertThat(found)
        .isEqualTo(
            new Secret.Missing("environment variable GOOGLE_API_KEY or GEMINI_API_KEY is not set"));
  }

  @Test
  void readsAReferencedVariable() {
    assertThat(resolve(Map.of("K", "sk-1\n"), target("openai", "K", null, null)))
        .isEqualTo(new Present("sk-1"));
  }

  @Test
  void saysWhichVariableIsMissing() {
    assertThat(resolve(Map.of("OPENAI_API_KEY", "other"), target("openai", "K", null, null)))
        .isEqualTo(new Missing("environment variable K is not set"));
    assertThat(resolve(Map.of("K", " "), target("openai", "K", null, null)))
        .isEqualTo(new Missing("environment variable K is empty"));
  }

  @Test
  void fallsBackToTheVendorsUsualVariable() {
    Target plain = target("groq", null, null, null);

    assertThat(resolve(Map.of("GROQ_API_KEY", "gsk"), plain)).isEqualTo(new Present("gsk"));
    assertThat(resolve(Map.of(), plain))
        .isEqualTo(new Missing("environment variable GROQ_API_KEY is not set"));
  }

  @Test
  void anOptionalKeyIsUsedIfThereIsOne() {
    Target plain = target("vllm", null, null, null);

    assertThat(resolve(Map.of(), plain)).isEqualTo(new None());
    assertThat(resolve(Map.of("VLLM_API_KEY", ""), plain)).isEqualTo(new None());
    assertThat(resolve(Map.of("VLLM_API_KEY", "v"), plain)).isEqualTo(new Present("v"));
    assertThat(resolve(Map.of(), target("vllm", "K", null, null))).isInstanceOf(Missing.class);
  }

  @Test
  void aVendorWithoutAVariableNeedsNoKey() {
    assertThat(resolve(Map.of(), target("demo", null, null, null))).isEqualTo(new None());
  }

  @Test
  void takesALiteralKey() {
    assertThat(resolve(Map.of("OPENAI_API_KEY", "env"), target("openai", null, null, "literal")))
        .isEqualTo(new Present("literal"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sk-1", "sk-1\n", "sk-1\r\n"})
  void readsAStoredSecretWithoutItsLineEnd(String content) throws IOException {
    Files.writeString(dir.resolve("open.ai_key-1"), content);

    assertThat(resolve(Map.of(), target("openai", null, "open.ai_key-1", null)))
        .isEqualTo(new Present("sk-1"));
  }

  @Test
  void followsTheLinksOfAMountedSecret() throws IOException {
    Files.createDirectory(dir.resolve("..2026"));
    Files.writeString(dir.resolve("..2026/key"), "sk-k8s");
    Files.createSymbolicLink(dir.resolve("..data"), Path.of("..2026"));
    Files.createSymbolicLink(dir.resolve("key"), Path.of("..data/key"));

    assertThat(resolve(Map.of(), target("openai", null, "key", null)))
        .isEqualTo(new Present("sk-k8s"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../outside", "..", ".", "..data", "a/b", "/etc/hostname", "", "a\0b", "none"})
  void neverLeavesTheDirectory(String name) throws IOException {
    Path secrets = Files.createDirectory(dir.resolve("secrets"));
    Files.writeString(dir.resolve("outside"), "sk-outside");

    Secret secret =
        new Secrets(Map.of(), secrets)
            .resolve(target("openai", null, name, null), FakeKinds.VENDORS);

    assertThat(secret).isInstanceOf(Missing.class);
  }

  @Test
  void saysThatThereIsNoDirectory() {
    assertThat(
            new Secrets(Map.of(), null)
                .resolve(target("openai", null, "key", null), FakeKinds.VENDORS))
        .isEqualTo(new Missing("secret key: gateway.secrets-dir is not set"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sk-1\nsk-2", "sk\u0000", "sk-\u00fc"})
  void refusesWhatCannotStandInAHeaderWithoutShowingIt(String content) throws IOException {
    Files.writeString(dir.resolve("key"), content);

    assertThat(resolve(Map.of(), target("openai", null, "key", null)))
        .isEqualTo(new Missing("secret key is not one line of printable ASCII"));
  }

  @Test
  void neverShowsAKey() {
    assertThat(resolve(Map.of("K", "sk-1"), target("openai", "K", null, null)).toString())
        .isEqualTo("Present[***]");
  }

  private Secret resolve(Map<String, String> env, Target target) {
    return new Secrets(env, dir).resolve(target, FakeKinds.VENDORS);
  }

  private static Target target(
      String vendor, @Nullable String env, @Nullable String store, @Nullable String apiKey) {
    var ref = env == null && store == null ? null : new SecretKeyRef(env, store);
    return new Target(
        "t", vendor, "m", null, ref, apiKey, null, null, null, null, null, null, null, null, null);
  }
}
