package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.wire.Endpoint;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code providers.targets}, ready to be called. Immutable.
 *
 * @param model what the provider is asked for; null: what the client asked for
 * @param headers of every request, the key among them
 * @param key the secret, to be scrubbed from what the provider says; empty if there is none
 * @param missing what must be set before this target can be called; null if nothing is missing
 */
public record Target(
    String id,
    Vendor vendor,
    @Nullable String model,
    Endpoint endpoint,
    Map<String, String> headers,
    String key,
    @Nullable String missing) {

  public Target {
    headers = Map.copyOf(headers);
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
