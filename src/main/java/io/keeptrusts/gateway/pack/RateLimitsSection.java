package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.limits.Limit;
import io.keeptrusts.gateway.limits.RateLimits;
import io.keeptrusts.gateway.limits.Scope;
import io.keeptrusts.gateway.pack.PackDocument.Entry;
import io.keeptrusts.gateway.pack.Problem.Code;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The {@code rate_limits} section, and what other documents call it. */
final class RateLimitsSection {
  private static final String ROOT = "rate_limits";

  /** Keys that mean limits elsewhere, and what to write here. */
  private static final Map<String, String> FOREIGN =
      Map.of(
          "global_rate_limit", "write it as `rate_limits: {global: {rpm: ...}}`",
          "user_rate_limit", "write it as `rate_limits: {per_user: {rpm: ...}}`",
          "token_rate_limit", "write it as `rate_limits: {global: {tpm: ...}}`, or per_user",
          "ip_rate_limit",
              "write it as `rate_limits: {per_user: {rpm: ...}}`: who is not known is counted by address",
          "rate_limit_defaults", "write it as `rate_limits: {per_key: {rpm: ..., tpm: ...}}`",
          "consumer_groups", "write it as `rate_limits: {per_key: {rpm: ..., tpm: ...}}`");

  private final Problems problems;
  private final RecordBinder binder;

  RateLimitsSection(Problems problems, RecordBinder binder) {
    this.problems = problems;
    this.binder = binder;
  }

  /** Checks the keys of the root, which are these and the section's own. */
  void checkKeys(Yaml.Mapping root, Set<String> others) {
    Set<String> valid = new HashSet<>(others);
    valid.add(ROOT);
    FOREIGN.forEach(
        (key, instead) -> {
          Yaml.Field field = root.fields().get(key);
          if (field != null) {
            problems.add(Code.E002, field.keyAt(), key, "unknown key `" + key + "`", instead);
          }
        });
    Set<String> told = new HashSet<>(valid);
    root.fields().keySet().stream().filter(FOREIGN::containsKey).forEach(told::add);
    binder.checkKeys(root, "", told);
  }

  RateLimits read(Yaml.Mapping root, List<Entry> chain) {
    Yaml.Mapping section = Sections.mapping(root, ROOT, false, problems);
    RateLimits read = section == null ? null : binder.bind(section, ROOT, RateLimits.class);
    if (section == null || read == null) {
      return RateLimits.NONE;
    }
    warn(section, read, chain);
    return read;
  }

  private void warn(Yaml.Mapping section, RateLimits read, List<Entry> chain) {
    Map<Scope, Limit> limits = read.limits();
    if (limits.isEmpty()) {
      warn(section, "per_key", "no limit is given: nothing is limited");
      return;
    }
    empty(section, "per_key", read.perKey());
    empty(section, "per_user", read.perUser());
    empty(section, "per_team", read.perTeam());
    empty(section, "global", read.global());
    boolean proof =
        chain.stream().anyMatch(entry -> entry.enabled() && entry.kind().equals("rbac"));
    if (limits.containsKey(Scope.USER) && read.trustedPeers().isEmpty() && !proof) {
      warn(
          section,
          "per_user",
          "nobody's user can be established, so that each address counts as one: add rbac to the chain or trusted_peers");
    }
    if (limits.containsKey(Scope.TEAM) && read.trustedPeers().isEmpty()) {
      warn(
          section,
          "per_team",
          "nobody's team can be established, so that each address counts as one: add trusted_peers");
    }
    if (limits.keySet().equals(Set.of(Scope.GLOBAL)) && !read.trustedPeers().isEmpty()) {
      warn(section, "trusted_peers", "has no effect: nothing is counted by who asks");
    }
    outgrown(section, "per_key", read.perKey(), "global", read.global());
    outgrown(section, "per_user", read.perUser(), "global", read.global());
    outgrown(section, "per_team", read.perTeam(), "global", read.global());
    outgrown(section, "per_user", read.perUser(), "per_team", read.perTeam());
  }

  private void empty(Yaml.Mapping section, String key, @Nullable Limit limit) {
    if (limit != null && limit.isEmpty()) {
      warn(section, key, "no limit is given: it limits nothing");
    }
  }

  /** What one of many may do is no limit if it is more than all of them may. */
  private void outgrown(
      Yaml.Mapping section, String one, @Nullable Limit limit, String many, @Nullable Limit all) {
    if (limit != null && all != null) {
      outgrown(section, one, many, "rpm", limit, all, Limit::rpm);
      outgrown(section, one, many, "tpm", limit, all, Limit::tpm);
      outgrown(section, one, many, "max_parallel_requests", limit, all, Limit::maxParallelRequests);
    }
  }

  private void outgrown(
      Yaml.Mapping section,
      String one,
      String many,
      String key,
      Limit limit,
      Limit all,
      Function<Limit, @Nullable Number> value) {
    Number own = value.apply(limit);
    Number most = value.apply(all);
    if (own != null && most != null && own.longValue() > most.longValue()) {
      warn(section, one + "." + key, "has no effect: " + many + "." + key + " is lower");
    }
  }

  private void warn(Yaml.Mapping section, String key, String message) {
    problems.add(Code.W110, Yaml.nearest(section, key).at(), ROOT + "." + key, message);
  }
}
