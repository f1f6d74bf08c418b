package io.keeptrusts.gateway.exchange;

/** Tokens as the provider counted them; -1 where it did not say. */
public record Usage(long promptTokens, long completionTokens, long totalTokens) {}
