package io.keeptrusts.gateway.provider;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A provider as the gateway knows it: one row of {@link Vendors}.
 *
 * @param name as it stands in a target's {@code provider}
 * @param baseUrl where it answers unless the target says otherwise; empty: every customer has an
 *     address of their own
 * @param keyVariables the environment variables that usually hold the key; the first that is set
 *     counts
 * @param keyOptional it also answers without a key
 * @param keyHeader the header that carries the key
 * @param keyPrefix what stands before the key in it
 * @param usageOption it takes {@code stream_options.include_usage}
 * @param local it answers inside this process, without a network
 * @param protocol how it is asked for chat completions
 * @param responses how it is asked for responses in its own words; null: by way of a chat
 *     completion
 * @param embeddings how it is asked for embeddings; null: it has none
 * @param prefill how it is given the beginning of its answer
 */
public record Vendor(
    String name,
    String baseUrl,
    List<String> keyVariables,
    boolean keyOptional,
    String keyHeader,
    String keyPrefix,
    boolean usageOption,
    boolean local,
    Protocol protocol,
    @Nullable Protocol responses,
    @Nullable Protocol embeddings,
    Prefill prefill) {

  public Vendor {
    keyVariables = List.copyOf(keyVariables);
  }

  /** A vendor that speaks chat completions only. */
  Vendor(
      String name,
      String baseUrl,
      List<String> keyVariables,
      boolean keyOptional,
      String keyHeader,
      String keyPrefix,
      boolean usageOption,
      boolean local,
      Protocol protocol) {
    this(
        name,
        baseUrl,
        keyVariables,
        keyOptional,
        keyHeader,
        keyPrefix,
        usageOption,
        local,
        protocol,
        null,
        null,
        Prefill.NONE);
  }

  /** The same vendor, asked for responses in this way. */
  Vendor with(Protocol responsesToo) {
    return with(responsesToo, embeddings, prefill);
  }

  /** The same vendor, asked for embeddings in this way. */
  Vendor embedding(Protocol embeddingsToo) {
    return with(responses, embeddingsToo, prefill);
  }

  /** The same vendor, given the beginning of its answer in this way. */
  Vendor prefilled(Prefill how) {
    return with(responses, embeddings, how);
  }

  private Vendor with(
      @Nullable Protocol responsesToo, @Nullable Protocol embeddingsToo, Prefill how) {
    return new Vendor(
        name,
        baseUrl,
        keyVariables,
        keyOptional,
        keyHeader,
        keyPrefix,
        usageOption,
        local,
        protocol,
        responsesToo,
        embeddingsToo,
        how);
  }
}
