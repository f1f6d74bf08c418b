package io.keeptrusts.gateway.wire;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes.
 *
 * @param path starts with a slash and may hold a query
 * @param named whether an operator wrote the host, which may then be in a private network
 * @param trust the name of the TLS configuration for the connection; null: the platform's trust
 */
public record Endpoint(
    String host, int port, boolean tls, String path, boolean named, @Nullable String trust) {

  /** A host that no operator wrote, trusted as the platform does. */
  public Endpoint(String host, int port, boolean tls, String path) {
    this(host, port, tls, path, false, null);
  }

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

  /** The same host, another path. */
  public Endpoint at(String otherPath) {
    return new Endpoint(host, port, tls, otherPath, named, trust);
  }
}
