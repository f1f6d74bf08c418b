package io.keeptrusts.gateway.exchange;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Networks in CIDR notation (RFC 4632, RFC 4291). Immutable; never asks DNS. */
public record Peers(List<Network> networks) {

  public Peers {
    networks = List.copyOf(networks);
  }

  /** One of them. */
  record Network(byte[] address, int bits) {
    boolean contains(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> bit % 8;
        if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * @param key for messages
   * @throws IllegalArgumentException names {@code key[i]}
   */
  public static Peers of(String key, List<String> cidrs) {
    List<Network> networks = new ArrayList<>();
    for (int i = 0; i < cidrs.size(); i++) {
      try {
        networks.add(network(cidrs.get(i)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            key + "[" + i + "]: must be an IP address or a network such as 10.0.0.0/8", e);
      }
    }
    return new Peers(networks);
  }

  private static Network network(String cidr) {
    int slash = cidr.indexOf('/');
    byte[] address =
        InetAddress.ofLiteral(slash < 0 ? cidr : cidr.substring(0, slash)).getAddress();
    int most = address.length * 8;
    int bits = slash < 0 ? most : Integer.parseInt(cidr.substring(slash + 1));
    if (bits < 0 || bits > most) {
      throw new IllegalArgumentException("prefix");
    }
    return new Network(address, bits);
  }

  /** Whether an address, as a socket tells it, lies in one of the networks. */
  public boolean contain(String address) {
    if (networks.isEmpty()) {
      return false;
    }
    byte[] bytes;
    try {
      bytes = InetAddress.ofLiteral(address).getAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
    return networks.stream().anyMatch(network -> network.contains(bytes));
  }
}
