package io.keeptrusts.gateway.exchange;

/**
 * What is asked of whom, as metrics and traces name it. Every part comes from the code or the pack,
 * never from a request: there are only so many of them.
 *
 * @param name {@code chat} or {@code embeddings}
 * @param provider the vendor's name; {@code none} before one was asked
 * @param model a name that the pack knows, or {@link #OTHER}
 * @param host where it was asked; empty before one was asked
 * @param port of the host; 0 before one was asked
 */
public record Operation(String name, String provider, String model, String host, int port) {

  /** Stands for whatever the pack does not know, as OpenTelemetry has it. */
  public static final String OTHER = "_OTHER";

  /** Nobody has been asked yet. */
  public static Operation of(String name) {
    return new Operation(name, "none", OTHER, "", 0);
  }
}
