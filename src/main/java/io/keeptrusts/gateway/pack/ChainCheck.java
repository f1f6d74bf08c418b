package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.pack.PackDocument.Entry;
import io.keeptrusts.gateway.pack.Problem.Code;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.policy.PolicyKind.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the order of the chain does to its kinds: who needs, hides from or holds up whom. */
final class ChainCheck {
  private static final String CHAIN = "policies.chain";
  private static final String AUDIT = "audit-logger";

  private final Problems problems;
  private final Map<String, Yaml.At> places;

  /**
   * @param places where the kinds stand in the chain
   */
  ChainCheck(Problems problems, Map<String, Yaml.At> places) {
    this.problems = problems;
    this.places = places;
  }

  /**
   * @param chain in its order, with the disabled ones
   */
  void check(List<Entry> chain) {
    List<Entry> running = chain.stream().filter(Entry::enabled).toList();
    List<Entry> before = new ArrayList<>();
    for (Entry entry : running) {
      check(entry.bean(), entry, before);
      before.add(entry);
    }
    held(running);
    auditLast(running);
  }

  private <C extends Record> void check(PolicyKind<C> kind, Entry entry, List<Entry> before) {
    C config = kind.config().cast(entry.config());
    String needed = kind.after(config);
    if (needed != null) {
      needs(kind.name(), needed, before);
    }
    Set<String> sought = kind.seeks(config);
    for (Entry other : before) {
      if (other.policy().input().stream().anyMatch(rule -> sought.contains(rule.rule().label()))) {
        say(
            Code.W110,
            kind.name(),
            "`%s` is late: `%s` has masked or blocked before it what it looks for"
                .formatted(kind.name(), other.kind()),
            "put `%s` before `%s`".formatted(kind.name(), other.kind()));
      }
    }
  }

  /** What another kind has to establish must be established before. */
  private void needs(String kind, String needed, List<Entry> before) {
    Entry other = before.stream().filter(e -> e.kind().equals(needed)).findFirst().orElse(null);
    if (other == null) {
      String message = "`" + kind + "` is configured by what `" + needed + "` establishes";
      say(Code.E003, kind, message, "put `" + needed + "` before it");
    } else if (!establishes(other.bean(), other.config())) {
      String message = "`" + kind + "` is configured by what `" + needed + "` establishes: nothing";
      say(Code.W110, kind, message, null);
    }
  }

  private static <C extends Record> boolean establishes(PolicyKind<C> kind, Record config) {
    return kind.establishes(kind.config().cast(config));
  }

  /** A held stream is no stream for the other kinds either. */
  private void held(List<Entry> running) {
    String realtime =
        running.stream()
            .filter(entry -> entry.mode() == Mode.REALTIME && !entry.policy().output().isEmpty())
            .map(entry -> "`" + entry.kind() + "`")
            .collect(Collectors.joining(", "));
    running.stream()
        .filter(entry -> entry.mode() == Mode.BUFFERED && holds(entry.policy()))
        .findFirst()
        .filter(_ -> !realtime.isEmpty())
        .ifPresent(
            entry ->
                say(
                    Code.I204,
                    entry.kind(),
                    "`%s` holds every answer to its end: what %s checked in real time leaves then"
                        .formatted(entry.kind(), realtime),
                    null));
  }

  private static boolean holds(Policy policy) {
    return policy.answer() != null || !policy.output().isEmpty();
  }

  private void auditLast(List<Entry> running) {
    boolean runs = running.stream().anyMatch(entry -> entry.kind().equals(AUDIT));
    if (runs && !running.getLast().kind().equals(AUDIT)) {
      say(
          Code.I202,
          AUDIT,
          "`audit-logger` is not last; it records what leaves the end of the chain wherever it"
              + " stands",
          null);
    }
  }

  private void say(Code code, String kind, String message, @Nullable String suggestion) {
    problems.add(code, Objects.requireNonNull(places.get(kind)), CHAIN, message, suggestion);
  }
}
