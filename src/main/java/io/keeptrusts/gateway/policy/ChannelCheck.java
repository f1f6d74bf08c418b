package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.exchange.Channel;
import io.keeptrusts.gateway.policy.text.Hit;
import io.keeptrusts.gateway.policy.text.TextCheck;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One channel in one stage: its check, and the logprobs that wait for its characters. */
final class ChannelCheck {
  private record Told(String policy, String label) {}

  private final Channel channel;
  private final TextCheck text;
  private final Logprobs logprobs;
  private final Map<Told, Integer> told = new HashMap<>(2);
  private boolean ended;
  private long taken;

  ChannelCheck(Channel channel, TextCheck text) {
    this.channel = channel;
    this.text = text;
    this.logprobs = new Logprobs(text);
  }

  /** The text goes on from here; what was told of it is not told again. */
  void resume(String begun) {
    char[] chars = begun.toCharArray();
    taken = chars.length;
    text.feed(chars, 0, chars.length, new StringBuilder());
    text.counts((policy, label, spans) -> told.put(new Told(policy, label), spans));
  }

  Channel channel() {
    return channel;
  }

  Logprobs logprobs() {
    return logprobs;
  }

  boolean ended() {
    return ended;
  }

  /** Whether any text has come. */
  boolean spoke() {
    return taken > 0;
  }

  /** Characters fed so far. */
  long taken() {
    return taken;
  }

  long decided() {
    return text.decided();
  }

  boolean masked(long from, long to) {
    return text.masked(from, to);
  }

  /**
   * @param spelt whether logprobs in the same frame spell the piece
   */
  boolean feed(char[] piece, int length, boolean spelt, StringBuilder out) {
    if (spelt) {
      logprobs.expect(taken, piece, length);
    }
    taken += length;
    return text.feed(piece, 0, length, out);
  }

  void end(StringBuilder out) {
    ended = true;
    text.end(out);
  }

  @Nullable Hit hit() {
    return text.blocked();
  }

  int held() {
    return text.held();
  }

  /** Whether anything was masked so far. */
  boolean changed() {
    int[] masked = new int[1];
    text.counts((policy, label, spans) -> masked[0] += spans);
    return masked[0] > 0;
  }

  /**
   * Tells what was masked since the last time, so that it is known before the batch leaves, however
   * the answer ends.
   */
  void tell(Happenings happenings) {
    text.counts(
        (policy, label, spans) -> {
          Integer before = told.put(new Told(policy, label), spans);
          if (before == null || spans > before) {
            happenings.redacted(policy, label, spans - (before == null ? 0 : before));
          }
        });
  }

  void tellSlides(Happenings happenings) {
    if (text.slides() > 0) {
      happenings.slid(text.slides());
    }
  }
}
