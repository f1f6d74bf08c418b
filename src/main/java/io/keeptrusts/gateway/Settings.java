package io.keeptrusts.gateway;

import io.keeptrusts.gateway.provider.Protocol;

/** What an exchange needs of the process settings, in the units it needs. */
record Settings(
    Protocol.Limits limits,
    int maxBuffered,
    boolean failOpen,
    long heartbeatNanos,
    long firstByteNanos,
    long idleNanos,
    long totalNanos,
    long inlineInput) {

  static Settings of(GatewayConfig config) {
    int maxEvent = Math.toIntExact(config.sse().maxEvent().asLongValue());
    return new Settings(
        new Protocol.Limits(maxEvent, maxEvent),
        Math.toIntExact(config.buffer().maxBytes().asLongValue()),
        config.failMode() == GatewayConfig.FailMode.ALLOW,
        config.sse().heartbeat().toNanos(),
        config.upstream().firstByte().toNanos(),
        config.upstream().idle().toNanos(),
        config.upstream().total().toNanos(),
        config.workers().inlineInput().asLongValue());
  }

  /** How often the clock of an exchange looks: often enough for the shortest limit. */
  long tickMillis() {
    long shortest =
        Math.min(Math.min(heartbeatNanos, firstByteNanos), Math.min(idleNanos, totalNanos));
    return Math.clamp(shortest / 4_000_000, 10, 5_000);
  }
}
