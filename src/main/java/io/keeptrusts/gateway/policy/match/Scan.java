package io.keeptrusts.gateway.policy.match;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One text going through a {@link Matcher}. One thread at a time. Positions are absolute UTF-16
 * indices in the text. What is reported, and in which order, depends on the text alone, not on how
 * it is cut. Takes linear time, and memory for the live threads only; a step that was taken before
 * by any scan of the matcher allocates nothing.
 */
public final class Scan {
  /** Ignored units in a row after which right conditions count as satisfied. */
  static final int LONGEST_GAP = 256;

  private static final int NONE = -1;
  private static final int CHECK_CAPS_EVERY = 64;

  /** Takes matches. */
  @FunctionalInterface
  public interface Sink {
    /**
     * A match of a rule covers the characters from {@code start} to {@code end}, exclusive; at most
     * as many as the rule's cap. The same span may be reported for several rules, a rule's spans
     * may overlap.
     */
    void match(int rule, long start, long end);

    /**
     * A body of a rule without validator went on past the rule's cap, and not every character of it
     * has been covered: what stands before its last {@code cap} characters is let go. Told at least
     * once for each such body, {@value #CHECK_CAPS_EVERY} characters late at most; not told of one
     * that the text ends before.
     */
    default void overflow(int rule) {}
  }

  private final Machine machine;
  private final Program program;
  private final char[] table;
  private final Reporter reporter;

  private Left left;
  private Config config;

  /** Both together, where that is kept; null: not looked up. */
  private @Nullable Spot spot;

  private final TailSet tails = new TailSet();
  private long[] starts = new long[8];

  /** Characters taken, without a pending high surrogate. */
  private long read;

  /** Index after the last symbol. */
  private long lastEnd;

  private int high = NONE;
  private int gap;
  private long safe;
  private long slides;
  private long steps;
  private long newestSlid = NONE;

  Scan(Machine machine) {
    this.machine = machine;
    program = machine.program;
    table = program.alphabet.table();
    reporter = new Reporter(program.rules);
    left = machine.initial();
    config = machine.empty();
    tails.begin(left.begins);
  }

  /**
   * Takes the next characters, {@code buf[from]} to {@code buf[to]} exclusive, and reports the
   * matches they complete. A high surrogate at the end waits for the next call.
   *
   * @param base position of {@code buf[0]}, so that {@code base + from} is {@link #position()};
   *     {@code buf} still holds all characters from {@link #safe()} on
   */
  public void feed(char[] buf, int from, int to, long base, Sink sink) {
    int i = from;
    long check = nextCheck(read);
    if (high != NONE && i < to) {
      i = secondHalf(buf, i, base, sink);
    }
    while (true) {
      read = base + i - (high != NONE ? 1 : 0);
      if (read >= check) {
        countSlides(sink);
        check = nextCheck(read);
      }
      if (i >= to) {
        break;
      }
      i = run(buf, i, (int) Math.min(to, check - base), to, base, sink);
    }
    safe = decided(buf, base);
  }

  private static long nextCheck(long position) {
    return (position | CHECK_CAPS_EVERY - 1) + 1;
  }

  /**
   * End of the text: right conditions see the end. {@code buf} holds everything from {@link
   * #safe()} on. Before another text, {@link #reset()}.
   */
  public void end(char[] buf, long base, Sink sink) {
    if (high != NONE) {
      int lone = high;
      high = NONE;
      symbol(program.alphabet.of(lone), read, read + 1, buf, base, sink);
      read++;
    }
    // what stands before a long gap was told with it, and may have been let go since
    for (int i = 0; i < config.threads.length && gap <= LONGEST_GAP; i++) {
      for (int rule : config.threads[i].pending) {
        if (machine.follows(rule, program.alphabet.end())) {
          report(rule, starts[i], lastEnd, buf, base, sink);
        }
      }
    }
    long taken = read;
    long slid = slides;
    reset();
    read = taken;
    safe = taken;
    slides = slid;
  }

  /** Characters taken. */
  public long position() {
    return high == NONE ? read : read + 1;
  }

  /**
   * Every character before it is decided: whatever follows, no match reported from now on covers
   * it. Never goes back, never inside a surrogate pair.
   */
  public long safe() {
    return safe;
  }

  /**
   * Whether some match reported from now on may cover a character before {@code limit} that has
   * been taken.
   */
  public boolean liveBefore(long limit) {
    return safe < limit && safe < read;
  }

