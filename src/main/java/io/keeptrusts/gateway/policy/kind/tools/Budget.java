package io.keeptrusts.gateway.policy.kind.tools;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many tools a conversation has called, and may. One thread. */
public final class Budget {
  private static final String DEFAULT = "default";

  private final @Nullable Integer most;
  private final Map<String, Integer> mostOf;
  private final Map<String, Integer> taken = new HashMap<>();
  private int all;

  /**
   * @param most calls of any tools; null: no limit
   * @param mostOf calls by tool, {@code default} for those not named
   */
  public Budget(@Nullable Integer most, Map<String, Integer> mostOf) {
    this.most = most;
    this.mostOf = mostOf;
  }

  /** Whether there is any limit. */
  public boolean limits() {
    return most != null || !mostOf.isEmpty();
  }

  /** Counts a call. */
  public void take(String name) {
    all++;
    taken.merge(name, 1, Integer::sum);
  }

  /** Whether no tool at all may be called any more. */
  public boolean spent() {
    return most != null && all >= most;
  }

  /** Whether this tool may be called once more. */
  public boolean leaves(String name) {
    Integer own = limit(name);
    return !spent() && (own == null || taken.getOrDefault(name, 0) < own);
  }

  /** Whether this part of a limit is used up. */
  public boolean reaches(int percent, String name) {
    Integer own = limit(name);
    return most != null && all * 100L >= (long) percent * most
        || own != null && taken.getOrDefault(name, 0) * 100L >= (long) percent * own;
  }

  private @Nullable Integer limit(String name) {
    return mostOf.containsKey(name) ? mostOf.get(name) : mostOf.get(DEFAULT);
  }
}
