package io.keeptrusts.gateway.policy.kind.rbac;

import io.keeptrusts.gateway.access.Proof;
import io.keeptrusts.gateway.access.SigningKey;
import io.keeptrusts.gateway.exchange.Peers;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.policy.SecretRef;
import io.keeptrusts.gateway.policy.kind.DlpFilter;
import io.keeptrusts.gateway.policy.kind.pii.Health;
import io.keeptrusts.gateway.policy.kind.tools.Names;
import io.keeptrusts.gateway.policy.kind.tools.ToolRules;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code rbac}: who asks, and whether their roles let them: models, tools, how sensitive the data
 * may be, health data. What it establishes of the caller, the policies after it and the trail use.
 */
@Singleton
public final class Rbac implements PolicyKind<Rbac.Config> {
  static final String NAME = "rbac";
  private static final String ALSO =
      "is not one of roles, so that it counts only for callers who have one of these, too";

  /**
   * The keys of {@code policy.rbac}.
   *
   * @param denyIfMissing headers that a request must have; default {@code X-User-ID}. What a token
   *     says stands for {@code X-User-ID}, {@code X-User-Role} and {@code X-User-Roles}
   * @param requireAuth a bearer token must be there and be proven: a signed one by {@code jwt}, or
   *     the gateway's own. Headers of peers that are not trusted then say nothing about who asks.
   *     Default false
   * @param trustedPeers addresses and networks whose headers are believed; default none. Only they
   *     can give a role by {@code X-User-Role} or {@code X-User-Roles}
   * @param jwt how signed tokens are verified; absent: they are not looked at
   * @param roles what each role may use; a caller with several may what one of them may. Absent: no
   *     limits
   * @param defaultRole one of {@code roles}, for callers who have none of them; absent: these are
   *     denied
   * @param dataAccess how sensitive the data of a request may be, by role; a role that is not named
   *     may send public data. Absent: no limits
   * @param sensitivity how it is told how sensitive the data of a request is
   * @param minimumNecessary health data only from some roles
   */
  public record Config(
      List<String> denyIfMissing,
      Boolean requireAuth,
      List<String> trustedPeers,
      @Nullable Jwt jwt,
      @Nullable Map<String, Role> roles,
      @Nullable String defaultRole,
      @Nullable Map<String, DataAccess> dataAccess,
      @Nullable Signs sensitivity,
      @Nullable MinimumNecessary minimumNecessary) {

    public Config {
      denyIfMissing = denyIfMissing == null ? List.of(Identity.USER) : List.copyOf(denyIfMissing);
      for (int i = 0; i < denyIfMissing.size(); i++) {
        if (!isHeader(denyIfMissing.get(i))) {
          throw new IllegalArgumentException(
              "deny_if_missing[" + i + "]: must be the name of a header");
        }
      }
      requireAuth = requireAuth != null && requireAuth;
      trustedPeers = trustedPeers == null ? List.of() : List.copyOf(trustedPeers);
      Peers.of("trusted_peers", trustedPeers);
      if (roles != null && roles.isEmpty()) {
        throw new IllegalArgumentException("roles: without any role nobody could ask");
      }
      if (defaultRole != null && (roles == null || !roles.containsKey(defaultRole))) {
        throw new IllegalArgumentException("default_role: must be one of roles");
      }
    }
  }

  /**
   * {@code jwt}: a token is signed by one of the keys, not expired, and what issuer and audience
   * say.
   *
   * @param keys at least one; a key fixes the algorithm of the tokens it verifies
   * @param issuer what {@code iss} must be; absent: anything
   * @param audience one of these must be in {@code aud}; absent: anything
   * @param leewaySeconds by how much clocks may differ, 0 to 300; default 30
   * @param userClaim which claim names the user; default {@code sub}
   * @param roleClaims which claims name roles, as a text or a list; a path such as {@code
   *     realm_access.roles} leads into objects; default {@code roles} and {@code groups}
   */
  public record Jwt(
      List<KeyRef> keys,
      @Nullable String issuer,
      List<String> audience,
      Integer leewaySeconds,
      String userClaim,
      List<String> roleClaims) {
    private static final int MOST_LEEWAY = 300;

    public Jwt {
      keys = keys == null ? List.of() : List.copyOf(keys);
      if (keys.isEmpty()) {
        throw new IllegalArgumentException("keys: at least one key is wanted to verify tokens");
      }
      audience = audience == null ? List.of() : List.copyOf(audience);
      leewaySeconds = leewaySeconds == null ? 30 : leewaySeconds;
      if (leewaySeconds < 0 || leewaySeconds > MOST_LEEWAY) {
        throw new IllegalArgumentException("leeway_seconds: must be between 0 and " + MOST_LEEWAY);
      }
      userClaim = userClaim == null ? "sub" : userClaim;
      roleClaims = roleClaims == null ? List.of("roles", "groups") : List.copyOf(roleClaims);
    }

    Proof proof() {
      return new Proof(
          keys.stream().flatMap(key -> key.load().stream()).toList(),
          new Proof.Terms(issuer, audience, leewaySeconds, userClaim, roleClaims));
    }
  }