  /**
   * How many bodies went on past their cap. Looked at every {@value #CHECK_CAPS_EVERY} characters.
   */
  public long slides() {
    return slides;
  }

  /**
   * Steps that its automata took: one for each character, one more for each tail of a left context
   * that is being read. What a guard on the cost of a set of rules looks at; {@link #reset()} does
   * not put it back.
   */
  public long steps() {
    return steps;
  }

  /** Makes this a scan of a new text. */
  public void reset() {
    left = machine.initial();
    config = machine.empty();
    spot = null;
    tails.clear();
    tails.begin(left.begins);
    read = 0;
    lastEnd = 0;
    high = NONE;
    gap = 0;
    safe = 0;
    slides = 0;
    newestSlid = NONE;
    reporter.reset();
  }

  /** Takes characters up to {@code stop}, one more if that is the second half of a pair. */
  private int run(char[] buf, int from, int stop, int to, long base, Sink sink) {
    int i = from;
    while (i < stop) {
      i = quiet(buf, i, stop, base);
      if (i < stop) {
        int symbol = table[buf[i]];
        if (symbol > Alphabet.SURROGATE) {
          symbol(symbol, base + i, base + i + 1, buf, base, sink);
          i++;
        } else {
          i = rare(buf, i, to, base, sink);
        }
      }
    }
    return i;
  }

  /**
   * Takes characters for as long as nothing is reported and no tail is read; that is most of the
   * text, so it is most of the time.
   */
  private int quiet(char[] buf, int from, int stop, long base) {
    Spot at = spot();
    if (at == null) {
      return from;
    }
    char[] classOf = table;
    int i = from;
    while (i < stop) {
      int symbol = classOf[buf[i]];
      if (symbol <= Alphabet.SURROGATE) {
        break;
      }
      Next known = at.next[symbol];
      Next next = known != null ? known : machine.step(at, symbol);
      if (next instanceof Spot to) {
        at = to;
      } else if (next instanceof Next.Move move) {
        move(move.from());
        at = move.to();
        if (move.birth()) {
          begin(move.from().length, base + i);
        }
      } else {
        break;
      }
      i++;
    }
    if (i > from) {
      left = at.left;
      config = at.config;
      lastEnd = base + i;
      gap = 0;
      steps += i - from;
    }
    spot = at;
    return i;
  }

  private @Nullable Spot spot() {
    if (spot == null && tails.size() == 0 && config.isKept()) {
      Spot known = config.spots.get(left.id);
      spot = known != null ? known : machine.spot(left, config);
    }
    return spot;
  }

  /** An ignored unit or a surrogate at {@code i}; returns the index after what was taken. */
  private int rare(char[] buf, int i, int to, long base, Sink sink) {
    char unit = buf[i];
    if (!Character.isSurrogate(unit)) {
      ignored(1, buf, base, sink);
      return i + 1;
    }
    if (!Character.isHighSurrogate(unit)) {
      symbol(program.alphabet.of(unit), base + i, base + i + 1, buf, base, sink);
      return i + 1;
    }
    if (i + 1 == to) {
      high = unit;
      return to;
    }
    if (!Character.isLowSurrogate(buf[i + 1])) {
      symbol(program.alphabet.of(unit), base + i, base + i + 1, buf, base, sink);
      return i + 1;
    }
    symbol(
        program.alphabet.of(Character.toCodePoint(unit, buf[i + 1])),
        base + i,
        base + i + 2,
        buf,
        base,
        sink);
    return i + 2;
  }

  private int secondHalf(char[] buf, int i, long base, Sink sink) {
    char first = (char) high;
    high = NONE;
    if (Character.isLowSurrogate(buf[i])) {
      symbol(
          program.alphabet.of(Character.toCodePoint(first, buf[i])),
          base + i - 1,
          base + i + 1,
          buf,
          base,
          sink);
      return i + 1;
    }
    symbol(program.alphabet.of(first), base + i - 1, base + i, buf, base, sink);
    return i;
  }

