package io.keeptrusts.gateway.policy.kind.citation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The sentences of the sources, and which of them speak of what a claim speaks of. Building is
 * linear in the sources; a look-up costs at most {@link #MOST_HITS} steps for each word of the
 * claim, whatever the sources hold. One exchange, one thread.
 */
final class Evidence {
  /** Longer claims and sentences are looked at in parts: one part fits the bits of a long. */
  static final int LONGEST = 64;

  /** A word that stands in more sentences than this says little about where to look. */
  static final int MOST_HITS = 512;

  private static final int MOST_UNITS = 4;

  /** A sentence of a source, or a part of one. */
  record Unit(int source, Words words, int from, int to) {}

  private final Vocabulary vocabulary;
  private final List<Unit> units = new ArrayList<>();

  /** The first unit of each source; one more entry at the end. */
  private final int[] first;

  /** Units by stem: those of stem s are {@code posted[starts[s]..starts[s + 1]]}, ascending. */
  private int[] starts = new int[1];

  private int[] posted = new int[0];

  private final double[] scores;
  private int[] touched = new int[64];
  private long steps;

  Evidence(List<Words> sources, Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    first = new int[sources.size() + 1];
    for (int source = 0; source < sources.size(); source++) {
      first[source] = units.size();
      split(source, sources.get(source));
    }
    first[sources.size()] = units.size();
    scores = new double[units.size()];
    post();
  }

  private void split(int source, Words words) {
    int from = 0;
    for (Sentences.Span span : Sentences.of(words.text())) {
      int to = words.at(span.to());
      for (int part = from; part < to; part += LONGEST) {
        units.add(new Unit(source, words, part, Math.min(to, part + LONGEST)));
      }
      from = to;
    }
  }

  private void post() {
    int[] last = new int[vocabulary.size()];
    starts = new int[vocabulary.size() + 1];
    for (int pass = 0; pass < 2; pass++) {
      Arrays.fill(last, -1);
      int[] next = pass == 0 ? starts : Arrays.copyOf(starts, starts.length);
      for (int unit = 0; unit < units.size(); unit++) {
        Unit in = units.get(unit);
        for (int i = in.from(); i < in.to(); i++) {
          int stem = in.words().stem(i);
          if (in.words().isContent(i) && last[stem] != unit) {
            last[stem] = unit;
            if (pass == 0) {
              starts[stem + 1]++;
            } else {
              posted[next[stem]++] = unit;
            }
          }
        }
      }
      if (pass == 0) {
        for (int stem = 0; stem < vocabulary.size(); stem++) {
          starts[stem + 1] += starts[stem];
        }
        posted = new int[starts[vocabulary.size()]];
      }
    }
  }

  boolean isEmpty() {
    return units.isEmpty();
  }

  /** Steps made by look-ups so far. */
  long steps() {
    return steps;
  }

  /** How telling a word is: the rarer in the sources, the more. */
  double weight(int stem) {
    return Math.log(1 + (units.size() + 1.0) / (hits(stem) + 0.5));
  }

  private int hits(int stem) {
    return stem + 1 < starts.length ? starts[stem + 1] - starts[stem] : 0;
  }

  /**
   * The units that together say the most of a claim's words, at most four, the best one first.
   *
   * @param stems distinct stems of content words
   * @param sources ascending; which sources may speak
   */
  List<Unit> about(int[] stems, int[] sources) {
    List<Unit> found = new ArrayList<>();
    boolean[] said = new boolean[stems.length];
    while (found.size() < MOST_UNITS) {
      int best = best(stems, said, sources);
      if (best < 0) {
        break;
      }
      Unit unit = units.get(best);
      found.add(unit);
      for (int i = unit.from(); i < unit.to(); i++) {
        for (int s = 0; s < stems.length; s++) {
          said[s] |= unit.words().stem(i) == stems[s];
        }
      }
    }
    return found;
  }

  private int best(int[] stems, boolean[] said, int[] sources) {
    boolean any = sources.length == first.length - 1;
    int count = 0;
    for (int s = 0; s < stems.length; s++) {
      if (!said[s] && hits(stems[s]) > 0) {
        double weight = weight(stems[s]);
        int budget = MOST_HITS;
        int next = 0; // the sources are ascending, and so are the units
        for (int at = starts[stems[s]]; at < starts[stems[s] + 1] && budget > 0; budget--) {
          int unit = posted[at];
          int source = units.get(unit).source();
          while (!any && next < sources.length && sources[next] < source) {
            next++;
          }
          if (!any && next == sources.length) {
            break;
          }
          if (!any && sources[next] > source) {
            at = lower(stems[s], first[sources[next]]);
            continue;
          }
          if (scores[unit] == 0) {
            touched = count == touched.length ? Arrays.copyOf(touched, 2 * count) : touched;
            touched[count++] = unit;
          }
          scores[unit] += weight;
          at++;
          steps++;
        }
      }
    }
    int best = -1;
    for (int i = 0; i < count; i++) {
      if (best < 0
          || scores[touched[i]] > scores[best]
          || scores[touched[i]] == scores[best] && touched[i] < best) {
        best = touched[i];
      }
    }
    for (int i = 0; i < count; i++) {
      scores[touched[i]] = 0;
    }
    return best;
  }

  /** Where the units of a stem from {@code unit} on begin. */
  private int lower(int stem, int unit) {
    int found = Arrays.binarySearch(posted, starts[stem], starts[stem + 1], unit);
    return found >= 0 ? found : -found - 1;
  }
}
