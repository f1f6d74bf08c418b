package io.keeptrusts.gateway.policy.kind.rbac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Peers;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Prompt.Route;
import io.keeptrusts.gateway.exchange.PromptTexts;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.SecretRef;
import io.keeptrusts.gateway.policy.kind.rbac.Rbac.Config;
import io.keeptrusts.gateway.policy.kind.rbac.Rbac.DataAccess;
import io.keeptrusts.gateway.policy.kind.rbac.Rbac.Jwt;
import io.keeptrusts.gateway.policy.kind.rbac.Rbac.KeyRef;
import io.keeptrusts.gateway.policy.kind.rbac.Rbac.MinimumNecessary;
import io.keeptrusts.gateway.policy.kind.rbac.Rbac.Role;
import io.keeptrusts.gateway.policy.kind.rbac.Rbac.Signs;
import io.keeptrusts.gateway.testing.Jwts;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may ask what. */
class RbacTest {
  private static final String SECRET = "a secret that has thirty-two bytes";
  private static final Jwt JWT =
      new Jwt(
          List.of(new KeyRef(new SecretRef("S", SECRET), null, null, null)),
          null,
          null,
          null,
          null,
          null);

  /** What a test changes of the defaults. */
  private static final class Settings {
    private @Nullable List<String> required = List.of();
    private @Nullable Boolean auth;
    private @Nullable List<String> peers = List.of("10.0.0.0/8");
    private @Nullable Jwt jwt;
    private @Nullable Map<String, Role> roles;
    private @Nullable String otherwise;
    private @Nullable Map<String, DataAccess> data;
    private @Nullable Signs signs;
    private @Nullable MinimumNecessary necessary;

    private Config config() {
      return new Config(required, auth, peers, jwt, roles, otherwise, data, signs, necessary);
    }

    private Verdict.OnPrompt check(Prompt prompt, Caller caller) {
      Policy policy = new Rbac().compile(config());
      return Objects.requireNonNull(policy.prompt()).check(prompt, caller);
    }
  }

  private final Settings settings = new Settings();

  private static Caller peer(Map<String, String> headers) {
    return new Caller("10.1.2.3", headers.getOrDefault("X-User-ID", ""), Set.of(), "", headers);
  }

  private static Caller stranger(Map<String, String> headers) {
    return new Caller("192.0.2.1", headers.getOrDefault("X-User-ID", ""), Set.of(), "", headers);
  }

  private static Prompt prompt(String members) {
    try {
      ObjectNode body = (ObjectNode) new ObjectMapper().readTree("{" + members + "}");
      return new Prompt("gpt-4o", true, true, body, PromptTexts.segments(body))
          .towards(List.of(new Route("main", "gpt-4o"), new Route("spare", "gpt-4o-mini")));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Prompt says(String text) {
    return prompt("\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]");
  }

  private static Caller known(Verdict.OnPrompt verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Identify.class);
    return ((Verdict.Identify) verdict).caller();
  }

  private static String denial(Verdict.OnPrompt verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Block.class);
    return ((Verdict.Block) verdict).reason() + " " + ((Verdict.Block) verdict).message();
  }

