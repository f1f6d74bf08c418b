package io.keeptrusts.gateway.laws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Answer;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.laws.Walls.Wall;
import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.AnswerCheck;
import io.keeptrusts.gateway.policy.Chain;
import io.keeptrusts.gateway.policy.Chain.Member;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind.Mode;
import io.keeptrusts.gateway.policy.Workers;
import io.keeptrusts.gateway.policy.kind.AgentFirewall;
import io.keeptrusts.gateway.policy.kind.AuditLogger;
import io.keeptrusts.gateway.policy.kind.pii.PiiDetector;
import io.keeptrusts.gateway.policy.kind.rbac.Rbac;
import io.keeptrusts.gateway.policy.text.TextRules;
import io.keeptrusts.gateway.policy.text.TextRules.Owned;
import io.keeptrusts.gateway.testing.Rethrow;
import io.keeptrusts.gateway.wire.WorkerPool.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Every kind that looks at answers as they stream, in one chain, in some order; and what the same
 * policies make of a whole text.
 */
record Lineup(List<Member> members) {
  private static final Caller CALLER =
      new Caller("127.0.0.1", "").known("someone", Set.of("analyst"));

  /** What a worker does, done at once. */
  private static final Workers AT_ONCE =
      new Workers() {
        @Override
        public <T> void call(Callable<T> work, Consumer<Outcome<T>> then) {
          T done;
          try {
            done = work.call();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
          then.accept(new Outcome.Done<>(done));
        }
      };

  /** The policies that every chain here holds. */
  record Cast(Policy pii, Policy dlp, Policy safety, Policy firewall, Policy rbac, Policy audit) {
    List<Policy> all() {
      return List.of(pii, dlp, safety, firewall, rbac, audit);
    }
  }

  /**
   * @param forbidden a tool that neither agent-firewall nor rbac lets a model call
   */
  static Cast cast(Policy pii, String forbidden) {
    return new Cast(
        pii,
        Walls.dlp(),
        Walls.safety(Action.BLOCK),
        firewall(forbidden),
        rbac(forbidden),
        audit());
  }

  static Policy firewall(String forbidden) {
    return new AgentFirewall()
        .compile(
            new AgentFirewall.Config(null, List.of(forbidden), null, null, null, null, null, null));
  }

  static Policy rbac(String forbidden) {
    Rbac.Role analyst = new Rbac.Role(null, List.of(forbidden), null, null);
    return new Rbac()
        .compile(
            new Rbac.Config(
                List.of(),
                null,
                null,
                null,
                Map.of("analyst", analyst),
                "analyst",
                null,
                null,
                null));
  }

  static Policy audit() {
    return new AuditLogger().compile(new AuditLogger.Config(null, null, null, null, null, null));
  }

  /** Some of pii-detector's types: a chain of all of them takes longer to compile than to try. */
  static Policy fewTypes() {
    PiiDetector.Type off = new PiiDetector.Type(false, null);
    return new PiiDetector()
        .compile(
            new PiiDetector.Config(
                null,
                null,
                null,
                List.of(),
                null,
                Map.of(
                    "secrets",
                    off,
                    "wallets",
                    off,
                    "national_ids",
                    off,
                    "identity",
                    off,
                    "health",
                    off,
                    "phones",
                    off),
                null,
                null));
  }

  /** All orders of a cast, each policy as it streams. */
  static List<Lineup> orders(Cast cast) {
    List<List<Policy>> orders = new ArrayList<>();
    orders.add(List.of());
    for (Policy policy : cast.all()) {
      List<List<Policy>> longer = new ArrayList<>();
      for (List<Policy> order : orders) {
        for (int at = 0; at <= order.size(); at++) {
          List<Policy> with = new ArrayList<>(order);
          with.add(at, policy);
          longer.add(with);
        }
      }
      orders = longer;
    }
    return orders.stream().map(Lineup::realtime).toList();
  }

  static Lineup realtime(List<Policy> policies) {
    return new Lineup(
        policies.stream().map(policy -> new Member(policy, Mode.REALTIME, false)).toList());
  }

  /** The same with a policy that waits for the whole answer. */
  Lineup with(Policy policy, int at) {
    List<Member> more = new ArrayList<>(members);
    more.add(at, new Member(policy, Mode.BUFFERED, false));
    return new Lineup(List.copyOf(more));
  }

  Wall wall() {
    return Walls.wall(Chain.compile(members, false), CALLER, AT_ONCE, new Walk());
  }

  /** Takes reports, as the walk does. */
  private static final class Walk extends Rethrow {
    @Override
    public void report(String kind, ObjectNode report) {}
  }

  /** A kind that waits and lets everything pass, which tells what it was shown. */
  static Policy witness(Consumer<Answer> tell) {
    AnswerCheck check =
        (answer, prompt, judge) -> {
          tell.accept(answer);
          return Verdict.ALLOW;
        };
    return Policy.of("witness").withAnswer(check);
  }

  /** The masking rules as stages: neighbours see the same text, what waits parts them. */
  List<TextRules> masking() {
    return stages(members.size(), false);
  }

  /** The rules as stages, of the policies before this place. */
  List<TextRules> before(int place) {
    return stages(place, true);
  }

  private List<TextRules> stages(int until, boolean blocking) {
    List<List<Owned>> stages = new ArrayList<>(List.of(new ArrayList<>()));
    for (Member member : members.subList(0, until)) {
      Policy policy = member.policy();
      boolean waits = member.mode() == Mode.BUFFERED;
      if (waits) {
        stages.add(new ArrayList<>());
      }
      policy.output().stream()
          .filter(rule -> blocking || rule.action() == Action.REDACT)
          .forEach(rule -> stages.getLast().add(new Owned(policy.kind(), rule)));
      if (waits) {
        stages.add(new ArrayList<>());
      }
    }
    return stages.stream().filter(owned -> !owned.isEmpty()).map(TextRules::compile).toList();
  }

  /** The first of these kinds in the chain. */
  String first(Set<String> kinds) {
    return members.stream()
        .map(member -> member.policy().kind())
        .filter(kinds::contains)
        .findFirst()
        .orElseThrow();
  }

  List<String> kinds() {
    return members.stream().map(member -> member.policy().kind()).toList();
  }
}
