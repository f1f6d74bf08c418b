package io.keeptrusts.gateway.provider;

import org.jspecify.annotations.Nullable;

/**
 * A provider as the gateway knows it: one row of {@link Vendors}.
 *
 * @param name as it stands in a target's {@code provider}
 * @param baseUrl where it answers unless the target says otherwise; empty: every customer has an
 *     address of their own
 * @param keyVariable the environment variable that usually holds the key
 * @param keyOptional it also answers without a key
 * @param keyHeader the header that carries the key
 * @param keyPrefix what stands before the key in it
 * @param usageOption it takes {@code stream_options.include_usage}
 * @param local it answers inside this process, without a network
 * @param protocol how it is asked for chat completions
 * @param responses how it is asked for responses in its own words; null: by way of a chat
 *     completion
 */
public record Vendor(
    String name,
    String baseUrl,
    @Nullable String keyVariable,
    boolean keyOptional,
    String keyHeader,
    String keyPrefix,
    boolean usageOption,
    boolean local,
    Protocol protocol,
    @Nullable Protocol responses) {

  /** A vendor that speaks chat completions only. */
  public Vendor(
      String name,
      String baseUrl,
      @Nullable String keyVariable,
      boolean keyOptional,
      String keyHeader,
      String keyPrefix,
      boolean usageOption,
      boolean local,
      Protocol protocol) {
    this(
        name,
        baseUrl,
        keyVariable,
        keyOptional,
        keyHeader,
        keyPrefix,
        usageOption,
        local,
        protocol,
        null);
  }

  /** The same vendor, asked for responses in this way. */
  Vendor with(Protocol responsesToo) {
    return new Vendor(
        name,
        baseUrl,
        keyVariable,
        keyOptional,
        keyHeader,
        keyPrefix,
        usageOption,
        local,
        protocol,
        responsesToo);
  }
}
