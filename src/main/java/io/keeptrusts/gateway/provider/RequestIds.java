package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.wire.Call;
import org.jspecify.annotations.Nullable;

/** What a provider calls a request, as its support asks for it: each has a header of its own. */
public final class RequestIds {
  private static final int LONGEST = 128;

  private RequestIds() {}

  /** The id; null if there is none, or if it is no plain word. */
  public static @Nullable String of(Call.Headers headers) {
    for (String name :
        new String[] {"apim-request-id", "x-request-id", "request-id", "mistral-correlation-id"}) {
      String id = headers.get(name);
      if (id != null && isPlain(id)) {
        return id;
      }
    }
    return null;
  }

  /** Whether it is one short word of letters, digits and a few signs. */
  public static boolean isPlain(String id) {
    return !id.isEmpty()
        && id.length() <= LONGEST
        && id.chars()
            .allMatch(c -> c < 128 && Character.isLetterOrDigit(c) || "-_.:/".indexOf(c) >= 0);
  }
}
