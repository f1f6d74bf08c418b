package io.keeptrusts.gateway.audit;

import java.util.List;

/**
 * What is known of an exchange when it begins. Texts longer than 256 characters are cut in the
 * trail.
 *
 * @param exchange id of the exchange, repeated in each of its records
 * @param caller who asked; recorded only with {@link AuditSettings#hipaaAuditControls()}
 * @param policies the kinds of the chain, in order; the first 64 are kept
 */
public record Head(
    String exchange,
    String caller,
    String model,
    String target,
    String pack,
    List<String> policies,
    boolean stream) {

  private static final int MOST_POLICIES = 64;

  public Head {
    policies =
        List.copyOf(
            policies.size() > MOST_POLICIES ? policies.subList(0, MOST_POLICIES) : policies);
  }
}
