package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.pack.PackDocument.SecretKeyRef;
import io.keeptrusts.gateway.pack.PackDocument.Target;
import io.keeptrusts.gateway.pack.Problem.Code;
import io.keeptrusts.gateway.provider.AzureDeployment;
import io.keeptrusts.gateway.provider.Task;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a target's keys mean together. Messages never hold the values of keys that may carry a
 * secret.
 */
final class TargetCheck {

  /** RFC 9110, 5.6.2. */
  private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  private static final Pattern PATH = Pattern.compile("/([\\w.~!$&'()*+,;=:@%/?-]|\\{model})*");

  private static final Map<String, Task> TASKS =
      Map.of("chat", Task.CHAT, "embedding", Task.EMBEDDINGS);

  private final Problems problems;
  private final Yaml.Mapping node;
  private final String path;
  private final VendorNames vendors;

  /** For one target, that stands at {@code node}. */
  TargetCheck(Problems problems, Yaml.Mapping node, String path, VendorNames vendors) {
    this.problems = problems;
    this.node = node;
    this.path = path;
    this.vendors = vendors;
  }

  /** The target with its provider taken apart; null if it is wrong. */
  @Nullable Target check(Target target, Secrets secrets) {
    int before = problems.errors();
    if (target.id().isBlank()) {
      add(Code.E003, "id", "must not be blank", null);
    }
    Target plain = takeApart(target);
    url(target);
    azure(target, plain.provider(), plain.model());
    key(target);
    if (problems.errors() > before) {
      return null;
    }
    if (plain.model() == null
        && target.pathTemplate() != null
        && target.pathTemplate().contains("{model}")) {
      add(Code.W110, "path_template", "`{model}` stays as it is: the target has no model", null);
    }
    Secret secret = secrets.resolve(plain, vendors);
    if (secret instanceof Secret.None) {
      keyless(target.apiKeyHeader(), "api_key_header");
      keyless(target.apiKeyPrefix(), "api_key_prefix");
    }
    if (secret instanceof Secret.Missing missing) {
      boolean usual = target.secretKeyRef() == null;
      add(
          Code.W104,
          usual ? "provider" : "secret_key_ref",
          missing.what() + ": target `" + Suggest.shortened(target.id()) + "` is unavailable",
          usual
              ? "set it, or name another with `secret_key_ref`"
              : "provide it where the gateway runs");
    }
    return plain;
  }

  /**
   * {@code openai:chat:gpt-4o} is provider openai, model gpt-4o, for chat alone; a model may hold
   * colons and slashes.
   */
  private Target takeApart(Target target) {
    String[] parts = target.provider().split(":", 3);
    String vendor = parts[0];
    if (!vendors.names().contains(vendor)) {
      String near = Suggest.nearest(vendor, vendors.names());
      add(
          Code.E003,
          "provider",
          "unknown provider `" + Suggest.shortened(vendor) + "`",
          near == null
              ? Suggest.among(vendor, vendors.names())
                  + "; for others that speak OpenAI's protocol: `openai` with a base_url"
              : "did you mean `" + near + "`?");
      return target;
    }
    if (parts.length == 1) {
      if (target.model() == null && !vendors.modelOptional(vendor)) {
        problems.add(
            Code.E006,
            node.at(),
            path + ".model",
            "`model` is missing",
            "what the provider calls the model");
      } else if (target.model() != null && target.model().isBlank()) {
        add(Code.E003, "model", "must not be blank", null);
      }
      return target;
    }
    Task task = parts.length == 2 || parts[2].isBlank() ? null : TASKS.get(parts[1]);
    if (task == null) {
      add(
          Code.E003,
          "provider",
          "only the forms `vendor:chat:model` and `vendor:embedding:model` are available",
          "`" + vendor + ":chat:...`, or `provider: " + vendor + "` with a `model`");
      return target;
    }
    if (task == Task.EMBEDDINGS && !vendors.embeds(vendor)) {
      add(Code.E003, "provider", "`" + vendor + "` has no embeddings", "use another provider");
    }
    if (target.model() != null && !target.model().equals(parts[2])) {
      add(Code.E009, "model", "`model` differs from the model in `provider`", "keep one of both");
    }
    return target.as(vendor, parts[2], task);
  }

