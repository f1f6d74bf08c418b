package io.keeptrusts.gateway.audit;

import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Reads the records of all series of a directory, also while they are written, from where it
 * stopped the last time: the files are the buffer, the position is all that is kept. What is read
 * again after a crash was perhaps sent before: at least once. Single thread; not for an event loop.
 */
public final class TrailTail {
  private static final int PROBE = 4096;
  private static final int PRECISION = 64 << 10;

  /**
   * A record.
   *
   * @param number in its series
   * @param bytes the line, without line feed
   */
  public record Line(String series, long number, byte[] bytes) {}

  /** Records of a series that were not read: passed over, or removed by retention before. */
  public record Gap(String series, long from, long count) {}

  private final Path dir;
  private final Positions positions;
  private final List<Gap> gaps = new ArrayList<>();
  private SortedMap<Series, Positions.Mark> read = new TreeMap<>();
  private SortedMap<Series, SortedSet<Integer>> listed = new TreeMap<>();
  private int first;

  /**
   * Goes on from the positions that {@code file} holds; where there is no such file, from the end
   * of what there is now, which is kept in it at once.
   */
  public TrailTail(Path dir, Path file) throws IOException {
    this.dir = dir;
    boolean known = Files.exists(file);
    this.positions = new Positions(file);
    listed = Series.list(dir);
    if (!known) {
      for (var entry : listed.entrySet()) {
        positions.put(entry.getKey(), end(entry.getKey(), entry.getValue()));
      }
      positions.save();
    }
  }

  private Positions.Mark end(Series series, SortedSet<Integer> segments) throws IOException {
    Positions.Mark mark = start(segments);
    return advance(series, mark, line -> true);
  }

  /**
   * The next records, oldest of each series first; empty if there are none. They count as read when
   * {@link #done} is called, and come again otherwise.
   */
  public List<Line> next(int mostRecords, int mostBytes) throws IOException {
    List<Line> lines = new ArrayList<>();
    read = new TreeMap<>();
    gaps.clear();
    listed = Series.list(dir);
    List<Series> turn = new ArrayList<>(listed.keySet());
    Collections.rotate(turn, -(first++ % Math.max(1, turn.size())));
    int[] room = {mostBytes};
    for (Series series : turn) {
      Positions.Mark from = mark(series);
      Positions.Mark to =
          advance(
              series,
              from,
              line -> {
                boolean fits =
                    lines.isEmpty() || lines.size() < mostRecords && room[0] > line.length;
                if (fits) {
                  lines.add(new Line(series.name(), Chain.number(line), line));
                  room[0] -= line.length;
                }
                return fits;
              });
      if (!to.equals(from)) {
        read.put(series, to);
      }
    }
    return lines;
  }

  /** What {@link #next} gave needs not be given again. */
  public void done() {
    read.forEach(positions::put);
    read = new TreeMap<>();
  }

  /** What {@link #next} found missing on its way. */
  public List<Gap> gaps() {
    return List.copyOf(gaps);
  }

  /** Makes what is {@link #done} survive the process. */
  public void save() throws IOException {
    positions.retain(listed.keySet());
    positions.save();
  }

  /** Bytes that were written and not read, a little more perhaps: 64 KiB per series at most. */
  public long lag() throws IOException {
    long lag = 0;
    for (var entry : Series.list(dir).entrySet()) {
      Positions.Mark mark = mark(entry.getKey());
      for (int segment : entry.getValue().tailSet(mark.segment())) {
        long from = segment == mark.segment() ? mark.offset() : 0;
        lag += content(entry.getKey().segment(dir, segment), from) - from;
      }
    }
    return lag;
  }

  /** Passes over the oldest records, as many as bring the lag down to {@code most} bytes. */
  public List<Gap> skip(long most) throws IOException {
    List<Gap> skipped = new ArrayList<>();
    long[] excess = {lag() - most};
    listed = Series.list(dir);
    for (Series series : listed.keySet()) {
      Positions.Mark from = mark(series);
      Positions.Mark to =
          advance(
              series,
              from,
              line -> {
                boolean over = excess[0] > 0;
                excess[0] -= over ? line.length + 1 : 0;
                return over;
              });
      if (to.number() > from.number()) {
        skipped.add(new Gap(series.name(), from.number(), to.number() - from.number()));
      }
      positions.put(series, to);
    }
    return skipped;
  }

  private Positions.Mark mark(Series series) {
    Positions.Mark mark = positions.get(series);
    return mark != null ? mark : start(listed.getOrDefault(series, Collections.emptySortedSet()));
  }

  private static Positions.Mark start(SortedSet<Integer> segments) {
    return new Positions.Mark(segments.isEmpty() ? 0 : segments.first(), 0, 0);
  }

  /** Gives the lines from a mark on to {@code taker}, until it declines one; where that is. */
  private Positions.Mark advance(Series series, Positions.Mark from, Predicate<byte[]> taker)
      throws IOException {
    SortedSet<Integer> segments = listed.getOrDefault(series, Collections.emptySortedSet());
    Positions.Mark mark = from;
    while (true) {
      // Listed before the segment is read: when another follows, nothing is added to this one.
      SortedSet<Integer> later = segments.tailSet(mark.segment() + 1);
      Step step;
      try {
        step = lines(series, mark, taker);
      } catch (NoSuchFileException e) {
        step = new Step(mark, true); // retention was here
      }
      mark = step.to();
      if (!step.more() || later.isEmpty()) {
        return mark;
      }
      mark = new Positions.Mark(later.first(), 0, mark.number());
    }
  }

  private record Step(Positions.Mark to, boolean more) {}

  private Step lines(Series series, Positions.Mark from, Predicate<byte[]> taker)
      throws IOException {
    long offset = from.offset();
    long number = from.number();
    try (LineReader in = new LineReader(series.segment(dir, from.segment()), offset)) {
      while (in.next() == LineReader.Kind.LINE) {
        byte[] line = Arrays.copyOfRange(in.array(), in.from(), in.to());
        if (!taker.test(line)) {
          return new Step(new Positions.Mark(from.segment(), offset, number), false);
        }
        long is = Chain.number(line);
        if (is > number) {
          gaps.add(new Gap(series.name(), number, is - number));
        }
        number = is + 1;
        offset = in.offset();
      }
    }
    return new Step(new Positions.Mark(from.segment(), offset, number), true);
  }

  /** About where the zeros begin, at or after {@code from}. */
  private static long content(Path segment, long from) throws IOException {
    try (var channel = FileChannel.open(segment, READ)) {
      long low = from;
      long high = channel.size();
      if (low >= high || isBlank(channel, low, 1)) {
        return low;
      }
      if (!isBlank(channel, high - 1, 1)) {
        return high;
      }
      while (high - low > PRECISION) {
        long middle = (low + high) / 2;
        if (isBlank(channel, middle, PROBE)) {
          high = middle;
        } else {
          low = middle;
        }
      }
      return high;
    } catch (NoSuchFileException e) {
      return from;
    }
  }

  private static boolean isBlank(FileChannel channel, long at, int bytes) throws IOException {
    ByteBuffer probe = ByteBuffer.allocate(bytes);
    channel.read(probe, at);
    for (int i = 0; i < probe.position(); i++) {
      if (probe.get(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
