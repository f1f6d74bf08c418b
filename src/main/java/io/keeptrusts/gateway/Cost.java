package io.keeptrusts.gateway;

import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Frame.Treatment;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Usage;
import org.jspecify.annotations.Nullable;

/**
 * What an exchange costs in tokens: as the provider counts it, or, where it did not or the answer
 * broke off before it could, estimated from the length of the texts. One event loop.
 */
final class Cost {
  private static final int BYTES_PER_TOKEN = 4;

  private long asked;
  private long said;
  private boolean due;

  void asked(Prompt prompt) {
    prompt.segments().forEach(segment -> asked += segment.text().length());
  }

  /** A provider works on it: whoever leaves now leaves a bill. */
  void sent() {
    due = true;
  }

  /** It did not: what was not answered costs nothing. */
  void failed() {
    due = said > 0;
  }

  /** A frame came from the provider. */
  void saw(Frame frame) {
    due = true;
    for (int i = 0; i < frame.size(); i++) {
      Frame.Field field = frame.field(i);
      if (field.treatment() == Treatment.STREAM) {
        said += field.to() - field.from();
      }
    }
  }

  /**
   * @param usage what the provider has counted so far
   * @param whole whether the answer came to its end, so that this is all
   */
  long tokens(@Nullable Usage usage, boolean whole) {
    long counted = usage == null ? -1 : counted(usage);
    if (whole && counted >= 0) {
      return counted;
    }
    long estimate = due ? Math.ceilDiv(asked + said, BYTES_PER_TOKEN) : 0;
    return Math.max(counted, estimate);
  }

  private static long counted(Usage usage) {
    if (usage.totalTokens() >= 0) {
      return usage.totalTokens();
    }
    return usage.promptTokens() < 0 && usage.completionTokens() < 0
        ? -1
        : Math.max(0, usage.promptTokens()) + Math.max(0, usage.completionTokens());
  }
}
