package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.pack.PackDocument.SecretKeyRef;
import io.keeptrusts.gateway.pack.PackDocument.Target;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the keys of targets: in the environment, in a directory of files, or in the pack.
 * Thread-safe; reads each time.
 */
public final class Secrets {

  private static final Pattern STORE_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,253}");
  private static final Pattern ENV_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final int MAX_BYTES = 64 * 1024;

  private final Map<String, String> env;
  private final @Nullable Path directory;

  /**
   * @param env the environment of the gateway
   * @param directory {@code gateway.secrets-dir}: one file per secret, as Kubernetes mounts them;
   *     null: none
   */
  public Secrets(Map<String, String> env, @Nullable Path directory) {
    this.env = Map.copyOf(env);
    this.directory = directory;
  }

  /** The target's own key, else the vendor's usual variables. Reads at most one file. */
  public Secret resolve(Target target, VendorNames vendors) {
    if (target.apiKey() != null) {
      return checked(target.apiKey(), "api_key");
    }
    SecretKeyRef ref = target.secretKeyRef();
    if (ref != null && (ref.env() != null || ref.store() != null)) {
      return resolve(ref);
    }
    List<String> usual = vendors.keyVariables(target.provider());
    for (String name : usual) {
      if (!env.getOrDefault(name, "").isBlank()) {
        return fromEnv(name);
      }
    }
    return usual.isEmpty() || vendors.keyOptional(target.provider())
        ? new Secret.None()
        : missing(usual);
  }

  /**
   * A secret that something other than a target names: in the environment, else in the directory.
   */
  public Secret named(@Nullable String env, @Nullable String store) {
    return env != null ? fromEnv(env) : store != null ? fromStore(store) : new Secret.None();
  }

  /** What a reference names; reads at most one file. */
  Secret resolve(SecretKeyRef ref) {
    return named(ref.env(), ref.store());
  }

  static boolean isEnvName(String name) {
    return ENV_NAME.matcher(name).matches();
  }

  /** True for the names a config variable may have; none of them leaves the directory. */
  static boolean isStoreName(String name) {
    return STORE_NAME.matcher(name).matches() && !name.startsWith("..") && !name.equals(".");
  }

  /** True for what may stand in a header: printable ASCII, not blank. */
  static boolean isKey(String value) {
    return !value.isBlank() && value.chars().allMatch(c -> c >= ' ' && c < 0x7F);
  }

  private Secret fromEnv(String name) {
    String value = env.get(name);
    return value == null
        ? missing(List.of(name))
        : checked(value.strip(), "environment variable " + name);
  }

  private Secret missing(List<String> names) {
    return names.size() == 1 && env.containsKey(names.getFirst())
        ? checked("", "environment variable " + names.getFirst())
        : new Secret.Missing("environment variable " + String.join(" or ", names) + " is not set");
  }

  private Secret fromStore(String name) {
    if (directory == null) {
      return new Secret.Missing("secret " + name + ": gateway.secrets-dir is not set");
    }
    if (!isStoreName(name)) {
      return new Secret.Missing("the name of a stored secret is not valid");
    }
    Path file = directory.resolve(name);
    if (!Files.isRegularFile(file)) {
      return new Secret.Missing("secret " + name + " is not in gateway.secrets-dir");
    }
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
      return checked(text.replaceFirst("(\r?\n)+$", ""), "secret " + name);
    } catch (IOException e) {
      return new Secret.Missing(
          "secret " + name + " cannot be read: " + e.getClass().getSimpleName());
    }
  }

  private static Secret checked(String value, String what) {
    return isKey(value)
        ? new Secret.Present(value)
        : new Secret.Missing(
            what + (value.isBlank() ? " is empty" : " is not one line of printable ASCII"));
  }
}
