package io.keeptrusts.gateway.wire;

import java.net.URI;

/** Where a request goes. {@code path} starts with a slash and may hold a query. */
public record Endpoint(String host, int port, boolean tls, String path) {

  /**
   * @throws IllegalArgumentException if the URL is not an absolute http or https one
   */
  public static Endpoint of(String url) {
    URI uri = URI.create(url);
    boolean tls = "https".equals(uri.getScheme());
    if (uri.getHost() == null || !(tls || "http".equals(uri.getScheme()))) {
      throw new IllegalArgumentException("must be an http or https URL with a host");
    }
    int port = uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80;
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return new Endpoint(
        uri.getHost(),
        port,
        tls,
        uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
  }
}
