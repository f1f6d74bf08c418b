package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.Call;

/** Collects the body of an answer whose status is not 200. */
final class Refusal {
  private static final int MAX = 64 * 1024;

  private final int status;
  private final Call.Headers headers;
  private final Bytes body = new Bytes(512);

  Refusal(int status, Call.Headers headers) {
    this.status = status;
    this.headers = headers;
  }

  void add(byte[] bytes, int from, int to) {
    body.add(bytes, from, Math.min(to, from + MAX - body.length()));
  }

  ProviderFailure failure() {
    return ProviderErrors.http(status, headers, body.array(), body.length());
  }
}
