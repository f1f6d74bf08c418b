package io.keeptrusts.gateway.policy.kind.citation;

import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.policy.kind.citation.CitationVerifier.Action;
import io.keeptrusts.gateway.policy.kind.citation.CitationVerifier.Config;
import io.keeptrusts.gateway.policy.kind.citation.CitationVerifier.OutputAction;
import io.keeptrusts.gateway.policy.kind.citation.Finding.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is done about checked answers. The worst that one of them asks for is done about all. */
final class Judgement {

  /** A code, and whether it ends the exchange. */
  private record Objection(String reason, boolean blocks) {}

  private Judgement() {}

  static Verdict.OnAnswer of(Config config, List<Check> checks) {
    Objection worst = null;
    for (Check check : checks) {
      Objection objection = objection(config, check);
      if (objection != null && (worst == null || objection.blocks && !worst.blocks)) {
        worst = objection;
      }
    }
    return worst == null
        ? Verdict.ALLOW
        : worst.blocks ? Verdict.block(worst.reason) : new Verdict.Flag(worst.reason);
  }

  /** The first objection that blocks, else the first. */
  private static @Nullable Objection objection(Config config, Check check) {
    List<Objection> objections = new java.util.ArrayList<>();
    OutputAction actions =
        config.outputAction() == null ? new OutputAction(null, null) : config.outputAction();
    boolean onHallucination = actions.hallucinationAction() == Action.BLOCK;
    boolean onUnverified = actions.unverifiedAction() == Action.BLOCK;
    Double least = config.minGroundedness();
    if (check.has(Status.MISMATCH)) {
      objections.add(new Objection("citation.mismatch", onHallucination));
    }
    if (check.has(Status.DANGLING)) {
      objections.add(new Objection("citation.dangling", onHallucination));
    }
    if (least != null && check.groundedness() < least) {
      objections.add(new Objection("groundedness.low", onHallucination));
    }
    if (Boolean.TRUE.equals(config.requireSourceMatch()) && check.unmatched()) {
      objections.add(new Objection("citation.unmatched", true));
    } else if (check.has(Status.UNMATCHED)) {
      objections.add(new Objection("citation.unmatched", false));
    }
    boolean ungrounded = least != null && Double.isNaN(check.groundedness()) && check.claims() > 0;
    if (check.has(Status.UNVERIFIED) || check.omitted() > 0 || ungrounded) {
      objections.add(new Objection("citation.unverified", onUnverified));
    }
    boolean required = !Boolean.FALSE.equals(config.requireSources());
    if (required && check.findings().isEmpty() && check.claims() > 0) {
      objections.add(new Objection("citation.missing", onUnverified));
    }
    return objections.stream()
        .filter(Objection::blocks)
        .findFirst()
        .orElse(objections.isEmpty() ? null : objections.getFirst());
  }
}
