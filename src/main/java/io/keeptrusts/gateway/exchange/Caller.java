package io.keeptrusts.gateway.exchange;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who asks. At the door no more than socket and headers tell; a policy that establishes who it is
 * makes a new one with {@link #known}, which the policies after it and the trail then see.
 * Immutable.
 *
 * @param address the peer's IP address
 * @param user {@code X-User-ID} as sent, which is a claim, until a policy knows better; empty if
 *     absent
 * @param roles empty until a policy has established them
 * @param key the name of the gateway token that came with the request, never the token itself;
 *     {@link #OIDC} where a token of the identity provider opened the door; empty if nobody had to
 *     show one. Stable: limits and metrics may count by it
 * @param headers as sent, by lower-case name; of a repeated one all values, joined by commas
 */
public record Caller(
    String address, String user, Set<String> roles, String key, Map<String, String> headers) {

  /** The {@link #key} of those who come with a token of the gateway's identity provider. */
  public static final String OIDC = "oidc";

  public Caller {
    roles = Set.copyOf(roles);
    var byName = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    byName.putAll(headers);
    headers = java.util.Collections.unmodifiableMap(byName);
  }

  /** A caller of whom no more is known. */
  public Caller(String address, String user) {
    this(address, user, Set.of(), "", Map.of());
  }

  /** Whether the gateway's identity provider has told, by a signed token, who it is. */
  public boolean isProven() {
    return key.equals(OIDC);
  }

  /** Whether a token that the gateway itself accepts came with the request. */
  public boolean holdsToken() {
    return !key.isEmpty();
  }

  /** The value of a header, by its name in any case; null if it was not sent. */
  public @Nullable String header(String name) {
    return headers.get(name);
  }

  /** The same caller, whose user and roles are established. */
  public Caller known(String establishedUser, Set<String> establishedRoles) {
    return new Caller(address, establishedUser, establishedRoles, key, headers);
  }

  /** Never shows headers: keys stand in them. */
  @Override
  public String toString() {
    return "Caller[" + address + "]";
  }
}
