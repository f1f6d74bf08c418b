package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.Call;
import org.jspecify.annotations.Nullable;

/**
 * What all readers have in common: an answer with another status than 200 is collected, within a
 * bound, and becomes its error when it ends; all others go to the protocol's own reader.
 */
public abstract class AnswerReader implements Protocol.Reader {
  private static final int MAX_REFUSAL = 64 * 1024;

  private int status;
  private Call.@Nullable Headers headers;
  private @Nullable Bytes refusal;

  @Override
  public final void head(int answered, Call.Headers with) {
    if (answered == 200) {
      Bodies.refuseEncoded(with);
      begin(with);
    } else {
      status = answered;
      headers = with;
      refusal = new Bytes(512);
    }
  }

  @Override
  public final void data(byte[] bytes, int from, int to) {
    if (refusal == null) {
      take(bytes, from, to);
    } else {
      refusal.add(bytes, from, Math.min(to, from + MAX_REFUSAL - refusal.length()));
    }
  }

  @Override
  public final void end() {
    if (refusal != null && headers != null) {
      throw refused(status, headers, refusal.array(), refusal.length());
    }
    finish();
  }

  /** The status was 200: looks at what the headers promise. */
  protected void begin(Call.Headers headers) {}

  /** Bytes of an answer whose status was 200. */
  protected abstract void take(byte[] bytes, int from, int to);

  /** The regular end of an answer whose status was 200. */
  protected abstract void finish();

  /** What the provider says with another status. */
  protected ProviderFailure refused(int status, Call.Headers headers, byte[] body, int length) {
    return ProviderErrors.http(status, headers, body, length);
  }
}
