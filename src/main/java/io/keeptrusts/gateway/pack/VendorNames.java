package io.keeptrusts.gateway.pack;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a pack's reader has to know about vendors. */
public interface VendorNames {

  /** All names that may stand in {@code provider}, aliases too. */
  Set<String> names();

  /**
   * The variables that usually hold this vendor's key, such as {@code OPENAI_API_KEY}: the first
   * that is set counts; empty if there is none.
   */
  List<String> keyVariables(String vendor);

  /** True if the vendor also answers without a key. */
  boolean keyOptional(String vendor);

  /** True if this vendor has embeddings. */
  default boolean embeds(String vendor) {
    return true;
  }

  /** True if this model of the vendor's can be given the beginning of its answer. */
  default boolean prefills(String vendor, @Nullable String model) {
    return false;
  }

  /** True if a target of this vendor needs no {@code model}: it serves every name. */
  default boolean modelOptional(String vendor) {
    return false;
  }

  /**
   * True if each customer of this vendor has an address and deployments of their own: {@code
   * base_url} is needed, and the {@code azure_} keys act.
   */
  default boolean deployments(String vendor) {
    return false;
  }
}
