package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.audit.AuditSettings;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.policy.PolicyKind.Mode;
import io.keeptrusts.gateway.policy.text.TextCheck;
import io.keeptrusts.gateway.policy.text.TextRules;
import io.keeptrusts.gateway.policy.text.TextRules.Owned;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The policies of a pack in the order of its chain, compiled. Immutable and shared; every answer
 * opens its own stations. Neighbouring text policies form one stage and see the same text, never
 * each other's markers.
 */
public final class Chain {

  /**
   * A policy in its place.
   *
   * @param mode of its output side; does not matter without one
   * @param guards never skipped, see {@link PolicyKind#guards}
   */
  public record Member(Policy policy, Mode mode, boolean guards) {
    private boolean failsOpen(boolean failOpen) {
      return failOpen && !guards;
    }
  }

  /** A member and its rules, none of which throws. */
  private record Guarded(Member member, boolean open, List<Owned> input, List<Owned> output) {
    static Guarded of(Member member, boolean failOpen) {
      Policy policy = member.policy();
      boolean open = member.failsOpen(failOpen);
      List<Owned> input = guard(policy.kind(), policy.input(), open);
      List<Owned> output =
          policy.output().equals(policy.input())
              ? input
              : guard(policy.kind(), policy.output(), open);
      return new Guarded(member, open, input, output);
    }

    private static List<Owned> guard(String kind, List<TextRule> rules, boolean open) {
      return rules.stream().map(rule -> new Owned(kind, FailSafe.rule(rule, open))).toList();
    }
  }

  /** Stages compiled so far: the two sides often have the same rules. */
  private static final class Stages {
    private final List<TextRules> compiled = new ArrayList<>();

    TextRules of(List<Owned> rules) {
      for (TextRules known : compiled) {
        if (known.rules().equals(rules)) {
          return known.twin();
        }
      }
      TextRules stage = TextRules.compile(rules);
      compiled.add(stage);
      return stage;
    }
  }

  private sealed interface InputStep {
    record Texts(List<String> kinds, InputStage stage, boolean failOpen) implements InputStep {}

    record Whole(String kind, PromptCheck check, boolean failOpen) implements InputStep {}
  }

  private sealed interface Station {
    record Texts(TextRules rules) implements Station {}

    record Buffered(Policy policy, boolean failOpen) implements Station {}

    record Tools(String kind, ToolCheck check, boolean failOpen) implements Station {}
  }

  private final List<String> kinds;
  private final List<InputStep> input;
  private final List<Station> output;
  private final @Nullable AuditSettings audit;

  private Chain(
      List<String> kinds,
      List<InputStep> input,
      List<Station> output,
      @Nullable AuditSettings audit) {
    this.kinds = kinds;
    this.input = input;
    this.output = output;
    this.audit = audit;
  }

  /**
   * @param failOpen a policy that fails is skipped instead of blocking, unless it guards
   * @throws io.keeptrusts.gateway.policy.match.RuleException if a rule cannot be run on a stream
   */
  public static Chain compile(List<Member> members, boolean failOpen) {
    AuditSettings audit =
        members.stream()
            .map(m -> m.policy().audit())
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    List<String> kinds = members.stream().map(member -> member.policy().kind()).toList();
    List<Guarded> guarded = members.stream().map(member -> Guarded.of(member, failOpen)).toList();
    Stages stages = new Stages();
    return new Chain(
        kinds, inputSteps(guarded, failOpen, stages), stations(guarded, stages), audit);
  }

