package io.keeptrusts.gateway.limits;

import io.keeptrusts.gateway.exchange.Peers;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code rate_limits} section of a pack. Immutable.
 *
 * @param perKey for each gateway token, see {@link Callers}
 * @param perUser for each user
 * @param perTeam for each team
 * @param global for all together
 * @param trustedPeers addresses and networks whose {@code Authorization}, {@code X-User-ID} and
 *     {@code X-Team-Id} are believed; default none
 */
public record RateLimits(
    @Nullable Limit perKey,
    @Nullable Limit perUser,
    @Nullable Limit perTeam,
    @Nullable Limit global,
    List<String> trustedPeers) {

  public static final RateLimits NONE = new RateLimits(null, null, null, null, List.of());

  public RateLimits {
    trustedPeers = trustedPeers == null ? List.of() : List.copyOf(trustedPeers);
    Peers.of("trusted_peers", trustedPeers);
  }

  /** The limits that there are, the most specific first. */
  public Map<Scope, Limit> limits() {
    Map<Scope, Limit> limits = new EnumMap<>(Scope.class);
    put(limits, Scope.KEY, perKey);
    put(limits, Scope.USER, perUser);
    put(limits, Scope.TEAM, perTeam);
    put(limits, Scope.GLOBAL, global);
    return limits;
  }

  private static void put(Map<Scope, Limit> to, Scope scope, @Nullable Limit limit) {
    if (limit != null && !limit.isEmpty()) {
      to.put(scope, limit);
    }
  }
}