  /**
   * {@code jwt.keys[]}: exactly one of the first three.
   *
   * @param secretKeyRef the secret of HS256, at least 32 bytes
   * @param publicKeyFile a PEM file with a public key or certificate: RS256, ES256, ES384, ES512 or
   *     EdDSA by its type
   * @param jwksFile a JWK set of public keys
   * @param id the {@code kid} of tokens that it verifies; absent: any. A JWK set brings its own
   */
  public record KeyRef(
      @Nullable SecretRef secretKeyRef,
      @Nullable String publicKeyFile,
      @Nullable String jwksFile,
      @Nullable String id) {

    public KeyRef {
      long given =
          Stream.of(secretKeyRef, publicKeyFile, jwksFile).filter(Objects::nonNull).count();
      if (given != 1) {
        throw new IllegalArgumentException(
            "exactly one of secret_key_ref, public_key_file and jwks_file is wanted");
      }
      if (jwksFile != null && id != null) {
        throw new IllegalArgumentException("id: the keys of a JWK set have their own");
      }
      load(secretKeyRef, publicKeyFile, jwksFile, id); // what is no key is refused where it stands
    }

    List<SigningKey> load() {
      return load(secretKeyRef, publicKeyFile, jwksFile, id);
    }

    /** None if a secret is not there: then its tokens are refused. */
    private static List<SigningKey> load(
        @Nullable SecretRef secret,
        @Nullable String pem,
        @Nullable String jwks,
        @Nullable String id) {
      if (pem != null) {
        return List.of(SigningKey.pem(id, pem));
      } else if (jwks != null) {
        return SigningKey.jwks(jwks);
      }
      return secret == null || secret.value() == null
          ? List.of()
          : List.of(SigningKey.secret(id, secret.value()));
    }
  }

  /**
   * {@code roles.<role>}. Names are exact or hold {@code *}; what is denied wins.
   *
   * @param allowedTools the tools a request may offer and a model may call; absent: all
   * @param allowedModels model names, or target ids or models behind them; absent: all
   */
  public record Role(
      @Nullable List<String> allowedTools,
      @Nullable List<String> deniedTools,
      @Nullable List<String> allowedModels,
      @Nullable List<String> deniedModels) {
    public Role {
      ToolRules.of("allowed_tools", allowedTools, "denied_tools", deniedTools);
      Names.of("allowed_models", allowedModels);
      Names.of("denied_models", deniedModels);
    }
  }

  /** {@code data_access.<role>}. */
  public record DataAccess(Sensitivity maxSensitivity) {
    public DataAccess {
      if (maxSensitivity == null) {
        throw new IllegalArgumentException(
            "max_sensitivity: is missing; public, internal, confidential or restricted");
      }
    }
  }

  /**
   * {@code sensitivity}: the highest of these counts.
   *
   * @param header where the caller declares it; default {@code X-Data-Sensitivity}
   * @param markings also look for the markings of documents in all texts, such as CONFIDENTIAL or
   *     "for internal use only"; default true
   */
  public record Signs(String header, Boolean markings) {
    static final Signs DEFAULTS = new Signs("X-Data-Sensitivity", true);

    public Signs {
      header = header == null ? "X-Data-Sensitivity" : header;
      markings = markings == null || markings;
      if (!isHeader(header)) {
        throw new IllegalArgumentException("header: must be the name of a header");
      }
    }
  }

  /**
   * {@code minimum_necessary}.
   *
   * @param enabled default false
   * @param allowedPhiRoles roles that may send numbers that tie a person to a record of care, as
   *     pii-detector finds them in {@code healthcare_mode}; default none
   */
  public record MinimumNecessary(Boolean enabled, List<String> allowedPhiRoles) {
    public MinimumNecessary {
      enabled = enabled != null && enabled;
      allowedPhiRoles = allowedPhiRoles == null ? List.of() : List.copyOf(allowedPhiRoles);
    }
  }

