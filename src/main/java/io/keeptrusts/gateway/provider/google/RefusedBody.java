package io.keeptrusts.gateway.provider.google;

import io.keeptrusts.gateway.provider.ProviderFailure;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.Call;

/**
 * Collects the body of an answer whose status is not 200; its content type says nothing, a stream's
 * error is JSON too.
 */
final class RefusedBody {
  private static final int MAX = 64 * 1024;

  private final int status;
  private final Call.Headers headers;
  private final Bytes body = new Bytes(512);

  RefusedBody(int status, Call.Headers headers) {
    this.status = status;
    this.headers = headers;
  }

  void add(byte[] bytes, int from, int to) {
    body.add(bytes, from, Math.min(to, from + MAX - body.length()));
  }

  ProviderFailure failure() {
    return Errors.http(status, headers, body.array(), body.length());
  }
}
