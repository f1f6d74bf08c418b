package io.keeptrusts.gateway.policy.kind.citation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a claim says almost what a source says, but not the same: another number, another name, the
 * opposite. Such a claim shares most of its words with the source, so that no measure of likeness
 * sees it.
 */
final class Conflicts {

  /** What differs. */
  enum Conflict {
    NUMBER,
    NAME,
    POLARITY
  }

  /** How much of a claim, besides what is looked at, the source's sentence must say. */
  private static final double ALIGNED = 0.5;

  private static final double CLOSELY = 0.75;

  /** Small whole numbers are also what one counts oneself. */
  private static final int COUNTED = 12;

  private static final int INTERJECTION = 4;

  private final Words answer;
  private final int from;
  private final int to;
  private final List<Evidence.Unit> units;
  private final Evidence.Unit best;
  private final Map<Integer, Integer> places = new HashMap<>();

  private Conflicts(Words answer, int from, int to, List<Evidence.Unit> units) {
    this.answer = answer;
    this.from = behindInterjection(answer, from, to);
    this.to = to;
    this.units = units;
    best = units.getFirst();
    for (int i = best.from(); i < best.to(); i++) {
      places.putIfAbsent(best.words().stem(i), i);
    }
  }

  /**
   * {@code Yes, ...}, {@code No, not really, ...}: what answers the user is no part of the claim.
   */
  private static int behindInterjection(Words answer, int from, int to) {
    int start = from;
    for (int i = from; i < Math.min(to - 1, start + INTERJECTION); i++) {
      if (answer.isContent(i) && !answer.is(i, Vocabulary.OPINION)) {
        break;
      }
      if (answer.text().substring(answer.to(i), answer.from(i + 1)).contains(",")) {
        start = i + 1;
      }
    }
    return start;
  }

  /**
   * @param units the sentences that speak of the same as the claim, the best first
   * @return the first kind of conflict, null if there is none
   */
  static @Nullable Conflict of(Words answer, int from, int to, List<Evidence.Unit> units) {
    if (units.isEmpty()) {
      return null;
    }
    Conflicts conflicts = new Conflicts(answer, from, to, units);
    return conflicts.number()
        ? Conflict.NUMBER
        : conflicts.name()
            ? Conflict.NAME
            : conflicts.polarity() || conflicts.opposite() ? Conflict.POLARITY : null;
  }

  private enum Besides {
    NUMBERS,
    NAMES,
    NOTHING
  }

  /** The share of the claim's content words that the best sentence says. */
  private double alignment(Besides besides) {
    int all = 0;
    int met = 0;
    for (int i = from; i < to; i++) {
      boolean left =
          switch (besides) {
            case NUMBERS -> answer.isNumber(i);
            case NAMES -> isName(answer, i, from);
            case NOTHING -> false;
          };
      if (answer.isContent(i) && !left) {
        all++;
        met += places.containsKey(answer.stem(i)) ? 1 : 0;
      }
    }
    return all < 2 || met < 2 && all > 2 ? 0 : (double) met / all;
  }

  private boolean number() {
    List<Numbers.Amount> claimed = Numbers.of(answer, from, to, false);
    double aligned = claimed.isEmpty() ? 0 : alignment(Besides.NUMBERS);
    if (aligned < ALIGNED) {
      return false;
    }
    List<Numbers.Amount> near = numbers(best);
    List<Numbers.Amount> around = new ArrayList<>();
    units.forEach(unit -> around.addAll(numbers(unit)));
    for (Numbers.Amount number : claimed) {
      if (near.stream().anyMatch(said -> said.isSaidBy(number))) {
        continue;
      }
      boolean elsewhere = around.stream().anyMatch(said -> said.isSaidBy(number));
      boolean instead =
          near.stream()
              .anyMatch(
                  said ->
                      said.isYear() == number.isYear()
                          && claimed.stream().noneMatch(said::isSaidBy));
      boolean counted = number.spelt() || number.value() <= COUNTED;
      if (elsewhere ? instead && aligned > 0.9 : instead || !counted) {
        return true;
      }
    }
    return false;
  }

  private static List<Numbers.Amount> numbers(Evidence.Unit unit) {
    return Numbers.of(unit.words(), unit.from(), unit.to(), true);
  }

  private static boolean isName(Words words, int i, int start) {
    return i > start && words.isCapital(i) && words.isContent(i) && !words.isNumber(i);
  }

  private boolean name() {
    if (alignment(Besides.NAMES) >= ALIGNED) {
      Set<Integer> around = new HashSet<>();
      for (Evidence.Unit unit : units) {
        for (int i = unit.from(); i < unit.to(); i++) {
          around.add(unit.words().stem(i));
        }
      }
      for (int i = from; i < to; i++) {
        boolean initial =
            i == from
                && answer.isCapital(i)
                && answer.isContent(i)
                && !answer.is(i, Vocabulary.OPINION);
        if ((initial || isName(answer, i, from))
            && !places.containsKey(answer.stem(i))
            && !besideAKnownName(i)
            && (!around.contains(answer.stem(i)) || alignment(Besides.NAMES) > 0.9)
            && otherName(initial)) {
          return true;
        }
      }
    }
    return turnedAround();
  }

