package io.keeptrusts.gateway.cli;

import org.jspecify.annotations.Nullable;

/** Where to listen. */
record Address(String host, int port) {
  private static final String EVERYWHERE = "0.0.0.0";

  /** Reads {@code HOST:PORT}, {@code [IPV6]:PORT} or {@code :PORT}; null for anything else. */
  static @Nullable Address parse(String text) {
    int colon = text.lastIndexOf(':');
    String port = text.substring(colon + 1);
    if (colon < 0 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
      return null;
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      return null; // an IPv6 address without brackets: which colon is the port's?
    }
    return new Address(host.isEmpty() ? EVERYWHERE : host, Integer.parseInt(port));
  }

  /** As in a URL. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