  private static String unproven(Verdict.OnPrompt verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Unproven.class);
    return ((Verdict.Unproven) verdict).message();
  }

  private static Role tools(List<String> allowed, @Nullable List<String> denied) {
    return new Role(allowed, denied, null, null);
  }

  @Test
  void theUserMustBeNamedByDefault() {
    settings.required = null;

    assertThat(denial(settings.check(says("x"), stranger(Map.of()))))
        .isEqualTo(
            "rbac.missing The request was blocked by policy rbac: it needs the header X-User-ID.");
    assertThat(known(settings.check(says("x"), stranger(Map.of("X-User-ID", "bob")))).user())
        .isEqualTo("bob");
  }

  @Test
  void aNameThatIsTooLongIsNone() {
    settings.required = null;

    assertThat(denial(settings.check(says("x"), stranger(Map.of("X-User-ID", "b".repeat(257))))))
        .contains("X-User-ID");
  }

  @Test
  void everyHeaderThatIsRequiredMustBeThere() {
    settings.required = List.of("X-User-ID", "X-Org-ID", "X-User-Role");
    Map<String, String> all = Map.of("X-User-ID", "b", "X-Org-ID", "o", "X-User-Role", "r");

    assertThat(known(settings.check(says("x"), peer(all))).roles()).containsExactly("r");
    assertThat(
            denial(settings.check(says("x"), peer(Map.of("X-User-ID", "b", "X-User-Role", "r")))))
        .contains("X-Org-ID");
    assertThat(
            denial(
                settings.check(
                    says("x"),
                    peer(Map.of("X-User-ID", "b", "X-Org-ID", " ", "X-User-Role", "r")))))
        .contains("X-Org-ID");
  }

  @Test
  void rolesInHeadersCountFromTrustedPeersOnly() {
    Map<String, String> headers = Map.of("X-User-Role", "a", "X-User-Roles", "b, c");

    assertThat(known(settings.check(says("x"), peer(headers))).roles())
        .containsExactlyInAnyOrder("a", "b", "c");
    assertThat(known(settings.check(says("x"), stranger(headers))).roles()).isEmpty();
  }

  @Test
  void withoutATokenNobodyAsksWhereProofIsRequired() {
    settings.auth = true;
    settings.jwt = JWT;

    assertThat(unproven(settings.check(says("x"), peer(Map.of("X-User-ID", "b")))))
        .contains("requires authentication");
    assertThat(unproven(settings.check(says("x"), stranger(Jwts.bearer("sk-guess")))))
        .contains("not one that this gateway can verify");
    assertThat(unproven(settings.check(says("x"), stranger(Jwts.bearer("a.b.c")))))
        .contains("it is not a signed JWT");
  }

  @Test
  void aSignedTokenSaysWhoAsksAndHeadersOfStrangersSayNothing() {
    settings.auth = true;
    settings.required = List.of("X-User-ID", "X-User-Role");
    settings.jwt = JWT;
    String token = new Jwts().claim("roles", List.of("reader")).hs256(SECRET);
    Map<String, String> spoofed =
        Map.of("Authorization", "Bearer " + token, "X-User-ID", "root", "X-User-Role", "admin");

    Caller caller = known(settings.check(says("x"), stranger(spoofed)));

    assertThat(caller.user()).isEqualTo("alice");
    assertThat(caller.roles()).containsExactly("reader");
  }

  @Test
  void aTrustedPeerSaysWhatTheTokenLeavesOpen() {
    settings.auth = true;
    settings.jwt = JWT;
    Map<String, String> headers =
        Map.of(
            "Authorization", "Bearer " + new Jwts().hs256(SECRET),
            "X-User-ID", "root",
            "X-User-Role", "reader");

    Caller caller = known(settings.check(says("x"), peer(headers)));

    assertThat(caller.user()).isEqualTo("alice");
    assertThat(caller.roles()).containsExactly("reader");
    assertThat(known(settings.check(says("x"), stranger(headers))).roles()).isEmpty();
  }

  @Test
  void theGatewaysOwnTokenIsAProofThatNamesNobody() {
    settings.auth = true;
    settings.required = null;
    Caller holder =
        new Caller("192.0.2.1", "root", Set.of(), "default", Map.of("X-User-ID", "root"));

    assertThat(known(settings.check(says("x"), holder)).user()).isEqualTo("gateway-token");
  }

  @Test
  void aSignedTokenThatIsWrongIsRefusedAlsoWhereNoneIsRequired() {
    settings.jwt = JWT;
    String expired = new Jwts().time("exp", -1000).hs256(SECRET);

    assertThat(unproven(settings.check(says("x"), stranger(Jwts.bearer(expired)))))
        .isEqualTo("The bearer token is refused: it has expired.");
    assertThat(known(settings.check(says("x"), stranger(Jwts.bearer("sk-any")))).user()).isEmpty();
  }

  @Test
  void aCallerNeedsOneOfTheRoles() {
    settings.roles = Map.of("a", tools(List.of("*"), null), "b", tools(List.of("*"), null));

    assertThat(denial(settings.check(says("x"), peer(Map.of("X-User-Role", "secret-word")))))
        .isEqualTo(
            "rbac.role The request was blocked by policy rbac: it needs one of the roles a, b.");
    known(settings.check(says("x"), peer(Map.of("X-User-Role", "b"))));
  }

  @Test
  void theDefaultRoleIsForThoseWithoutOne() {
    settings.roles =
        Map.of("guest", tools(List.of("read"), null), "admin", tools(List.of("*"), null));
    settings.otherwise = "guest";

    assertThat(known(settings.check(says("x"), stranger(Map.of()))).roles())
        .containsExactly("guest");
    assertThat(known(settings.check(says("x"), peer(Map.of("X-User-Role", "admin")))).roles())
        .containsExactly("admin");
  }

  @ParameterizedTest
  @CsvSource({
    "reader, false",
    "writer, true",
    "'reader, writer', true",
    "all, true",
    "none, false"
  })
  void toolsAreThoseOfTheRoles(String roles, boolean allowed) {
    settings.roles =
        Map.of(
            "reader",
            tools(List.of("read"), null),
            "writer",
            tools(List.of("*"), List.of("drop")),
            "all",
            new Role(null, null, null, null),
            "none",
            new Role(null, List.of("*"), null, null));
    Prompt prompt = prompt("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"write\"}}]");

    Verdict.OnPrompt verdict = settings.check(prompt, peer(Map.of("X-User-Roles", roles)));

    if (allowed) {
      known(verdict);
    } else {
      assertThat(denial(verdict)).startsWith("rbac.tool ").doesNotContain("write");
    }
  }

  @Test
  void aModelMayNotCallWhatTheRoleMayNotUse() {
    settings.roles = Map.of("reader", tools(List.of("read"), null));
    var check = Objects.requireNonNull(new Rbac().compile(settings.config()).tools());
    var calls = check.open(says("x"), stranger(Map.of()).known("b", Set.of("reader")));

    assertThat(calls.called("read")).isEqualTo(Verdict.ALLOW);
    assertThat(calls.called("write")).isEqualTo(Verdict.block("rbac.tool"));
  }

  @Test
  void withoutLimitsOnToolsAnswersAreNotLookedAt() {
    settings.roles = Map.of("reader", new Role(null, null, List.of("*"), null));

    assertThat(new Rbac().compile(settings.config()).tools()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-4o, , true",
    "gpt-*, , true",
    "main, , false",
    "other, , false",
    "*, gpt-4o, false",
    "*, spare, false",
    "*, gpt-4o-mini, false",
    "*, other, true",
  })
  void modelsAreHeldAgainstAllTheirNames(String allowed, @Nullable String denied, boolean passes) {
    settings.roles =
        Map.of(
            "r", new Role(null, null, List.of(allowed), denied == null ? null : List.of(denied)));

    Verdict.OnPrompt verdict = settings.check(says("x"), peer(Map.of("X-User-Role", "r")));

    if (passes) {
      known(verdict);
    } else {
      assertThat(denial(verdict)).startsWith("rbac.model ");
    }
  }

  @Test
  void aModelIsAllowedIfEveryoneWhoMayAnswerIs() {
    settings.roles = Map.of("r", new Role(null, null, List.of("main", "gpt-4o-mini"), null));

    known(settings.check(says("x"), peer(Map.of("X-User-Role", "r"))));
  }

  @ParameterizedTest
  @CsvSource({
    "'', hello, low, true",
    "internal, hello, low, true",
    "confidential, hello, low, false",
    "confidential, hello, high, true",
    "RESTRICTED, hello, high, false",
    "nonsense, hello, high, false",
    "'', This is CONFIDENTIAL., low, false",
    "'', for internal use only, low, true",
    "'', a confidential talk, low, true",
    "'', TOP SECRET//NOFORN, high, false",
    "public, TLP:RED, high, false",
    "internal, hello, unnamed, false",
    "'', hello, unnamed, true",
  })
  void dataMayBeAsSensitiveAsTheRoleMaySend(
      String header, String text, String role, boolean passes) {
    settings.data =
        Map.of(
            "low", new DataAccess(Sensitivity.INTERNAL),
            "high", new DataAccess(Sensitivity.CONFIDENTIAL));

    Verdict.OnPrompt verdict =
        settings.check(says(text), peer(Map.of("X-User-Role", role, "X-Data-Sensitivity", header)));

    if (passes) {
      known(verdict);
    } else {
      assertThat(denial(verdict)).startsWith("rbac.sensitivity ").doesNotContain("nonsense");
    }
  }

  @Test
  void theSignsOfSensitivityAreThePacks() {
    settings.data = Map.of("low", new DataAccess(Sensitivity.INTERNAL));
    settings.signs = new Signs("X-Class", false);

    known(settings.check(says("TOP SECRET"), peer(Map.of("X-User-Role", "low"))));
    assertThat(
            denial(
                settings.check(
                    says("x"), peer(Map.of("X-User-Role", "low", "X-Class", "restricted")))))
        .contains("its data is restricted");
  }

  @Test
  void healthDataNeedsARoleThatMaySendIt() {
    settings.necessary = new MinimumNecessary(true, List.of("nurse"));
    Prompt prompt = says("Patient MRN: 84729103 is here");

    known(settings.check(prompt, peer(Map.of("X-User-Role", "nurse"))));
    known(settings.check(says("no numbers"), peer(Map.of())));
    assertThat(denial(settings.check(prompt, peer(Map.of("X-User-Role", "clerk")))))
        .startsWith("rbac.health ")
        .contains("nurse")
        .doesNotContain("84729103");
    settings.necessary = new MinimumNecessary(false, List.of());
    known(settings.check(prompt, peer(Map.of())));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.1.1, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.8, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "0.0.0.0/0, 8.8.8.8, true",
    "0.0.0.0/0, ::1, false",
    "127.0.0.1, localhost, false",
  })
  void peersAreAddressesAndNetworks(String network, String address, boolean contained) {
    assertThat(Peers.of("p", List.of(network)).contain(address)).isEqualTo(contained);
  }

  @Test
  void whatIsWrongIsRefusedWithItsReason() {
    refused(s -> s.peers = List.of("10.0.0.0/33"), "trusted_peers[0]: must be an IP address");
    refused(s -> s.peers = List.of("host.example"), "trusted_peers[0]: must be an IP address");
    refused(s -> s.required = List.of("X-A", "no header"), "deny_if_missing[1]: must be");
    refused(s -> s.roles = Map.of(), "roles: without any role");
    refused(s -> s.otherwise = "guest", "default_role: must be one of roles");
    refused(s -> s.signs = new Signs("a b", null), "header: must be the name of a header");
    refused(s -> new DataAccess(null), "max_sensitivity: is missing");
    refused(s -> tools(List.of(), null), "allowed_tools: an empty list");
    refused(s -> new Role(null, null, List.of(), null), "allowed_models: an empty list");
    refused(s -> new Role(null, null, null, List.of(" ")), "denied_models[0]: a name has");
  }

  private static void refused(java.util.function.Consumer<Settings> change, String message) {
    Settings changed = new Settings();
    assertThatThrownBy(
            () -> {
              change.accept(changed);
              changed.config();
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void settingsThatDoLessThanTheySeemToAreWarnedOf() {
    warned(s -> {}, "");
    warned(s -> s.auth = true, "require_auth: without jwt only the gateway's own token");
    warned(s -> s.signs = new Signs(null, null), "sensitivity: has no effect");
    warned(
        s -> s.necessary = new MinimumNecessary(false, List.of("r")), "minimum_necessary: has no");
    warned(
        s -> {
          s.peers = null;
          s.data = Map.of("r", new DataAccess(Sensitivity.PUBLIC));
        },
        "nobody can have a role");
    settings.jwt = JWT;
    assertThat(new Rbac().warnings(settings.config()))
        .hasSize(2)
        .anyMatch(text -> text.startsWith("jwt.issuer: absent"))
        .anyMatch(text -> text.startsWith("jwt.audience: absent"));
  }

  private static void warned(java.util.function.Consumer<Settings> change, String warning) {
    Settings changed = new Settings();
    change.accept(changed);
    List<String> warnings = new Rbac().warnings(changed.config());
    if (warning.isEmpty()) {
      assertThat(warnings).isEmpty();
    } else {
      assertThat(warnings).singleElement().asString().startsWith(warning);
    }
  }

  @Test
  void whomTheDoorHasProvenIsNotRenamedByAHeaderOfAPeer() {
    var headers = Map.of("X-User-ID", "bob", "Authorization", "Bearer door");
    var proven = new Caller("10.1.2.3", "ann", Set.of(), Caller.OIDC, headers);
    var check = Objects.requireNonNull(new Rbac().compile(settings.config()).prompt());

    assertThat(check.provenUser(proven)).isEqualTo("ann");
    assertThat(check.provenUser(peer(headers))).isEqualTo("bob");
    assertThat(check.provenUser(stranger(headers))).isNull();
  }
}
