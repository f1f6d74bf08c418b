package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.wire.Endpoint;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code providers.targets}, ready to be called. Immutable.
 *
 * @param model what the provider is asked for; null: what the client asked for
 * @param base where the provider answers; its path ends without a slash and without a version
 * @param pathTemplate what the operator wants in the place of the protocol's path, {@code {model}}
 *     replaced; null: nothing
 * @param headers of every request, the key among them
 * @param key the secret, to be scrubbed from what the provider says; empty if there is none
 * @param azure which deployment of an Azure resource; null for all other vendors
 * @param weight its share where targets are drawn by weight, 1 or more
 * @param price dollars for a million tokens in plus a million out; infinite if not known
 * @param only the one task it is for; null: whatever the vendor can do
 * @param missing what must be set before this target can be called; null if nothing is missing
 */
public record Target(
    String id,
    Vendor vendor,
    @Nullable String model,
    Endpoint base,
    @Nullable String pathTemplate,
    Map<String, String> headers,
    String key,
    @Nullable AzureDeployment azure,
    int weight,
    double price,
    @Nullable Task only,
    @Nullable String missing) {

  public Target {
    headers = Map.copyOf(headers);
  }

  /** Everyone but Azure, for whatever the vendor can do, without weight and price. */
  public Target(
      String id,
      Vendor vendor,
      @Nullable String model,
      Endpoint base,
      @Nullable String pathTemplate,
      Map<String, String> headers,
      String key,
      @Nullable String missing) {
    this(
        id,
        vendor,
        model,
        base,
        pathTemplate,
        headers,
        key,
        null,
        1,
        Double.POSITIVE_INFINITY,
        null,
        missing);
  }

  /** The endpoint of a path of the protocol, such as {@code /v1/chat/completions}. */
  public Endpoint at(String path) {
    String below = pathTemplate != null ? pathTemplate : azure != null ? azure.path(path) : path;
    return base.at(base.path() + below);
  }

  /** Why it cannot be asked for a task, as the end of a sentence; null if it can. */
  @Nullable String cannot(Task task) {
    return switch (task) {
      case CHAT ->
          only == Task.EMBEDDINGS ? "is for embeddings: ask it at POST /v1/embeddings" : null;
      case EMBEDDINGS -> {
        if (vendor.embeddings() == null) {
          yield "is of provider " + vendor.name() + ", which has no embeddings";
        } else if (only == Task.CHAT) {
          yield "is for chat: ask it at POST /v1/chat/completions";
        }
        // An operator's own path leads to one place.
        yield pathTemplate != null && only == null
            ? "has a path_template that leads to chat; with provider "
                + vendor.name()
                + ":embedding:<model> it leads to embeddings"
            : null;
      }
    };
  }

  /** What stands behind a model name that this target answers to. */
  public Prompt.Route route(String asked) {
    return new Prompt.Route(id, model == null ? asked : model);
  }

  /** Whether it answers to every model name. */
  public boolean servesAll() {
    return model == null && vendor.local();
  }

  /** Never shows the key. */
  @Override
  public String toString() {
    return "Target[" + id + ", " + vendor.name() + ", " + model + "]";
  }
}