  private void symbol(int symbol, long from, long end, char[] buf, long base, Sink sink) {
    if (symbol == Alphabet.IGNORED) {
      ignored((int) (end - from), buf, base, sink);
      return;
    }
    steps += 1 + tails.size();
    spot = null;
    Step known = config.next(symbol);
    Step step = known != null ? known : machine.step(config, symbol);
    Left.Step knownLeft = left.next[symbol];
    Left.Step leftStep = knownLeft != null ? knownLeft : machine.step(left, symbol);
    if (step.reports()) {
      report(step, end, buf, base, sink);
    }
    if (!step.inPlace) {
      move(step.from);
    }
    config = step.to;
    if (leftStep.born() != null) {
      join(leftStep.born(), from, end, buf, base, sink);
    }
    left = leftStep.to();
    for (int i = 0; i < tails.size(); i++) {
      Body start = tails.get(i).start;
      if (start != null) {
        Body after = start.next[symbol];
        join(after != null ? after : machine.step(start, symbol), from, end, buf, base, sink);
      }
    }
    tails.step(machine, symbol);
    tails.begin(left.begins);
    lastEnd = end;
    gap = 0;
  }

  private void join(Body born, long start, long end, char[] buf, long base, Sink sink) {
    if (born == machine.deadBody || startedHere(born, start)) {
      return;
    }
    Config.Join known = config.joins.get(born.id);
    Config.Join join = known != null ? known : machine.join(config, born);
    if (join.news) {
      for (int rule : born.accepts) {
        report(rule, start, end, buf, base, sink);
      }
    }
    if (join.to != config) {
      begin(config.threads.length, start);
      config = join.to;
    }
  }

  private void ignored(int units, char[] buf, long base, Sink sink) {
    boolean within = gap <= LONGEST_GAP;
    gap = Math.min(gap + units, LONGEST_GAP + 1);
    if (within && gap > LONGEST_GAP) {
      for (int i = 0; i < config.threads.length; i++) {
        for (int rule : config.threads[i].pending) {
          report(rule, starts[i], lastEnd, buf, base, sink);
        }
      }
    }
  }

  /** Whether another tail has started the same already. */
  private boolean startedHere(Body born, long start) {
    for (int i = config.threads.length - 1; i >= 0 && starts[i] == start; i--) {
      if (config.threads[i] == born) {
        return true;
      }
    }
    return false;
  }

  /** A thread that has begun at {@code start} takes this place. */
  private void begin(int place, long start) {
    if (place >= starts.length) {
      starts = Arrays.copyOf(starts, 2 * place);
    }
    starts[place] = start;
  }

  private void move(int[] from) {
    for (int i = 0; i < from.length; i++) {
      starts[i] = starts[from[i]];
    }
  }

  private void report(Step step, long end, char[] buf, long base, Sink sink) {
    int[] settled = step.settled;
    for (int i = 0; i < settled.length && gap <= LONGEST_GAP; i += 2) {
      report(settled[i + 1], starts[settled[i]], lastEnd, buf, base, sink);
    }
    int[] accepted = step.accepted;
    for (int i = 0; i < accepted.length; i += 2) {
      report(accepted[i + 1], starts[accepted[i]], end, buf, base, sink);
    }
  }

  private void report(int rule, long start, long end, char[] buf, long base, Sink sink) {
    reporter.report(rule, start, end, buf, base, safe, sink);
  }

  private void countSlides(Sink sink) {
    if (config.threads.length == 0 || read - starts[0] < program.smallestCap) {
      return;
    }
    for (int i = 0; i < config.threads.length; i++) {
      for (int rule : config.threads[i].uncertain) {
        if (read - starts[i] > program.rules.get(rule).cap()) {
          sink.overflow(rule);
        }
      }
      int slide = config.threads[i].slide;
      if (slide > 0 && starts[i] > newestSlid && read - starts[i] >= slide) {
        slides++;
        newestSlid = starts[i];
      }
    }
  }

  /** Where the earliest match that may still come can begin. */
  private long decided(char[] buf, long base) {
    Body[] threads = config.threads;
    if (threads.length == 0) {
      return read;
    }
    // the next symbol ends behind the characters read; only undecided right conditions can end a
    // match before
    if (read + 1 - starts[0] <= threads[0].reach) {
      return starts[0];
    }
    long earliest = read;
    for (int i = 0; i < threads.length; i++) {
      Body thread = threads[i];
      long end = thread.pending.length > 0 && gap <= LONGEST_GAP ? lastEnd : read + 1;
      if (end - starts[i] <= thread.reach) {
        earliest = Math.min(earliest, starts[i]);
      } else if (thread.slide > 0 && end - thread.slide < earliest) {
        earliest = Math.min(earliest, Reporter.whole(end - thread.slide, buf, base, safe));
      }
    }
    return earliest;
  }
}
