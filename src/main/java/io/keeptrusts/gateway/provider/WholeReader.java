package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.wire.Bytes;

/** Collects an answer that is not streamed, within a bound. */
public abstract class WholeReader extends AnswerReader {
  private final int most;
  private final Bytes body = new Bytes(4096);

  protected WholeReader(Protocol.Limits limits) {
    this.most = limits.maxAnswer();
  }

  @Override
  protected final void take(byte[] bytes, int from, int to) {
    if (body.length() + to - from > most) {
      throw ProviderFailure.broken("The provider's answer is larger than " + most + " bytes.");
    }
    body.add(bytes, from, to);
  }

  @Override
  protected final void finish() {
    answer(body.array(), body.length());
  }

  /** The whole body, from 0 to {@code length}. */
  protected abstract void answer(byte[] body, int length);
}
