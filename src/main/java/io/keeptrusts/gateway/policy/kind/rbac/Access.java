package io.keeptrusts.gateway.policy.kind.rbac;

import io.keeptrusts.gateway.access.Proof;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Peers;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.policy.PromptCheck;
import io.keeptrusts.gateway.policy.ToolCheck;
import io.keeptrusts.gateway.policy.kind.pii.Health;
import io.keeptrusts.gateway.policy.kind.rbac.Rbac.DataAccess;
import io.keeptrusts.gateway.policy.kind.tools.Names;
import io.keeptrusts.gateway.policy.kind.tools.Offer;
import io.keeptrusts.gateway.policy.kind.tools.Permits;
import io.keeptrusts.gateway.policy.kind.tools.ToolRules;
import io.keeptrusts.gateway.policy.match.Matcher;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of {@link Rbac}, compiled. What it tells a caller holds names of the pack only.
 * Immutable, thread-safe.
 */
record Access(
    Identity identity,
    List<String> required,
    @Nullable Map<String, Grant> roles,
    @Nullable String defaultRole,
    @Nullable Map<String, DataAccess> data,
    Rbac.Signs signs,
    @Nullable Set<String> healthRoles)
    implements PromptCheck {
  private static final Matcher HEALTH = Matcher.compile(Health.RULES);

  /** What a role may use. */
  record Grant(ToolRules tools, @Nullable Names allowedModels, @Nullable Names deniedModels) {
    static Grant of(Rbac.Role role) {
      return new Grant(
          ToolRules.of("allowed_tools", role.allowedTools(), "denied_tools", role.deniedTools()),
          Names.of("allowed_models", role.allowedModels()),
          Names.of("denied_models", role.deniedModels()));
    }

    /**
     * A model is denied by any name it may be asked for or answer under, and allowed by the name it
     * is asked for or if all who may answer are.
     */
    boolean permits(Prompt prompt) {
      List<Prompt.Route> routes = prompt.routes();
      if (deniedModels != null
          && (deniedModels.match(prompt.model())
              || routes.stream().anyMatch(route -> named(route, deniedModels)))) {
        return false;
      }
      return allowedModels == null
          || allowedModels.match(prompt.model())
          || !routes.isEmpty() && routes.stream().allMatch(route -> named(route, allowedModels));
    }

    private static boolean named(Prompt.Route route, Names names) {
      return names.match(route.target()) || names.match(route.model());
    }
  }

  static Access of(Rbac.Config config) {
    Map<String, Grant> roles = null;
    if (config.roles() != null) {
      roles = new LinkedHashMap<>();
      for (Map.Entry<String, Rbac.Role> role : config.roles().entrySet()) {
        roles.put(role.getKey(), Grant.of(role.getValue()));
      }
    }
    Rbac.Jwt jwt = config.jwt();
    Proof proof = jwt == null ? null : jwt.proof();
    Rbac.MinimumNecessary necessary = config.minimumNecessary();
    return new Access(
        new Identity(config.requireAuth(), Peers.of("trusted_peers", config.trustedPeers()), proof),
        config.denyIfMissing(),
        roles,
        config.defaultRole(),
        config.dataAccess(),
        config.sensitivity() == null ? Rbac.Signs.DEFAULTS : config.sensitivity(),
        necessary != null && necessary.enabled() ? Set.copyOf(necessary.allowedPhiRoles()) : null);
  }

  boolean limitsTools() {
    return roles != null
        && roles.values().stream()
            .anyMatch(grant -> grant.tools().allowed() != null || grant.tools().denied() != null);
  }

  @Override
  public @Nullable String provenUser(Caller caller) {
    return identity.provenUser(caller);
  }

  @Override
  public Verdict.OnPrompt check(Prompt prompt, Caller caller) {
    return switch (identity.of(caller)) {
      case Identity.Result.Unproven(String message) ->
          new Verdict.Unproven("rbac.unproven", message);
      case Identity.Result.Known(Caller known) -> {
        String missing = identity.missing(required, caller, known);
        yield missing == null
            ? check(prompt, caller, withRole(known))
            : denied("rbac.missing", "it needs the header " + missing);
      }
    };
  }

  private Caller withRole(Caller known) {
    String given = defaultRole;
    if (roles == null || given == null || known.roles().stream().anyMatch(roles::containsKey)) {
      return known;
    }
    Set<String> more = new HashSet<>(known.roles());
    more.add(given);
    return known.known(known.user(), more);
  }

  private Verdict.OnPrompt check(Prompt prompt, Caller sent, Caller known) {
    Set<String> held = known.roles();
    if (roles != null) {
      if (held.stream().noneMatch(roles::containsKey)) {
        return denied("rbac.role", "it needs one of the roles " + list(roles.keySet()));
      }
      if (!any(held, grant -> grant.permits(prompt))) {
        return denied("rbac.model", "the caller's role does not allow this model");
      }
      Offer.Kept kept = Offer.keep(prompt.body(), permits(held));
      if (kept.dropped() > 0 || kept.forced()) {
        return denied("rbac.tool", "the caller's role does not allow a tool that it offers");
      }
    }
    if (data != null) {
      Sensitivity level = level(prompt, sent);
      if (level.compareTo(clearance(held)) > 0) {
        return denied(
            "rbac.sensitivity",
            "its data is "
                + level.name().toLowerCase(java.util.Locale.ROOT)
                + ", which is more than the caller's role may send");
      }
    }
    if (healthRoles != null
        && held.stream().noneMatch(healthRoles::contains)
        && hasHealth(prompt)) {
      return denied(
          "rbac.health",
          "it holds health data, which only the roles " + list(healthRoles) + " may send");
    }
    return new Verdict.Identify(known);
  }

  private Sensitivity level(Prompt prompt, Caller sent) {
    Sensitivity declared = Sensitivity.declared(sent.header(signs.header()));
    Sensitivity marked =
        signs.markings() ? Sensitivity.marked(prompt.segments()) : Sensitivity.PUBLIC;
    return declared.compareTo(marked) > 0 ? declared : marked;
  }

  private Sensitivity clearance(Set<String> held) {
    Sensitivity most = Sensitivity.PUBLIC;
    for (String role : held) {
      DataAccess own = Objects.requireNonNull(data).get(role);
      most = own != null && own.maxSensitivity().compareTo(most) > 0 ? own.maxSensitivity() : most;
    }
    return most;
  }

  private static boolean hasHealth(Prompt prompt) {
    return prompt.segments().stream()
        .anyMatch(segment -> !Found.in(segment.text(), HEALTH).isEmpty());
  }

  /** What a model calls is held against the roles, too: it may call what nobody offered. */
  ToolCheck.Calls open(Prompt prompt, Caller caller) {
    Permits permits = permits(caller.roles());
    return name -> permits.permit(name) ? Verdict.ALLOW : Verdict.block("rbac.tool");
  }

  private Permits permits(Set<String> held) {
    return new Permits() {
      @Override
      public boolean permit(String name) {
        return any(held, grant -> grant.tools().permit(name));
      }

      @Override
      public boolean permitAll(String label) {
        return any(held, grant -> grant.tools().permitAll(label));
      }
    };
  }

  private boolean any(Set<String> held, Predicate<Grant> by) {
    Map<String, Grant> grants = Objects.requireNonNull(roles);
    return held.stream().map(grants::get).anyMatch(grant -> grant != null && by.test(grant));
  }

  private static Verdict.Block denied(String reason, String because) {
    return new Verdict.Block(
        reason, "The request was blocked by policy " + Rbac.NAME + ": " + because + ".");
  }

  private static String list(Collection<String> names) {
    return names.isEmpty() ? "(none)" : String.join(", ", new TreeSet<>(names));
  }
}
