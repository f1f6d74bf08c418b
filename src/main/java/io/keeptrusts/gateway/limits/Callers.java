package io.keeptrusts.gateway.limits;

import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Peers;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * For whom a request is counted. Only what is established counts: the gateway's own token, a user
 * that a policy has proven, and what headers say if they come from a trusted peer. Everything else
 * a caller could make up, and is counted for the address it comes from: neither a header more nor
 * one less changes who pays. Immutable.
 */
public final class Callers {
  private static final int LONGEST_NAME = 256;
  private static final int IPV6_BYTES = 16;

  /** What one customer is given: who owns a network has all of its addresses. */
  private static final int IPV6_NETWORK_BYTES = 8;

  private final Map<Scope, Limit> limits;
  private final Peers trusted;
  private final @Nullable Subject all;

  public Callers(RateLimits pack) {
    this.limits = new EnumMap<>(Scope.class);
    this.limits.putAll(pack.limits());
    this.trusted = Peers.of("trusted_peers", pack.trustedPeers());
    Limit global = limits.get(Scope.GLOBAL);
    this.all = global == null ? null : Subject.of(Scope.GLOBAL, "all", "", global);
  }

  /** Whether nobody is limited. */
  public boolean isEmpty() {
    return limits.isEmpty();
  }

  /** Whether it matters who the user is. */
  public boolean countsUsers() {
    return limits.containsKey(Scope.USER);
  }

  /** Whether tokens are limited. */
  public boolean countsTokens() {
    return limits.values().stream().anyMatch(limit -> limit.tokens() > 0);
  }

  /** The most parallel requests that a limit allows; 0 if none limits them. */
  public long mostParallel() {
    return limits.values().stream().mapToLong(Limit::parallel).max().orElse(0);
  }

  /**
   * The most specific first.
   *
   * @param user whom a policy has proven; null: nobody
   */
  public List<Subject> of(Caller caller, @Nullable String user) {
    boolean peer = trusted.contain(caller.address());
    List<Subject> subjects = new ArrayList<>(limits.size());
    limits.forEach(
        (scope, limit) ->
            subjects.add(
                switch (scope) {
                  case KEY -> subject(scope, key(caller, peer), caller, limit);
                  case USER ->
                      subject(scope, user != null ? user : user(caller, peer), caller, limit);
                  case TEAM -> subject(scope, header(caller, "X-Team-Id", peer), caller, limit);
                  case GLOBAL -> Objects.requireNonNull(all);
                }));
    return subjects;
  }

  private static Subject subject(Scope scope, @Nullable String name, Caller caller, Limit limit) {
    return name == null
        ? Subject.of(scope, "address", network(caller.address()), limit)
        : Subject.of(scope, "name", name, limit);
  }

  private static @Nullable String user(Caller caller, boolean peer) {
    return caller.isProven() ? caller.user() : header(caller, "X-User-ID", peer);
  }

  /**
   * The gateway's token that came along, by its name; whom the identity provider's token names; or
   * a credential that a trusted peer has checked.
   */
  private static @Nullable String key(Caller caller, boolean peer) {
    if (caller.isProven()) {
      return "oidc:" + caller.user();
    }
    if (caller.holdsToken()) {
      return "token:" + caller.key();
    }
    String credential = header(caller, "Authorization", peer);
    return credential == null ? null : "peer:" + bearer(credential);
  }

  private static @Nullable String bearer(@Nullable String header) {
    return header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)
        ? header.substring(7).strip()
        : header;
  }

  private static @Nullable String header(Caller caller, String name, boolean peer) {
    String value = peer ? caller.header(name) : null;
    return value == null || value.isBlank() || value.length() > longest(name)
        ? null
        : value.strip();
  }

  private static int longest(String header) {
    return header.equals("Authorization") ? 16 * 1024 : LONGEST_NAME;
  }

  private static String network(String address) {
    try {
      byte[] bytes = InetAddress.ofLiteral(address).getAddress();
      return bytes.length == IPV6_BYTES
          ? Base64.getEncoder().encodeToString(Arrays.copyOf(bytes, IPV6_NETWORK_BYTES))
          : address;
    } catch (IllegalArgumentException e) {
      return address; // a socket that has none, such as one of a file
    }
  }
}
