package io.keeptrusts.gateway.cli;

import io.keeptrusts.gateway.exchange.Ended;
import io.keeptrusts.gateway.exchange.Exchange;
import io.keeptrusts.gateway.exchange.Operation;
import io.keeptrusts.gateway.exchange.Origin;
import io.keeptrusts.gateway.exchange.Spans;
import io.keeptrusts.gateway.policy.Blocks;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Hears what the policies decide in one run of a fixture. Thread-safe. */
final class Decisions implements Spans {

  private record Decision(String policy, String verdict, String reason) {}

  private final Set<Decision> all = Collections.synchronizedSet(new LinkedHashSet<>());

  /** Who has masked something, in the request or the answer. */
  List<String> redacting() {
    synchronized (all) {
      return all.stream()
          .filter(decision -> decision.verdict.equals("redact"))
          .map(Decision::policy)
          .distinct()
          .toList();
    }
  }

  /** The reasons of these verdicts, in the order in which they were heard. */
  List<String> reasons(String... verdicts) {
    synchronized (all) {
      return all.stream()
          .filter(decision -> List.of(verdicts).contains(decision.verdict))
          .map(Decision::reason)
          .distinct()
          .toList();
    }
  }

  @Override
  public Serving serving(Exchange exchange, String operation) {
    Serving untold = NONE.serving(exchange, operation);
    return new Serving() {
      @Override
      public String traceId() {
        return untold.traceId();
      }

      @Override
      public String spanId() {
        return untold.spanId();
      }

      @Override
      public void model(String name, boolean stream) {}

      @Override
      public Asking asking(Operation asked, String target) {
        return untold.asking(asked, target);
      }

      @Override
      public void verdict(String phase, String policy, String verdict, String reason, int count) {
        // Of what was masked the label is told, such as EMAIL: that is no reason code.
        boolean masked = verdict.equals("redact");
        all.add(new Decision(policy, verdict, masked ? Blocks.detected(policy) : reason));
      }

      @Override
      public void firstToken() {}

      @Override
      public void end(Ended ended, Origin origin) {}
    };
  }
}
