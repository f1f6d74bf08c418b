package io.keeptrusts.gateway.policy.kind.rbac;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.policy.kind.rbac.Rbac.Config;
import io.keeptrusts.gateway.policy.kind.rbac.Rbac.DataAccess;
import io.keeptrusts.gateway.policy.kind.rbac.Rbac.MinimumNecessary;
import io.keeptrusts.gateway.policy.kind.rbac.Rbac.Role;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Settings that do less than they seem to. */
class RbacAdviceTest {
  private static final Role ALL = new Role(null, null, null, null);
  private static final List<String> PEERS = List.of("10.0.0.0/8");

  @Test
  void whatAsksNothingOfACallerIsWarnedOf() {
    var config = new Config(List.of(), null, null, null, null, null, null, null, null);

    assertThat(new Rbac().warnings(config))
        .containsExactly(
            "nothing is asked of a caller: add require_auth, roles or deny_if_missing");
  }

  @Test
  void rolesBesideTheDefaultNeedAWayToGetThem() {
    assertThat(warnings(List.of(), Map.of("a", ALL, "b", ALL), "a", null, null))
        .containsExactly(
            "roles: nobody can have another than default_role: add jwt or trusted_peers");
    assertThat(warnings(List.of(), Map.of("a", ALL), "a", null, null)).isEmpty();
    assertThat(warnings(PEERS, Map.of("a", ALL, "b", ALL), "a", null, null)).isEmpty();
  }

  @Test
  void whatIsAllowedAndDeniedIsWarnedOf() {
    var role = new Role(List.of("x", "y"), List.of("y"), List.of("gpt-4o", "o3"), List.of("gpt-*"));

    assertThat(warnings(PEERS, Map.of("a", role), null, null, null))
        .containsExactly(
            "roles.a.allowed_tools[1]: has no effect, roles.a.denied_tools has it and wins",
            "roles.a.allowed_models[0]: has no effect, roles.a.denied_models has it and wins");
  }

  @Test
  void rolesThatAreNoneOfRolesAreWarnedOf() {
    var data = Map.of("b", new DataAccess(Sensitivity.INTERNAL));
    var health = new MinimumNecessary(true, List.of("a", "nurse"));

    assertThat(warnings(PEERS, Map.of("a", ALL), null, data, health))
        .hasSize(2)
        .anyMatch(text -> text.startsWith("data_access.b: is not one of roles"))
        .anyMatch(text -> text.startsWith("minimum_necessary.allowed_phi_roles[1]: is not one"));
    assertThat(warnings(PEERS, null, null, data, health)).isEmpty();
    assertThat(warnings(PEERS, null, null, Map.of(), null))
        .containsExactly("data_access: names no role, so that everybody may send public data only");
  }

  private static List<String> warnings(
      List<String> peers,
      @Nullable Map<String, Role> roles,
      @Nullable String otherwise,
      @Nullable Map<String, DataAccess> data,
      @Nullable MinimumNecessary health) {
    return new Rbac()
        .warnings(new Config(null, null, peers, null, roles, otherwise, data, null, health));
  }
}
