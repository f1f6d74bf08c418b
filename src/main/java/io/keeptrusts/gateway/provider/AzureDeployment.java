package io.keeptrusts.gateway.provider;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model that an Azure OpenAI resource serves (wire-formats 8). The classic API names it in the
 * path and needs a version; the v1 API names it in the body, as OpenAI does.
 *
 * @param name what the operator called the deployment
 * @param v1 whether the target's base URL is that of the v1 API
 * @param apiVersion {@code 2024-10-21} or {@code 2025-01-01-preview}; null only for v1
 */
public record AzureDeployment(String name, boolean v1, @Nullable String apiVersion) {
  /** The last version of the classic API that is generally available. */
  public static final String DEFAULT_VERSION = "2024-10-21";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern VERSION =
      Pattern.compile("\\d{4}-\\d{2}-\\d{2}(-preview)?|preview|latest|v1");

  /** Whether a text can be the name of a deployment. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** Whether a text looks like a version of the API. */
  public static boolean isVersion(String text) {
    return VERSION.matcher(text).matches();
  }

  /** The path below the resource for one of OpenAI's, such as {@code /v1/chat/completions}. */
  String path(String openAiPath) {
    String operation = openAiPath.substring("/v1".length());
    String query = apiVersion == null ? "" : "?api-version=" + apiVersion;
    // Responses are stored by the resource, not by a deployment.
    String place =
        v1
            ? "/openai/v1"
            : operation.startsWith("/responses") ? "/openai" : "/openai/deployments/" + name;
    return place + operation + query;
  }

  /** Whether the API is at least as new as a version: the dates sort as text. */
  boolean since(String version) {
    return v1 || apiVersion == null || apiVersion.compareTo(version) >= 0;
  }
}