  private static boolean isHeader(String name) {
    return !name.isEmpty()
        && name.chars().allMatch(c -> c > ' ' && c < 0x7f && "()<>@,;:\\\"/[]?={}".indexOf(c) < 0);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<Config> config() {
    return Config.class;
  }

  @Override
  public @Nullable Mode mode() {
    return null;
  }

  @Override
  public boolean guards() {
    return true;
  }

  @Override
  public Policy compile(Config config) {
    Access access = Access.of(config);
    return Policy.of(NAME).withPrompt(access).withTools(access.limitsTools() ? access::open : null);
  }

  @Override
  public List<String> warnings(Config config) {
    List<String> warnings = new ArrayList<>();
    Jwt jwt = config.jwt();
    boolean roles =
        config.roles() != null
            || config.dataAccess() != null
            || config.minimumNecessary() != null && config.minimumNecessary().enabled();
    if (roles && !tellsRoles(config) && config.defaultRole() == null) {
      warnings.add(
          "nobody can have a role: add jwt, or trusted_peers whose X-User-Role is believed");
    } else if (roles && !tellsRoles(config) && Objects.requireNonNull(config.roles()).size() > 1) {
      warnings.add("roles: nobody can have another than default_role: add jwt or trusted_peers");
    }
    if (!roles
        && jwt == null
        && config.trustedPeers().isEmpty()
        && config.denyIfMissing().isEmpty()
        && !config.requireAuth()) {
      warnings.add("nothing is asked of a caller: add require_auth, roles or deny_if_missing");
    }
    if (config.requireAuth() && jwt == null) {
      warnings.add(
          "require_auth: without jwt only the gateway's own token proves anything; where the gateway"
              + " has none, every request is refused");
    }
    if (jwt != null && jwt.issuer() == null) {
      warnings.add("jwt.issuer: absent, so tokens of any issuer that uses these keys are accepted");
    }
    if (jwt != null && jwt.audience().isEmpty()) {
      warnings.add("jwt.audience: absent, so tokens that were made for others are accepted");
    }
    if (config.sensitivity() != null && config.dataAccess() == null) {
      warnings.add("sensitivity: has no effect without data_access");
    }
    if (config.minimumNecessary() != null && !config.minimumNecessary().enabled()) {
      warnings.add("minimum_necessary: has no effect without enabled: true");
    }
    if (config.roles() != null) {
      config.roles().forEach((name, role) -> warnings.addAll(overruled("roles." + name, role)));
    }
    warnings.addAll(unheld(config));
    return List.copyOf(warnings);
  }

  private static List<String> overruled(String key, Role role) {
    String denied = key + ".denied_models";
    Names models = Names.of(denied, role.deniedModels());
    return Stream.concat(
            ToolRules.warnings(
                key + ".allowed_tools",
                role.allowedTools(),
                key + ".denied_tools",
                role.deniedTools())
                .stream(),
            models == null
                ? Stream.of()
                : Names.overruled(
                    key + ".allowed_models", role.allowedModels(), denied, models::match)
                    .stream())
        .toList();
  }

  /** Roles of other keys: where {@code roles} is there, who has none of these is denied. */
  private static List<String> unheld(Config config) {
    Map<String, Role> roles = config.roles();
    Map<String, DataAccess> data = config.dataAccess();
    List<String> warnings = new ArrayList<>();
    if (data != null && data.isEmpty()) {
      warnings.add("data_access: names no role, so that everybody may send public data only");
    }
    if (roles != null && data != null) {
      data.keySet().stream()
          .filter(role -> !roles.containsKey(role))
          .forEach(role -> warnings.add("data_access." + role + ": " + ALSO));
    }
    MinimumNecessary necessary = config.minimumNecessary();
    if (roles != null && necessary != null && necessary.enabled()) {
      for (int i = 0; i < necessary.allowedPhiRoles().size(); i++) {
        if (!roles.containsKey(necessary.allowedPhiRoles().get(i))) {
          warnings.add("minimum_necessary.allowed_phi_roles[" + i + "]: " + ALSO);
        }
      }
    }
    return warnings;
  }

  private static boolean tellsRoles(Config config) {
    Jwt jwt = config.jwt();
    return jwt != null && !jwt.roleClaims().isEmpty() || !config.trustedPeers().isEmpty();
  }

  @Override
  public boolean establishes(Config config) {
    return tellsRoles(config) || config.defaultRole() != null;
  }

  @Override
  public Set<String> seeks(Config config) {
    Set<String> labels = new HashSet<>();
    if (config.minimumNecessary() != null && config.minimumNecessary().enabled()) {
      Health.RULES.forEach(rule -> labels.add(rule.label()));
    }
    boolean markings = config.sensitivity() == null || config.sensitivity().markings();
    if (config.dataAccess() != null && markings) {
      labels.add(DlpFilter.MARKING);
    }
    return labels;
  }
}