  private static List<InputStep> inputSteps(
      List<Guarded> members, boolean failOpen, Stages stages) {
    List<InputStep> steps = new ArrayList<>();
    List<Owned> neighbours = new ArrayList<>();
    boolean neighboursFailOpen = failOpen;
    for (Guarded guarded : members) {
      Policy policy = guarded.member().policy();
      neighbours.addAll(guarded.input());
      neighboursFailOpen &= guarded.open() || guarded.input().isEmpty();
      if (policy.prompt() != null) {
        if (!neighbours.isEmpty()) {
          steps.add(texts(stages.of(neighbours), neighbours, neighboursFailOpen));
          neighbours.clear();
          neighboursFailOpen = failOpen;
        }
        steps.add(new InputStep.Whole(policy.kind(), policy.prompt(), guarded.open()));
      }
    }
    if (!neighbours.isEmpty()) {
      steps.add(texts(stages.of(neighbours), neighbours, neighboursFailOpen));
    }
    return List.copyOf(steps);
  }

  private static InputStep texts(TextRules stage, List<Owned> rules, boolean failOpen) {
    return new InputStep.Texts(
        rules.stream().map(Owned::policy).distinct().toList(), new InputStage(stage), failOpen);
  }

  private static List<Station> stations(List<Guarded> members, Stages stages) {
    List<Station> stations = new ArrayList<>();
    List<Owned> neighbours = new ArrayList<>();
    for (Guarded guarded : members) {
      Member member = guarded.member();
      Policy policy = member.policy();
      boolean open = guarded.open();
      if (policy.tools() != null) {
        // Before the texts gathered so far: it changes none, so they can stay one stage.
        stations.add(new Station.Tools(policy.kind(), policy.tools(), open));
      }
      boolean buffered =
          member.mode() == Mode.BUFFERED && (policy.answer() != null || !policy.output().isEmpty());
      if (buffered) {
        close(neighbours, stations, stages);
        stations.add(new Station.Buffered(policy, open));
      }
      neighbours.addAll(guarded.output());
      if (buffered) {
        close(neighbours, stations, stages);
      }
    }
    close(neighbours, stations, stages);
    return List.copyOf(stations);
  }

  private static void close(List<Owned> neighbours, List<Station> stations, Stages stages) {
    if (!neighbours.isEmpty()) {
      stations.add(new Station.Texts(stages.of(neighbours)));
      neighbours.clear();
    }
  }

  /** The kinds in chain order. */
  public List<String> kinds() {
    return kinds;
  }

  /** Set if the chain keeps a trail. */
  public @Nullable AuditSettings audit() {
    return audit;
  }

  /** Whether anything looks at answers. */
  public boolean checksOutput() {
    return !output.isEmpty();
  }

  /** The first kind that holds a stream until its end, null if text leaves as it comes. */
  public @Nullable String bufferedBy() {
    for (Station station : output) {
      if (station instanceof Station.Buffered(Policy policy, boolean _)) {
        return policy.kind();
      }
    }
    return null;
  }

  /** How many steps the input side has: what a worker does in one go. */
  public int inputSteps() {
    return input.size();
  }

  /** The kinds that act in a step, at least one. */
  public List<String> inputKinds(int step) {
    return switch (input.get(step)) {
      case InputStep.Texts(List<String> kinds, InputStage _, boolean _) -> kinds;
      case InputStep.Whole(String kind, PromptCheck _, boolean _) -> List.of(kind);
    };
  }

  /** Whether a step that fails or takes too long is skipped. */
  public boolean inputFailsOpen(int step) {
    return switch (input.get(step)) {
      case InputStep.Texts(List<String> _, InputStage _, boolean failOpen) -> failOpen;
      case InputStep.Whole(String _, PromptCheck _, boolean failOpen) -> failOpen;
    };
  }

  /**
   * The request as the input policies of one step leave it. May take long for a long request: not
   * for the event loop then.
   *
   * @param caller as the steps before have left it: see {@link Happenings#identified}
   * @throws io.keeptrusts.gateway.exchange.GatewayException if a policy blocks it
   */
  public Prompt input(int step, Prompt prompt, Caller caller, Happenings happenings) {
    return switch (input.get(step)) {
      case InputStep.Texts(List<String> _, InputStage stage, boolean _) ->
          stage.apply(prompt, happenings);
      case InputStep.Whole(String kind, PromptCheck check, boolean failOpen) ->
          follow(
              kind,
              FailSafe.verdict(kind, check, prompt, caller, failOpen, happenings),
              prompt,
              happenings);
    };
  }

