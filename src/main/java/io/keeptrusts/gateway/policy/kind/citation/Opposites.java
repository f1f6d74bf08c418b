package io.keeptrusts.gateway.policy.kind.citation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Words that say the opposite of each other: {@code rose} and {@code fell}, {@code legal} and
 * {@code illegal}.
 */
final class Opposites {
  private static final Map<String, Set<String>> OPPOSITES =
      opposites(
          "increase/decrease/decline/drop/fall/reduce",
          "increased/decreased/declined/fell/reduced",
          "increases/decreases/declines/falls/reduces",
          "rise/fall/drop",
          "rose/fell/dropped",
          "rises/falls/drops",
          "grew/shrank/fell/declined",
          "gain/loss",
          "gained/lost",
          "profit/loss",
          "higher/lower",
          "high/low",
          "highest/lowest",
          "more/less/fewer",
          "most/least",
          "before/after",
          "always/never",
          "allowed/forbidden/prohibited/banned",
          "allow/forbid/prohibit/ban",
          "allows/forbids/prohibits/bans",
          "permitted/forbidden/prohibited",
          "accept/reject/refuse",
          "accepted/rejected/refused",
          "accepts/rejects/refuses",
          "approved/rejected/denied",
          "win/lose",
          "won/lost",
          "first/last",
          "largest/smallest",
          "larger/smaller",
          "bigger/smaller",
          "biggest/smallest",
          "longer/shorter",
          "longest/shortest",
          "oldest/youngest/newest",
          "older/younger/newer",
          "north/south",
          "northern/southern",
          "east/west",
          "eastern/western",
          "male/female",
          "maximum/minimum",
          "above/below",
          "open/closed",
          "opened/closed",
          "start/end",
          "started/ended",
          "began/ended",
          "success/failure",
          "succeeded/failed",
          "safe/dangerous",
          "true/false",
          "guilty/innocent",
          "left/right",
          "buy/sell",
          "bought/sold",
          "hot/cold",
          "early/late",
          "earlier/later",
          "public/private",
          "required/optional",
          "mandatory/optional/voluntary",
          "include/exclude",
          "includes/excludes",
          "included/excluded",
          "upheld/overturned/reversed",
          "steigt/sinkt",
          "stieg/sank",
          "agree/disagree",
          "agrees/disagrees",
          "agreed/disagreed",
          "approves/disapproves",
          "appeared/disappeared",
          "proved/disproved",
          "connected/disconnected");

  private static final List<String> DENYING = List.of("un", "in", "im", "il", "ir", "non");

  private Opposites() {}

  /** Whether one side says a word and only the other its opposite. In lower case. */
  static boolean between(Set<String> claimed, Set<String> said) {
    for (String word : claimed) {
      if (!said.contains(word)) {
        for (String opposite : OPPOSITES.getOrDefault(word, Set.of())) {
          if (said.contains(opposite) && !claimed.contains(opposite)) {
            return true;
          }
        }
        if (denied(word, claimed, said)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean denied(String word, Set<String> claimed, Set<String> said) {
    for (String prefix : DENYING) {
      String with = prefix + word;
      String without = word.startsWith(prefix) ? word.substring(prefix.length()) : "";
      boolean denied = word.length() > 4 && said.contains(with) && !claimed.contains(with);
      boolean affirmed =
          without.length() > 4 && said.contains(without) && !claimed.contains(without);
      if (denied || affirmed) {
        return true;
      }
    }
    return false;
  }

  /** {@code a/b/c}: a is the opposite of b and of c, but b not of c. */
  private static Map<String, Set<String>> opposites(String... groups) {
    Map<String, Set<String>> opposites = new HashMap<>();
    for (String group : groups) {
      List<String> words = List.of(group.split("/"));
      for (String other : words.subList(1, words.size())) {
        opposites.computeIfAbsent(words.getFirst(), _ -> new HashSet<>()).add(other);
        opposites.computeIfAbsent(other, _ -> new HashSet<>()).add(words.getFirst());
      }
    }
    return Map.copyOf(opposites);
  }
}
