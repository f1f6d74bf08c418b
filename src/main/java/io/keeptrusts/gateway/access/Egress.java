package io.keeptrusts.gateway.access;

import io.keeptrusts.gateway.exchange.Peers;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where connections of the gateway may lead, decided by the address that a host's name has come to:
 *
 * <ul>
 *   <li>public addresses: always;
 *   <li>private ones (RFC 1918, RFC 6598, RFC 4193): if an operator wrote the host, as a target's
 *       {@code base_url} is, and not for the hosts that vendors have of their own;
 *   <li>this machine: as {@code localhost} or as a literal address;
 *   <li>link-local and multicast addresses, addresses at which clouds serve the credentials of a
 *       machine, and what is reserved: as a literal address only.
 * </ul>
 *
 * A host or network that the operator lists is permitted in any case. Immutable, thread-safe.
 */
public final class Egress {
  private static final Peers PRIVATE =
      Peers.of(
          "private",
          List.of(
              "10.0.0.0/8",
              "172.16.0.0/12",
              "192.168.0.0/16",
              "100.64.0.0/10",
              "198.18.0.0/15",
              "fc00::/7"));

  private static final Peers LOOPBACK = Peers.of("loopback", List.of("127.0.0.0/8", "::1"));

  private static final Peers NEVER_BY_NAME =
      Peers.of(
          "never by name",
          List.of(
              "0.0.0.0/8",
              "169.254.0.0/16",
              "192.0.0.0/24",
              "100.100.100.200", // Alibaba Cloud's metadata
              "168.63.129.16", // Azure's host
              "224.0.0.0/4",
              "240.0.0.0/4",
              "::",
              "64:ff9b:1::/48",
              "100::/64",
              "2001::/32",
              "fe80::/10",
              "fec0::/10",
              "ff00::/8",
              "fd00:ec2::/32", // Amazon's metadata
              "fd20:ce::254", // Google's
              "fd00:c1::a9fe:a9fe")); // Oracle's

  private static final Peers NAT64 = Peers.of("nat64", List.of("64:ff9b::/96"));
  private static final Peers SIX_TO_FOUR = Peers.of("6to4", List.of("2002::/16"));
  private static final Peers COMPATIBLE = Peers.of("compatible", List.of("::/96"));

  private final Set<String> names = new TreeSet<>();
  private final Peers networks;

  /**
   * @param allow hosts by name, addresses, and networks such as 10.0.0.0/8
   * @throws IllegalArgumentException if something looks like a network and is none
   */
  public Egress(List<String> allow) {
    List<String> cidrs = new ArrayList<>();
    for (String entry : allow) {
      if (entry.indexOf('/') >= 0 || isLiteral(plain(entry))) {
        cidrs.add(plain(entry));
      } else {
        names.add(plain(entry));
      }
    }
    this.networks = Peers.of("gateway.egress.allow", cidrs);
  }

  /**
   * The addresses to connect to: those of the host's that are permitted, at least one, in the order
   * in which they were told. Blocks while the name is looked up.
   *
   * @param named whether an operator wrote the host
   * @throws IOException if there is no such host, or none of its addresses is permitted
   */
  public List<InetAddress> resolve(String host, boolean named) throws IOException {
    String plain = plain(host);
    List<InetAddress> permitted =
        Arrays.stream(InetAddress.getAllByName(plain))
            .filter(address -> permits(plain, named, address))
            .toList();
    if (permitted.isEmpty()) {
      throw new IOException(
          "an address of host "
              + plain
              + " is not one that its name may lead to (gateway.egress.allow names exceptions)");
    }
    return permitted;
  }

  boolean permits(String host, boolean named, InetAddress address) {
    if (isLiteral(host) || names.contains(host)) {
      return true;
    }
    String told = embedded(address).getHostAddress();
    if (networks.contain(told)) {
      return true;
    } else if (NEVER_BY_NAME.contain(told)) {
      return false;
    } else if (LOOPBACK.contain(told)) {
      return host.equals("localhost") || host.endsWith(".localhost");
    }
    return named || !PRIVATE.contain(told);
  }

  /**
   * The IPv4 address that a translated IPv6 address stands for; Java itself unmaps ::ffff:0:0/96.
   */
  private static InetAddress embedded(InetAddress address) {
    String told = address.getHostAddress();
    byte[] bytes = address.getAddress();
    try {
      if (SIX_TO_FOUR.contain(told)) {
        return InetAddress.getByAddress(Arrays.copyOfRange(bytes, 2, 6));
      } else if (NAT64.contain(told) || COMPATIBLE.contain(told) && !address.isLoopbackAddress()) {
        return InetAddress.getByAddress(Arrays.copyOfRange(bytes, 12, 16));
      }
      return address;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Without brackets, root dot and case. */
  private static String plain(String host) {
    String name = host.strip().toLowerCase(Locale.ROOT);
    if (name.startsWith("[") && name.endsWith("]")) {
      return name.substring(1, name.length() - 1);
    }
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  private static boolean isLiteral(String host) {
    try {
      var _ = InetAddress.ofLiteral(host);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
