package io.keeptrusts.gateway.cli;

import static io.keeptrusts.gateway.cli.Finding.Area.CHAIN;

import io.keeptrusts.gateway.pack.PackDocument;
import io.keeptrusts.gateway.pack.PackDocument.Entry;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Answers, from a pack alone, the two questions that are asked of a stream: why a chunk is not
 * filtered, and which policy holds it up.
 */
final class ChainSurvey {
  private final PackDocument document;

  ChainSurvey(PackDocument document) {
    this.document = document;
  }

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    document.chain().forEach(entry -> findings.add(finding(entry)));
    String filters = kinds(this::filters);
    findings.add(
        filters.isEmpty()
            ? Finding.warning(CHAIN, "no policy looks at answers: their chunks leave as they came")
            : Finding.ok(CHAIN, "chunks of answers are filtered by " + filters));
    String holders = kinds(this::holds);
    findings.add(
        holders.isEmpty()
            ? Finding.ok(CHAIN, "no policy holds a stream")
            : Finding.note(
                CHAIN,
                "every stream is held to its end by "
                    + holders
                    + ": clients wait as long as the answer is"));
    return findings;
  }

  private Finding finding(Entry entry) {
    String kind = entry.kind() + ": ";
    if (!document.pack().enabled()) {
      return Finding.warning(CHAIN, kind + "inert, the pack says `enabled: false`");
    }
    if (!entry.enabled()) {
      return Finding.warning(CHAIN, kind + "inert, its block says `enabled: false`");
    }
    Policy policy = entry.policy();
    boolean requests = !policy.input().isEmpty() || policy.prompt() != null;
    boolean answers = looksAtAnswers(policy);
    if (policy.audit() != null) {
      return Finding.ok(CHAIN, kind + "records what leaves the chain, holds nothing");
    }
    if (!requests && !answers) {
      return Finding.warning(CHAIN, kind + "inert, its settings leave it nothing to look for");
    }
    if (!answers) {
      return entry.bean().mode() == null
          ? Finding.ok(CHAIN, kind + "looks at requests alone; answers pass it by, by its nature")
          : Finding.note(
              CHAIN, kind + "looks at requests alone; its settings leave it nothing in answers");
    }
    return Finding.ok(
        CHAIN, kind + (requests ? "requests and answers, " : "answers, ") + how(entry));
  }

  private String how(Entry entry) {
    if (holds(entry)) {
      return "buffered: holds an answer until it is whole";
    }
    return entry.policy().output().isEmpty()
        ? "realtime: holds a tool call until its name is known"
        : "realtime: holds only what may still become part of a match";
  }

  private static boolean looksAtAnswers(Policy policy) {
    return !policy.output().isEmpty() || policy.answer() != null || policy.tools() != null;
  }

  private boolean runs(Entry entry) {
    return document.pack().enabled() && entry.enabled();
  }

  private boolean filters(Entry entry) {
    return runs(entry) && looksAtAnswers(entry.policy());
  }

  private boolean holds(Entry entry) {
    Policy policy = entry.policy();
    return runs(entry)
        && (policy.answer() != null || entry.mode() == Mode.BUFFERED && !policy.output().isEmpty());
  }

  private String kinds(Predicate<Entry> which) {
    return document.chain().stream()
        .filter(which)
        .map(Entry::kind)
        .collect(Collectors.joining(", "));
  }
}
