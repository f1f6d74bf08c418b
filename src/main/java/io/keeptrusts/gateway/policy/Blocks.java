package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayError.Type;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.policy.text.Hit;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a client is told when a policy says no (DESIGN 2, errors). */
public final class Blocks {
  private static final String ADVICE = " Do not retry the same request.";

  private Blocks() {}

  static void throwIf(@Nullable Hit hit) {
    if (hit != null) {
      throw of(hit, false).exception();
    }
  }

  /** The error for a match that may not be masked. */
  static GatewayError of(Hit hit, boolean input) {
    String policy = hit.policy();
    if (hit.action() == Action.ESCALATE) {
      return escalated(policy, detected(policy));
    }
    return because(detected(policy), input ? input(policy) : output(policy));
  }

  /**
   * The reason where a rule for texts of this kind has matched: {@code pii.detected} of {@code
   * pii-detector}.
   */
  public static String detected(String kind) {
    String subject = kind.replaceFirst("-(detector|filter)$", "");
    return subject.replace('-', '_') + ".detected";
  }

  static GatewayError output(String policy) {
    return violation(
        "output_blocked", "The answer was blocked by policy " + policy + "." + ADVICE, policy);
  }

  static GatewayError name(String policy) {
    return because(
        detected(policy),
        violation(
            "output_blocked",
            "The answer was blocked by policy "
                + policy
                + ": a name or an id would have to be changed.",
            policy));
  }

  static GatewayError tool(String policy) {
    return violation(
        "tool_forbidden",
        "The model called a tool that policy " + policy + " forbids." + ADVICE,
        policy);
  }

  static GatewayError unproven(String policy, Verdict.Unproven why) {
    return new GatewayError(
        401,
        Type.AUTHENTICATION_ERROR,
        "invalid_token",
        why.message(),
        policy,
        null,
        null,
        why.reason());
  }

  static GatewayError input(String policy) {
    return violation(
        "input_blocked",
        "The request was blocked by policy "
            + policy
            + ". Change the request; do not retry it as it is.",
        policy);
  }

  static GatewayError escalated(String policy, String reason) {
    return because(
        reason,
        violation(
            "escalation_required",
            "Policy " + policy + " asks for a person to look at this first." + ADVICE,
            policy));
  }

  static GatewayError tooLong(String policy, int bytes) {
    return violation(
        "output_blocked",
        "The answer is longer than the "
            + bytes
            + " bytes that policy "
            + policy
            + " may hold; ask for a shorter one.",
        policy);
  }

  /** All workers have enough to do. */
  public static GatewayError busy() {
    return GatewayError.overloaded(
        "busy", "All workers are busy; ask again.", Duration.ofSeconds(1));
  }

  /** The policy broke or took too long. */
  public static GatewayError failed(String policy, boolean input) {
    return violation(
        input ? "input_blocked" : "output_blocked",
        "Policy " + policy + " could not decide, and this gateway then blocks. Tell its operator.",
        policy);
  }

  /** The error for a check that says no. */
  static GatewayError of(String policy, Verdict.Block block, boolean input) {
    return because(block, input ? input(policy) : output(policy));
  }

  /** The error for a call that is forbidden. */
  static GatewayError tool(String policy, Verdict.Block block) {
    return because(block, tool(policy));
  }

  private static GatewayError because(Verdict.Block block, GatewayError error) {
    String message = block.message() == null ? error.message() : block.message();
    return because(block.reason(), violation(error.code(), message, error.policy()));
  }

  private static GatewayError because(String reason, GatewayError error) {
    return new GatewayError(
        error.status(),
        error.type(),
        error.code(),
        error.message(),
        error.policy(),
        error.param(),
        error.retryAfter(),
        reason);
  }

  private static GatewayError violation(String code, String message, @Nullable String policy) {
    return new GatewayError(409, Type.POLICY_VIOLATION, code, message, policy, null, null);
  }
}
