package io.keeptrusts.gateway.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Writes one series. Records are appended by the owning thread alone; forcing and preparing are for
 * one other thread at a time. The monitor guards the moment in which a segment follows another, and
 * is never held while one is written.
 *
 * <p>The owning thread takes a segment that was written ahead: that costs one rename. Where none is
 * ready it does not wait for one: it writes a small one itself ({@link Blanks#FIRST} bytes, some
 * 100 microseconds).
 */
final class ShardLog implements Shard {
  private static final Logger LOG = System.getLogger(AuditTrail.class.getName());
  private static final int HEADER = 1024;
  private static final int POOLED = 256;
  private static final int POOLED_BYTES = 4096;

  private final @Nullable Thread owner;
  private final Path dir;
  private final Series series;
  private final AuditSettings settings;
  private final AuditTrail.Options options;
  private final Blanks blanks;

  private final Chain chain = new Chain();
  private final Micros micros = new Micros();
  private final Bytes body = new Bytes(1024);
  private final Bytes line = new Bytes(1024);
  private final ArrayDeque<Bytes> pool = new ArrayDeque<>();
  private long records;

  private int listed = -1;
  private volatile @Nullable Segment current;
  private @Nullable Segment spare;
  private @Nullable SeriesEnd lastEnd;
  private final Queue<Segment> retired = new ConcurrentLinkedQueue<>();
  private @Nullable Segment watched;
  private Instant watchedSince = Instant.MIN;
  private volatile boolean rollDue;
  private volatile boolean rollable = true;
  private volatile boolean forceable = true;
  private volatile boolean closed;

  /**
   * @param owner who alone may append; null: whoever holds the trail's monitor
   */
  ShardLog(
      @Nullable Thread owner,
      Path dir,
      Series series,
      AuditSettings settings,
      AuditTrail.Options options,
      Blanks blanks) {
    this.owner = owner;
    this.dir = dir;
    this.series = series;
    this.settings = settings;
    this.options = options;
    this.blanks = blanks;
  }

  @Override
  public Session open(Head head) {
    Recording recording = new Recording(this, settings, head);
    recording.begin(head);
    return recording;
  }

  Series series() {
    return series;
  }

  boolean ownerLives() {
    return owner == null || owner.isAlive();
  }

  boolean healthy() {
    return rollable && forceable;
  }

  /**
   * Staged bytes that one record holds at most, chosen so that a record fits into any segment,
   * whatever had to be escaped.
   */
  int recordLimit() {
    return (int) Math.min(128 << 10, options.segmentBytes() / 8);
  }

  /** The scratch for the next record, beginning with its time. */
  Bytes begin() {
    body.clear().ascii("\"t\":\"");
    micros.write(options.clock().instant(), body);
    return body.put('"');
  }

  Bytes borrow() {
    Bytes pooled = pool.poll();
    return pooled == null ? new Bytes(512) : pooled;
  }

  void giveBack(Bytes buffer) {
    if (pool.size() < POOLED && buffer.capacity() <= POOLED_BYTES) {
      pool.push(buffer.clear());
    }
  }

  /** Appends a record: the members that follow its number, without braces. */
  void append(byte[] members, int from, int to) {
    if (owner != null && Thread.currentThread() != owner) {
      throw new IllegalStateException(
          "the audit shard of " + owner.getName() + " was used on another thread");
    }
    write(room(to - from), members, from, to);
  }

  /** The segment that the next record goes to: it has room for {@code bytes} of members. */
  private Segment room(int bytes) {
    int need = bytes + Chain.SEAL + 32;
    if (need > options.segmentBytes() / 8 * 7) {
      throw new AuditException(
          "an audit record of " + need + " bytes is too long for a segment", null);
    }
    Segment segment = current;
    boolean full = segment == null || segment.free() < need;
    return full || rollDue ? roll(need) : Objects.requireNonNull(segment);
  }

  /** The hash that a record of {@code bytes} members would follow. */
  byte[] before(int bytes) {
    room(bytes);
    return chain.lastBytes();
  }

  private void write(Segment segment, byte[] members, int from, int to) {
    line.clear().ascii("{\"n\":").number(records).put(',').put(members, from, to);
    if (settings.immutable()) {
      chain.seal(line);
    } else {
      line.put('}');
    }
    segment.append(line);
    if (settings.immutable()) {
      chain.advance();
    }
    records++;
  }

  private Segment roll(int need) {
    Segment next = nextSegment(need + HEADER);
    Bytes header = new Bytes(512).ascii("\"t\":\"");
    micros.write(options.clock().instant(), header);
    header
        .ascii("\",\"k\":\"segment\",\"series\":")
        .quoted(series.name())
        .ascii(",\"segment\":")
        .number(next.number());
    String name = owner == null ? "notary" : owner.getName();
    header.ascii(",\"thread\":").quoted(name).ascii(",\"chain\":");
    if (settings.immutable()) {
      header.quoted("sha256").ascii(",\"prev\":").quoted(chain.last());
    } else {
      header.quoted("none");
    }
    write(next, header.array(), 0, header.size());
    return next;
  }

  private synchronized Segment nextSegment(int atLeast) {
    if (closed) {
      throw new AuditException("the audit trail is closed", null);
    }
    Segment last = current;
    int number = last == null ? 0 : last.number() + 1;
    Segment next = ready(atLeast);
    try {
      if (next == null) {
        next = blanks.writeNow(atLeast);
      }
      next.place(series.segment(dir, number), number);
    } catch (IOException e) {
      rollable = false;
      if (next != null) {
        next.discard();
      }
      throw new AuditException("the next audit segment cannot be made in " + dir + ": " + e, e);
    }
    rollable = true;
    rollDue = false;
    // In this order, see firstLive(): at no moment the old one is neither current nor retired.
    if (last != null) {
      retired.add(last);
    }
    current = next;
    return next;
  }

  private @Nullable Segment ready(int atLeast) {
    Segment next = spare == null ? blanks.poll() : spare;
    spare = null;
    if (next != null && next.size() < atLeast) {
      next.discard();
      return null;
    }
    return next;
  }

  /**
   * Writes the next segment when more than half of the current one is used, or it is young and
   * small, so that the owning thread need not; and lets one that has its age end.
   */
  void prepare() {
    Segment segment = current;
    if (isOld(segment)) {
      rollDue = true;
    }
    boolean wanted =
        segment == null
            || segment.halfFull()
            || segment.size() < options.segmentBytes()
            || rollDue
            || !rollable;
    if (closed || !wanted || hasSpare()) {
      return;
    }
    Segment made;
    try {
      made = blanks.write(blanks.size(segment == null ? 0 : segment.number() + 1));
    } catch (IOException e) {
      rollable = false;
      LOG.log(Level.WARNING, "{0}: no segment can be made: {1}", series.name(), e.getMessage());
      return;
    }
    rollable = true;
    offer(made);
  }

  private boolean isOld(@Nullable Segment segment) {
    Instant now = options.clock().instant();
    if (segment != watched) {
      watched = segment;
      watchedSince = now;
    }
    return segment != null && now.isAfter(watchedSince.plus(options.rollEvery()));
  }

  private synchronized boolean hasSpare() {
    return spare != null;
  }

  private synchronized void offer(Segment made) {
    if (closed || spare != null) {
      made.discard();
    } else {
      spare = made;
    }
  }

  /** How far the series has come by now; null before its first record, or if nothing is sealed. */
  @Nullable SeriesEnd end() {
    Segment segment = current;
    SeriesEnd end =
        segment == null || closed
            ? null
            : SeriesEnd.of(series.name(), segment.number(), segment.lastLine());
    if (end != null) {
      lastEnd = end;
    }
    return lastEnd;
  }

  /**
   * Number of the first segment that is still mapped; what is before it will not change any more.
   */
  int firstLive() {
    Segment newest = current;
    Segment oldest = retired.peek();
    return oldest != null ? oldest.number() : newest != null ? newest.number() : 0;
  }

  void force() {
    try {
      finishRetired();
      Segment segment = closed ? null : current;
      if (segment != null) {
        segment.force();
        if (segment.number() > listed) {
          forceDirectory();
          listed = segment.number();
        }
      }
      forceable = true;
    } catch (IOException | UncheckedIOException e) {
      forceable = false;
      LOG.log(Level.WARNING, "{0} could not be forced to disk: {1}", series.name(), e.toString());
    }
  }

  private void finishRetired() throws IOException {
    for (Segment done = retired.peek(); done != null; done = retired.peek()) {
      try {
        done.finish();
      } finally {
        retired.remove();
      }
    }
  }

  // A file that its directory does not list yet would be lost with all its records.
  private void forceDirectory() throws IOException {
    try (var directory = FileChannel.open(dir)) {
      directory.force(true);
    }
  }

  /** Finishes all segments. Whoever still appends gets an {@link AuditException}. */
  synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (spare != null) {
      spare.discard();
      spare = null;
    }
    Segment last = current;
    if (last != null) {
      retired.add(last);
    }
    force();
    if (last != null && settings.immutable()) {
      readEnd(last.number());
    }
  }

  private void readEnd(int number) {
    try {
      byte[] line = SegmentTail.lastLine(series.segment(dir, number));
      SeriesEnd end = SeriesEnd.of(series.name(), number, line);
      lastEnd = end == null ? lastEnd : end;
    } catch (IOException e) {
      LOG.log(Level.WARNING, "{0}: its end cannot be read: {1}", series.name(), e.toString());
    }
  }
}