  private void url(Target target) {
    if (target.baseUrl() != null && !isBase(target.baseUrl())) {
      add(
          Code.E003,
          "base_url",
          "must be http:// or https:// with a host; no user, query or fragment",
          "for example `https://api.openai.com/v1`");
    }
    if (target.tls() != null && target.baseUrl() != null && target.baseUrl().startsWith("http:")) {
      add(Code.E009, "tls", "`tls` is for an https `base_url`", "remove it, or use https");
    }
    if (target.pathTemplate() != null && !PATH.matcher(target.pathTemplate()).matches()) {
      add(
          Code.E003,
          "path_template",
          "must be a path from `/` on; the one placeholder is `{model}`",
          "for example `/v1/chat/completions`");
    }
  }

  private void azure(Target target, String vendor, @Nullable String model) {
    if (!vendors.names().contains(vendor)) {
      return;
    }
    if (!vendors.deployments(vendor)) {
      foreign(target.azureDeployment(), "azure_deployment");
      foreign(target.azureApiVersion(), "azure_api_version");
      return;
    }
    if (target.baseUrl() == null) {
      problems.add(
          Code.E006,
          node.at(),
          path + ".base_url",
          "`base_url` is missing",
          "the resource's endpoint, such as `https://my-resource.openai.azure.com`");
    }
    String deployment = target.azureDeployment() == null ? model : target.azureDeployment();
    if (deployment != null && !deployment.isBlank() && !AzureDeployment.isName(deployment)) {
      add(
          Code.E003,
          target.azureDeployment() == null ? "model" : "azure_deployment",
          "is not the name of a deployment: letters, digits, `_`, `-` and `.`",
          target.azureDeployment() == null ? "name the deployment with `azure_deployment`" : null);
    }
    if (target.azureApiVersion() != null && !AzureDeployment.isVersion(target.azureApiVersion())) {
      add(
          Code.E003,
          "azure_api_version",
          "is not a version of the API",
          "for example `" + AzureDeployment.DEFAULT_VERSION + "`");
    }
  }

  private void keyless(@Nullable String value, String key) {
    if (value != null) {
      add(Code.W110, key, "has no effect without a key", "name one with `secret_key_ref`");
    }
  }

  private void foreign(@Nullable String value, String key) {
    if (value != null) {
      add(Code.E002, key, "`" + key + "` is for azure-openai targets only", "remove it");
    }
  }

  private static boolean isBase(String text) {
    try {
      var uri = new URI(text);
      boolean http =
          "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
      return http
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null
          && uri.getPort() <= 65_535;
    } catch (URISyntaxException _) {
      return false;
    }
  }

  private void key(Target target) {
    if (target.secretKeyRef() != null) {
      reference(target.secretKeyRef());
    }
    if (target.apiKey() != null) {
      literal(target, target.apiKey());
    }
    if (target.apiKeyHeader() != null && !HEADER.matcher(target.apiKeyHeader()).matches()) {
      add(Code.E003, "api_key_header", "is not the name of a header", "for example `x-api-key`");
    }
    if (target.apiKeyPrefix() != null
        && !target.apiKeyPrefix().isEmpty()
        && !isPrefix(target.apiKeyPrefix())) {
      add(Code.E003, "api_key_prefix", "must be printable ASCII", "for example `\"Bearer \"`");
    }
  }

  private static boolean isPrefix(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c < 0x7F);
  }

  private void literal(Target target, String apiKey) {
    if (target.secretKeyRef() != null) {
      add(
          Code.E009,
          "api_key",
          "`api_key` and `secret_key_ref` exclude each other",
          "keep secret_key_ref");
    } else if (!Secrets.isKey(apiKey)) {
      add(Code.E003, "api_key", "must be one line of printable ASCII", null);
    } else {
      add(
          Code.W102,
          "api_key",
          "a key written into the pack is advised against",
          "use `secret_key_ref: {env: NAME}`");
    }
  }

  private void reference(SecretKeyRef ref) {
    if (ref.env() != null && ref.store() != null) {
      add(Code.E009, "secret_key_ref", "`env` and `store` exclude each other", "keep one of both");
    } else if (ref.env() == null && ref.store() == null) {
      add(
          Code.E006,
          "secret_key_ref",
          "`env` or `store` is missing",
          "for example `{env: OPENAI_API_KEY}`");
    } else if (ref.env() != null && !Secrets.isEnvName(ref.env())) {
      add(
          Code.E003,
          "secret_key_ref.env",
          "is not the name of an environment variable",
          "the name of the variable, not the key itself");
    } else if (ref.store() != null && !Secrets.isStoreName(ref.store())) {
      add(
          Code.E003,
          "secret_key_ref.store",
          "is not the name of a stored secret",
          "letters, digits, `_`, `-` and `.`");
    }
  }

  private void add(Code code, String key, String message, @Nullable String suggestion) {
    problems.add(code, Yaml.nearest(node, key).at(), path + "." + key, message, suggestion);
  }
}
