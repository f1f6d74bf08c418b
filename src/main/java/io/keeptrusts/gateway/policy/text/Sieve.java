package io.keeptrusts.gateway.policy.text;

import io.keeptrusts.gateway.policy.match.Scan;
import io.keeptrusts.gateway.policy.text.Clusters.Cluster;
import java.nio.CharBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Decides a text character by character: hands what no continuation can change to its {@link
 * Outlet} and keeps the rest. Can be used for many texts, one after the other; a {@link #hit()}
 * ends them all.
 *
 * <p>Why the result does not depend on the cuts: a character passes only before {@link
 * Scan#safe()}, when no match can cover it any more; a marker leaves only when no live thread
 * reaches into its cluster, or when it is the same whatever joins. No surrogate pair is split,
 * because neither {@link Scan#safe()} nor the ends of a match stand inside one.
 *
 * <p>Memory: what the scan still looks at (the longest cap), and of a growing cluster at most
 * {@link Masking#LONGEST} characters if a marker shows a part of them, none otherwise.
 */
final class Sieve implements Scan.Sink {

  /** What a match in a text means. */
  enum Grain {
    /** Its characters are masked. */
    SPANS,
    /** The whole text is masked. */
    WHOLE,
    /** It may not be masked: the match blocks. */
    FORBIDDEN
  }

  private final TextRules rules;
  private final Outlet outlet;
  private final Scan scan;
  private final Chars kept = new Chars();
  private final Clusters clusters = new Clusters();
  private Grain grain = Grain.SPANS;
  private long taken;
  private long slid;
  private long gone;
  private boolean shown;
  private @Nullable Hit hit;
  private long hitEnd;
  private int hitRule;
  private int @Nullable [] counts;

  Sieve(TextRules rules, Outlet outlet) {
    this.rules = rules;
    this.outlet = outlet;
    scan = rules.scan();
  }

  @Nullable Hit hit() {
    return hit;
  }

  /** Starts the next text. */
  void restart(Grain meaning) {
    grain = meaning;
    slid += scan.slides();
    scan.reset();
    kept.clear();
    clusters.clear();
    taken = 0;
    gone = 0;
    shown = false;
  }

  /** A whole text of which every character is masked if one is. */
  void whole(char[] text, int from, int to, StringBuilder out) {
    restart(Grain.WHOLE);
    kept.add(text, from, to);
    taken = kept.size();
    scan.feed(kept.array(), kept.head(), kept.tail(), -kept.head(), this);
    end(out);
  }

  /**
   * Takes the next piece; true if it may leave as it is and nothing is kept: then the outlet has
   * not been called.
   */
  boolean take(char[] piece, int from, int to, StringBuilder out) {
    if (hit != null) return false;
    if (!kept.isEmpty()) {
      kept.add(piece, from, to);
      scan.feed(kept.array(), kept.tail() - (to - from), kept.tail(), gone - kept.head(), this);
      taken += to - from;
      if (hit == null) release(kept.array(), gone - kept.head(), false, out);
      kept.drop(kept.size() - (int) (taken - gone));
      return false;
    }
    long base = taken - from;
    taken += to - from;
    scan.feed(piece, from, to, base, this);
    if (hit != null) return false;
    if (clusters.isEmpty() && scan.safe() == taken) {
      gone = taken;
      return true;
    }
    release(piece, base, false, out);
    kept.add(piece, (int) (gone - base), to);
    return false;
  }

  /** The end of the text. */
  void end(StringBuilder out) {
    if (hit != null) return;
    scan.end(kept.array(), gone - kept.head(), this);
    if (hit == null) release(kept.array(), gone - kept.head(), true, out);
    kept.clear();
  }

  /**
   * The first blocking match to become known names the block. The scan tells of several that become
   * known with the same character in no order of ours: of these, the first in rule order does.
   */
  @Override
  public void match(int rule, long start, long end) {
    if (rules.blocks(rule) || grain == Grain.FORBIDDEN) {
      if (hit == null
          || (end == hitEnd
              && rule < hitRule
              && rules.knownAtEnd(rule) == rules.knownAtEnd(hitRule))) {
        hit = rules.hit(rule);
        hitEnd = end;
        hitRule = rule;
      }
    } else if (hit == null) {
      clusters.add(
          grain == Grain.WHOLE ? new Cluster(0, taken, rule) : new Cluster(start, end, rule));
    }
  }

  @Override
  public void overflow(int rule) {
    if (hit == null && rules.blocksOverflow(rule)) hit = rules.overflow(rule);
  }

  void counts(TextCheck.Counts sink) {
    if (counts == null) return;
    for (int i = 0; i < counts.length; i++) {
      var finding = rules.findings().get(i);
      if (counts[i] > 0) sink.count(finding.policy(), finding.label(), counts[i]);
    }
  }

  long slides() {
    return slid + scan.slides();
  }

  /**
   * Hands over all that is decided; {@code source[i]} is the character at position {@code base +
   * i}.
   */
  private void release(char[] source, long base, boolean ended, StringBuilder out) {
    long safe = ended ? taken : scan.safe();
    while (!clusters.isEmpty()) {
      var first = clusters.first();
      pass(source, base, Math.min(first.start(), safe), out);
      boolean closed = ended || !scan.liveBefore(first.end());
      if (!shown && (closed || (rules.certain(first.rule()) && !scan.liveBefore(first.start())))) {
        show(first, source, base, out);
      }
      if (!closed) {
        // what the marker may show stays until it does
        if (shown || !mirrored(first)) drop(Math.min(safe, first.end()), out);
        if (shown || gone <= first.start()) outlet.settle();
        return;
      }
      drop(first.end(), out);
      count(clusters.removeFirst());
      shown = false;
    }
    outlet.settle();
    pass(source, base, safe, out);
  }

  private void show(Cluster cluster, char[] source, long base, StringBuilder out) {
    shown = true;
    var known = rules.fixedMarker(cluster.rule());
    var marker = known != null ? known : rules.marker(cluster.rule(), span(cluster, source, base));
    outlet.mark(marker, grain == Grain.WHOLE, out);
  }

  private void count(Cluster cluster) {
    if (counts == null) counts = new int[rules.findings().size()];
    counts[rules.findingOf(cluster.rule())]++;
  }

  /** The characters of a cluster where a marker may show them, else as many stars. */
  private CharSequence span(Cluster cluster, char[] source, long base) {
    long length = cluster.end() - cluster.start();
    return mirrored(cluster)
        ? CharBuffer.wrap(source, (int) (cluster.start() - base), (int) length)
        : "*".repeat((int) Math.min(length, Masking.LONGEST + 1));
  }

  private boolean mirrored(Cluster cluster) {
    return rules.mirrors() && cluster.end() - cluster.start() <= Masking.LONGEST;
  }

  private void pass(char[] source, long base, long to, StringBuilder out) {
    if (to > gone) outlet.pass(source, (int) (gone - base), (int) (to - gone), out);
    gone = Math.max(gone, to);
  }

  private void drop(long to, StringBuilder out) {
    if (to > gone) outlet.drop((int) (to - gone), out);
    gone = Math.max(gone, to);
  }
}
