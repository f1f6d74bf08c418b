package io.keeptrusts.gateway.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Writes one series. Records are appended by the owning thread alone; forcing and preparing are for
 * one other thread at a time. The monitor guards only the making of segments, and is free unless
 * the next one is just being prepared.
 */
final class ShardLog implements Shard {
  private static final Logger LOG = System.getLogger(AuditTrail.class.getName());
  private static final Duration BEFORE_NEXT_TRY = Duration.ofSeconds(1);
  private static final int POOLED = 256;
  private static final int POOLED_BYTES = 4096;

  private final Thread owner;
  private final Path dir;
  private final Series series;
  private final AuditSettings settings;
  private final AuditTrail.Options options;
  private final SegmentFiles files;

  private final Chain chain = new Chain();
  private final Micros micros = new Micros();
  private final Bytes body = new Bytes(1024);
  private final Bytes line = new Bytes(1024);
  private final ArrayDeque<Bytes> pool = new ArrayDeque<>();
  private long records;

  private int listed = -1;
  private volatile @Nullable Segment current;
  private @Nullable Segment spare;
  private final Queue<Segment> retired = new ConcurrentLinkedQueue<>();
  private @Nullable Instant failed;
  private volatile boolean rollable = true;
  private volatile boolean forceable = true;
  private volatile boolean closed;

  ShardLog(
      Thread owner,
      Path dir,
      Series series,
      AuditSettings settings,
      AuditTrail.Options options,
      SegmentFiles files) {
    this.owner = owner;
    this.dir = dir;
    this.series = series;
    this.settings = settings;
    this.options = options;
    this.files = files;
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
    return owner.isAlive();
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
    if (Thread.currentThread() != owner) {
      throw new IllegalStateException(
          "the audit shard of " + owner.getName() + " was used on another thread");
    }
    int need = to - from + Chain.SEAL + 32;
    if (need > options.segmentBytes() / 8 * 7) {
      throw new AuditException(
          "an audit record of " + need + " bytes is too long for a segment", null);
    }
    Segment segment = current;
    if (segment == null || segment.free() < need) {
      segment = roll();
    }
    write(segment, members, from, to);
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

  private Segment roll() {
    Segment next = nextSegment();
    Bytes header = new Bytes(512).ascii("\"t\":\"");
    micros.write(options.clock().instant(), header);
    header
        .ascii("\",\"k\":\"segment\",\"series\":")
        .quoted(series.name())
        .ascii(",\"segment\":")
        .number(next.number());
    header.ascii(",\"thread\":").quoted(owner.getName()).ascii(",\"chain\":");
    if (settings.immutable()) {
      header.quoted("sha256").ascii(",\"prev\":").quoted(chain.last());
    } else {
      header.quoted("none");
    }
    write(next, header.array(), 0, header.size());
    return next;
  }

  private synchronized Segment nextSegment() {
    Segment next = spare == null ? create() : spare;
    spare = null;
    // In this order, see firstLive(): at no moment the old one is neither current nor retired.
    if (current != null) {
      retired.add(current);
    }
    current = next;
    return next;
  }

  /**
   * Makes the next segment when more than half of the current one is used, so that the owning
   * thread need not wait for the disk.
   */
  synchronized void prepare() {
    Segment segment = current;
    boolean wanted = segment == null || segment.halfFull() || !rollable;
    if (closed || spare != null || !wanted) {
      return;
    }
    failed = null;
    try {
      spare = create();
    } catch (AuditException e) {
      LOG.log(Level.WARNING, "{0}: {1}", series.name(), e.getMessage());
    }
  }

  /** A full disk is not asked again for every record: making a segment writes it whole. */
  private Segment create() {
    Segment segment = current;
    int number = segment == null ? 0 : segment.number() + 1;
    Instant now = options.clock().instant();
    if (closed) {
      throw new AuditException("the audit trail is closed", null);
    }
    if (failed != null && now.isBefore(failed.plus(BEFORE_NEXT_TRY))) {
      throw new AuditException("no audit segment could be made a moment ago", null);
    }
    try {
      Segment created =
          Segment.create(files, series.segment(dir, number), number, options.segmentBytes());
      failed = null;
      rollable = true;
      return created;
    } catch (IOException e) {
      failed = now;
      rollable = false;
      throw new AuditException("the next audit segment cannot be made in " + dir + ": " + e, e);
    }
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
    closed = true;
    if (current != null) {
      retired.add(current);
    }
    if (spare != null) {
      retired.add(spare);
      spare = null;
    }
    force();
  }
}
