package io.keeptrusts.gateway.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a model answers, in no provider's words. The pieces are what a stream says at a time. */
record Answer(List<Part> parts, Counts counts, End end) {

  /** Why it ended. */
  enum End {
    STOP,
    CALLS,
    LENGTH,
    FILTER
  }

  /** One thing after the other. */
  sealed interface Part {}

  record Text(List<String> pieces) implements Part {}

  /**
   * @param seal what the provider wants back with it
   */
  record Thought(List<String> pieces, String seal) implements Part {}

  record Refusal(List<String> pieces) implements Part {}

  /**
   * @param pieces of the arguments, JSON text
   */
  record Call(String id, String name, List<String> pieces) implements Part {
    String arguments() {
      return String.join("", pieces);
    }
  }

  /** Tokens; null: the provider does not count them. */
  record Counts(long prompt, long completion, @Nullable Long cached, @Nullable Long reasoning) {}

  /** What not every provider has. */
  enum Can {
    /** Says what it thinks. */
    THINK,
    /** Refuses in words of their own. */
    REFUSE,
    /** Counts tokens that came from a cache. */
    COUNT_CACHED,
    /** Counts tokens of reasoning. */
    COUNT_REASONING
  }

  /** An answer that ends as its parts suggest. */
  static Answer of(Part... parts) {
    boolean calls = List.of(parts).stream().anyMatch(Call.class::isInstance);
    return new Answer(List.of(parts), new Counts(30, 20, 8L, 5L), calls ? End.CALLS : End.STOP);
  }

  static Text text(String... pieces) {
    return new Text(List.of(pieces));
  }

  static Thought thought(String... pieces) {
    return new Thought(List.of(pieces), "c2VhbCBvZiB0aGUgdGhvdWdodA==");
  }

  static Refusal refusal(String... pieces) {
    return new Refusal(List.of(pieces));
  }

  /** Its id is one that every provider takes. */
  static Call call(int number, String name, String... pieces) {
    return new Call("callAbc0" + number, name, List.of(pieces));
  }

  Answer ending(End other) {
    return new Answer(parts, counts, other);
  }

  /** What of it a provider can say. */
  Answer within(Set<Can> can) {
    List<Part> kept = new ArrayList<>(parts);
    if (!can.contains(Can.THINK)) {
      kept.removeIf(Thought.class::isInstance);
    }
    if (!can.contains(Can.REFUSE)) {
      kept.removeIf(Refusal.class::isInstance);
    }
    return new Answer(
        kept,
        new Counts(
            counts.prompt,
            counts.completion,
            can.contains(Can.COUNT_CACHED) ? counts.cached : null,
            can.contains(Can.COUNT_REASONING) ? counts.reasoning : null),
        end);
  }

  /** The same in other words: each part's text as a whole is changed. */
  Answer with(UnaryOperator<String> change) {
    List<Part> changed = new ArrayList<>();
    for (Part part : parts) {
      changed.add(
          switch (part) {
            case Text(List<String> pieces) -> new Text(whole(pieces, change));
            case Thought(List<String> pieces, String seal) ->
                new Thought(whole(pieces, change), seal);
            case Refusal(List<String> pieces) -> new Refusal(whole(pieces, change));
            case Call(String id, String name, List<String> pieces) ->
                new Call(id, name, whole(pieces, change));
          });
    }
    return new Answer(changed, counts, end);
  }

  private static List<String> whole(List<String> pieces, UnaryOperator<String> change) {
    return List.of(change.apply(String.join("", pieces)));
  }
}
