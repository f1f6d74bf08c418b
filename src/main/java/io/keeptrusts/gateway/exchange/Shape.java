package io.keeptrusts.gateway.exchange;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * How the frames of one stream are read and written: which places hold text, and what a frame looks
 * like that carries text alone. One per stream; it remembers the stream's envelope (id, model, ...)
 * and its channels.
 */
public interface Shape {

  /**
   * Finds the fields of a frame that was just loaded.
   *
   * @throws GatewayException with an {@code upstream_error} if the bytes are not an event of this
   *     shape
   */
  void index(Frame frame);

  /**
   * A frame that carries one text of one channel, in the envelope of the stream.
   *
   * @param logprobs the entries that travel with the text, as JSON without the brackets; null for
   *     none
   */
  byte[] carry(Channel channel, CharSequence text, byte @Nullable [] logprobs);

  /** The frame that ends these choices with a finish reason. */
  byte[] finish(BitSet choices, String reason);

  /** What the provider counted, as far as it has said so; the last word counts. */
  @Nullable Usage usage();

  /** What the provider has said of its answer so far. */
  default Origin origin() {
    return Origin.UNKNOWN;
  }

  /** True if at least one choice was seen and all that were seen have ended. */
  boolean finished();
}