  /** {@code Barack} in {@code Barack Obama}, where the source knows Obama. */
  private boolean besideAKnownName(int i) {
    boolean left = i > from && answer.isCapital(i - 1) && places.containsKey(answer.stem(i - 1));
    boolean right = i + 1 < to && answer.isCapital(i + 1) && places.containsKey(answer.stem(i + 1));
    return left || right;
  }

  /** A name in the source's sentence that the claim does not say; it may stand first. */
  private boolean otherName(boolean initial) {
    Set<Integer> claimed = new HashSet<>();
    for (int i = from; i < to; i++) {
      claimed.add(answer.stem(i));
    }
    Words words = best.words();
    for (int i = best.from(); i < best.to(); i++) {
      boolean first = i == best.from();
      boolean name =
          first ? words.isCapital(i) && words.isContent(i) : isName(words, i, best.from());
      // What only stands at the head of both may be any word.
      if (name && !(initial && first) && !claimed.contains(words.stem(i))) {
        return true;
      }
      if (name && initial && first && !claimed.contains(words.stem(i)) && namesBoth(words, i)) {
        return true;
      }
    }
    return false;
  }

  /** Two words or more at the head, all capital: a name on both sides. */
  private boolean namesBoth(Words words, int head) {
    return from + 1 < to
            && answer.isCapital(from + 1)
            && head + 1 < best.to()
            && words.isCapital(head + 1)
        || alignment(Besides.NOTHING) >= 0.6 && rest() == 1;
  }

  /** How many content words of the claim the best sentence does not say. */
  private int rest() {
    int rest = 0;
    for (int i = from; i < to; i++) {
      rest += answer.isContent(i) && !places.containsKey(answer.stem(i)) ? 1 : 0;
    }
    return rest;
  }

  /** A and B have changed places around the same word, and nobody says "by". */
  private boolean turnedAround() {
    for (int a = from; a < to; a++) {
      Integer farther = answer.isCapital(a) ? places.get(answer.stem(a)) : null;
      for (int b = a + 2; farther != null && b < Math.min(to, a + 12); b++) {
        Integer nearer = isName(answer, b, from) ? places.get(answer.stem(b)) : null;
        if (nearer != null
            && nearer < farther
            && best.words().isCapital(nearer)
            && best.words().isCapital(farther)
            && around(a, b, nearer, farther)
            && passive(answer, a, b) == passive(best.words(), nearer, farther)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean around(int a, int b, int nearer, int farther) {
    for (int i = a + 1; i < b; i++) {
      Integer place =
          answer.isContent(i) && !answer.isCapital(i) ? places.get(answer.stem(i)) : null;
      if (place != null && place > nearer && place < farther) {
        return true;
      }
    }
    return false;
  }

  private static boolean passive(Words words, int from, int to) {
    for (int i = from + 1; i < to; i++) {
      String word = words.word(i);
      if (word.equalsIgnoreCase("by") || word.equalsIgnoreCase("von") || word.equals("and")) {
        return true;
      }
    }
    return false;
  }

  /** One says no, the other does not, in the stretch that both share. */
  private boolean polarity() {
    if (alignment(Besides.NOTHING) < CLOSELY) {
      return false;
    }
    int low = Integer.MAX_VALUE;
    int high = -1;
    for (int i = from; i < to; i++) {
      Integer place = answer.isContent(i) ? places.get(answer.stem(i)) : null;
      if (place != null) {
        low = Math.min(low, place);
        high = Math.max(high, place);
      }
    }
    for (int back = 0; back < 3 && low > best.from() && !best.words().isContent(low - 1); back++) {
      low--;
    }
    return denials(answer, from, to) != denials(best.words(), low, high + 1);
  }

  private static boolean denials(Words words, int from, int to) {
    boolean denied = false;
    for (int i = from; i < to; i++) {
      boolean notOnly = i + 1 < to && words.word(i + 1).equalsIgnoreCase("only");
      denied ^= words.is(i, Vocabulary.NEGATION) && !notOnly;
    }
    return denied;
  }

  /** The claim says {@code rose} where the source says {@code fell}. */
  private boolean opposite() {
    if (alignment(Besides.NOTHING) < ALIGNED) {
      return false;
    }
    Set<String> claimed = strings(answer, from, to);
    Set<String> said = strings(best.words(), best.from(), best.to());
    return Opposites.between(claimed, said);
  }

  private static Set<String> strings(Words words, int from, int to) {
    Set<String> strings = new HashSet<>();
    for (int i = from; i < to; i++) {
      strings.add(words.word(i).toLowerCase(Locale.ROOT));
    }
    return strings;
  }
}
