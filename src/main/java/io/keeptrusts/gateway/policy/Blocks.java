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
      throw (hit.action() == Action.ESCALATE ? escalated(hit.policy()) : output(hit.policy()))
          .exception();
    }
  }

  static GatewayError output(String policy) {
    return violation(
        "output_blocked", "The answer was blocked by policy " + policy + "." + ADVICE, policy);
  }

  static GatewayError name(String policy) {
    return violation(
        "output_blocked",
        "The answer was blocked by policy "
            + policy
            + ": a name or an id would have to be changed.",
        policy);
  }

  static GatewayError tool(String policy, @Nullable String message) {
    return violation(
        "tool_forbidden",
        message == null
            ? "The model called a tool that policy " + policy + " forbids." + ADVICE
            : message,
        policy);
  }

  static GatewayError unproven(String policy, String message) {
    return new GatewayError(
        401, Type.AUTHENTICATION_ERROR, "invalid_token", message, policy, null, null);
  }

  static GatewayError input(String policy) {
    return violation(
        "input_blocked",
        "The request was blocked by policy "
            + policy
            + ". Change the request; do not retry it as it is.",
        policy);
  }

  static GatewayError escalated(String policy) {
    return violation(
        "escalation_required",
        "Policy " + policy + " asks for a person to look at this first." + ADVICE,
        policy);
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
    GatewayError error = input ? input(policy) : output(policy);
    return block.message() == null ? error : violation(error.code(), block.message(), policy);
  }

  private static GatewayError violation(String code, String message, String policy) {
    return new GatewayError(409, Type.POLICY_VIOLATION, code, message, policy, null, null);
  }
}
