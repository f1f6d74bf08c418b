package io.keeptrusts.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.exchange.Caller;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** For whom a request counts. */
class CallersTest {
  private static final Limit ONE = new Limit(1, null, null);
  private static final String STRANGER = "203.0.113.7";
  private static final String PROXY = "10.1.2.3";

  private static final Callers CALLERS =
      new Callers(new RateLimits(ONE, ONE, ONE, ONE, List.of("10.0.0.0/8")));

  private static Caller caller(String address, String key, Map<String, String> headers) {
    return new Caller(address, headers.getOrDefault("X-User-ID", ""), Set.of(), key, headers);
  }

  private static String id(Scope scope, Caller caller, @Nullable String user) {
    return CALLERS.of(caller, user).stream()
        .filter(subject -> subject.scope() == scope)
        .findFirst()
        .orElseThrow()
        .id();
  }

  private static String id(Scope scope, String address, String header, String value) {
    return id(scope, caller(address, "", Map.of(header, value)), null);
  }

  @Test
  void theMostSpecificComesFirst() {
    assertThat(CALLERS.of(caller(STRANGER, "", Map.of()), null))
        .extracting(Subject::scope)
        .containsExactly(Scope.KEY, Scope.USER, Scope.TEAM, Scope.GLOBAL);
  }

  @ParameterizedTest
  @CsvSource({"KEY, Authorization", "USER, X-User-ID", "TEAM, X-Team-Id"})
  void aHeaderOfAStrangerChangesNothing(Scope scope, String header) {
    String plain = id(scope, caller(STRANGER, "", Map.of()), null);

    assertThat(id(scope, STRANGER, header, "Bearer a")).isEqualTo(plain);
    assertThat(id(scope, STRANGER, header, "Bearer b")).isEqualTo(plain);
    assertThat(id(scope, "203.0.113.8", header, "Bearer a")).isNotEqualTo(plain);
  }

  @ParameterizedTest
  @CsvSource({"KEY, Authorization", "USER, X-User-ID", "TEAM, X-Team-Id"})
  void aHeaderOfATrustedPeerCounts(Scope scope, String header) {
    assertThat(id(scope, PROXY, header, "Bearer a"))
        .isNotEqualTo(id(scope, PROXY, header, "Bearer b"))
        .isEqualTo(id(scope, "10.9.9.9", header, "Bearer a"));
  }

  @Test
  void theGatewaysTokenIsTheKeyWhateverElseIsSent() {
    Map<String, String> others = Map.of("Authorization", "Bearer x", "X-User-ID", "bob");

    assertThat(id(Scope.KEY, caller(STRANGER, "shop", others), null))
        .isEqualTo(id(Scope.KEY, caller("1.2.3.4", "shop", Map.of()), null))
        .isNotEqualTo(id(Scope.KEY, caller(STRANGER, "desk", others), null));
  }

  @ParameterizedTest
  @EnumSource(names = {"KEY", "USER"})
  void whomTheIdentityProviderNamesCountsAsThemselves(Scope scope) {
    Caller ann = new Caller(STRANGER, "ann", Set.of(), Caller.OIDC, Map.of());
    Caller elsewhere = new Caller("1.2.3.4", "ann", Set.of(), Caller.OIDC, Map.of());
    Caller bob = new Caller(STRANGER, "bob", Set.of(), Caller.OIDC, Map.of());

    assertThat(id(scope, ann, null))
        .isEqualTo(id(scope, elsewhere, null))
        .isNotEqualTo(id(scope, bob, null));
  }

  @Test
  void nobodyCanCallThemselvesLikeATokenOfTheGateway() {
    Caller named = new Caller(STRANGER, "shop", Set.of(), Caller.OIDC, Map.of());

    assertThat(id(Scope.KEY, named, null))
        .isNotEqualTo(id(Scope.KEY, caller(STRANGER, "shop", Map.of()), null))
        .isNotEqualTo(id(Scope.KEY, PROXY, "Authorization", "Bearer shop"));
  }

  @Test
  void aProvenUserCountsWhereverTheyAre() {
    Caller claims = caller(STRANGER, "", Map.of("X-User-ID", "bob"));

    assertThat(id(Scope.USER, claims, "ann"))
        .isEqualTo(id(Scope.USER, caller("1.2.3.4", "", Map.of()), "ann"))
        .isNotEqualTo(id(Scope.USER, claims, null));
  }

  @Test
  void nobodyCanCallThemselvesLikeAnAddress() {
    assertThat(id(Scope.USER, PROXY, "X-User-ID", STRANGER))
        .isNotEqualTo(id(Scope.USER, caller(STRANGER, "", Map.of()), null));
  }

  @Test
  void aNetworkOfOneCustomerIsOneAddress() {
    String one = id(Scope.USER, caller("2001:db8:1:2::1", "", Map.of()), null);

    assertThat(id(Scope.USER, caller("2001:db8:1:2:ffff:1:2:3", "", Map.of()), null))
        .isEqualTo(one);
    assertThat(id(Scope.USER, caller("2001:db8:1:3::1", "", Map.of()), null)).isNotEqualTo(one);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "0123456789"})
  void aNameThatIsNoneOrTooLongCountsForTheAddress(String name) {
    String sent = name.length() < 10 ? name : name.repeat(100);

    assertThat(id(Scope.USER, PROXY, "X-User-ID", sent))
        .isEqualTo(id(Scope.USER, caller(PROXY, "", Map.of()), null));
  }

  @Test
  void noKeyOrNameCanBeReadFromWhatIsStored() {
    Map<String, String> headers =
        Map.of("Authorization", "Bearer secret-key", "X-User-ID", "ann", "X-Team-Id", "blue");

    assertThat(CALLERS.of(caller(PROXY, "", headers), "eve").toString())
        .doesNotContain("secret-key")
        .doesNotContain("ann")
        .doesNotContain("blue")
        .doesNotContain("eve")
        .doesNotContain(PROXY);
  }
}