  /** The user that a policy of this chain has proof of; null if there is none. */
  public @Nullable String provenUser(Caller caller) {
    for (InputStep step : input) {
      if (step instanceof InputStep.Whole(String kind, PromptCheck check, boolean _)) {
        String user = FailSafe.provenUser(kind, check, caller);
        if (user != null) {
          return user;
        }
      }
    }
    return null;
  }

  /** A step as far as it can go on the event loop; null if it needs a worker. */
  public @Nullable Prompt glance(int step, Prompt prompt, Caller caller, Happenings happenings) {
    if (input.get(step)
        instanceof InputStep.Whole(String kind, PromptCheck check, boolean failOpen)) {
      Verdict.OnPrompt verdict = FailSafe.glance(kind, check, prompt, caller, failOpen, happenings);
      return verdict == null ? null : follow(kind, verdict, prompt, happenings);
    }
    return input(step, prompt, caller, happenings);
  }

  private static Prompt follow(
      String kind, Verdict.OnPrompt verdict, Prompt prompt, Happenings happenings) {
    return switch (verdict) {
      case Verdict.Allow() -> prompt;
      case Verdict.Flag(String reason) -> {
        happenings.flagged(kind, reason);
        yield prompt;
      }
      case Verdict.Change(Prompt changed, String label, int count) -> {
        happenings.redacted(kind, label, count);
        yield changed;
      }
      case Verdict.Identify(Caller known) -> {
        happenings.identified(known);
        yield prompt;
      }
      case Verdict.Unproven why -> throw Blocks.unproven(kind, why).exception();
      case Verdict.Block block -> throw Blocks.of(kind, block, true).exception();
      case Verdict.Escalate(String reason) -> throw Blocks.escalated(kind, reason).exception();
    };
  }

  /** Opens the stations of one answer, in front of {@code last}. */
  public OutputStep output(OutputContext context, OutputStep last) {
    OutputStep step = last;
    boolean lastLook = true;
    for (int i = output.size() - 1; i >= 0; i--) {
      step =
          switch (output.get(i)) {
            case Station.Texts(TextRules rules) -> new OutputStage(rules, context, lastLook, step);
            case Station.Buffered(Policy policy, boolean failOpen) ->
                new BufferedStage(policy, failOpen, context, step);
            case Station.Tools(String kind, ToolCheck check, boolean failOpen) ->
                new ToolStage(
                    kind, FailSafe.open(kind, check, failOpen, context), failOpen, context, step);
          };
      lastLook &= !(output.get(i) instanceof Station.Texts);
    }
    return step;
  }

  /**
   * What is decided of a text that broke off, where another provider's may be put behind it as if
   * it were one text. Null where that cannot be: a match could still begin in what has left, or a
   * policy holds answers.
   *
   * @param text as it came from the provider
   */
  public @Nullable Begun begun(String text) {
    Begun begun = new Begun(text, text);
    for (Station station : output) {
      switch (station) {
        case Station.Texts(TextRules rules) -> begun = Begun.of(rules, text);
        case Station.Tools _ -> {}
        case Station.Buffered _ -> {
          return null;
        }
      }
    }
    return begun; // without a policy that holds there is one station of texts at most
  }

  /**
   * A text that is not part of an answer but reaches the client, such as a provider's message;
   * empty if it is blocked.
   */
  public String message(String text) {
    String current = text;
    for (Station station : output) {
      if (station instanceof Station.Texts(TextRules rules)) {
        StringBuilder out = new StringBuilder();
        TextCheck check = rules.plain();
        char[] chars = current.toCharArray();
        if (check.feed(chars, 0, chars.length, out)) {
          continue;
        }
        check.end(out);
        if (check.blocked() != null) {
          return "";
        }
        current = out.toString();
      }
    }
    return current;
  }
}
