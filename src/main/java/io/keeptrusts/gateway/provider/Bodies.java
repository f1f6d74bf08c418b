package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.wire.Call;

/** What the headers of an answer say about its body. */
public final class Bodies {
  private Bodies() {}

  /** The gateway asks for no content coding: one that comes all the same could not be checked. */
  public static void refuseEncoded(Call.Headers headers) {
    String encoding = headers.get("content-encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw ProviderFailure.broken("The provider sent a compressed answer that was not asked for.");
    }
  }

  /**
   * A stream was asked for. Servers forget the header more often than they lie in it: what is
   * surely none is refused.
   */
  static void refuseWhole(Call.Headers headers) {
    String type = headers.get("content-type");
    if (type != null && (type.startsWith("text/html") || type.startsWith("application/json"))) {
      throw ProviderFailure.broken(
          "The provider answered a stream with "
              + mediaType(type)
              + "; check the target's base_url.");
    }
  }

  /** The media type alone, if it looks like one. */
  public static String mediaType(String contentType) {
    int end = contentType.indexOf(';');
    String type = (end < 0 ? contentType : contentType.substring(0, end)).strip();
    return type.length() < 64 && type.chars().allMatch(c -> c > ' ' && c < 0x7f)
        ? type
        : "another content type";
  }
}
