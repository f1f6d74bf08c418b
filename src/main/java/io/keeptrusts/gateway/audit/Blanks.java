package io.keeptrusts.gateway.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Segments written ahead of need, {@code <run>.<number>.blank}: a thread's first record takes one
 * of them instead of writing a file on an event loop. A series begins with a small segment, each
 * next one has four times its bytes until they are as large as they may be: a thread that says
 * little costs little. Thread-safe.
 */
final class Blanks {
  /** Bytes of a first segment, if segments may be that large. */
  static final long FIRST = 256 << 10;

  private static final Duration BEFORE_NEXT_TRY = Duration.ofSeconds(1);

  private final Path dir;
  private final String run;
  private final AuditTrail.Options options;
  private final SegmentFiles files;
  private final ConcurrentLinkedQueue<Segment> ready = new ConcurrentLinkedQueue<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private volatile @Nullable Instant failed;

  Blanks(Path dir, String run, AuditTrail.Options options, SegmentFiles files) {
    this.dir = dir;
    this.run = run;
    this.options = options;
    this.files = files;
  }

  /** Bytes of a series' segment with this number. */
  long size(int number) {
    long grown = FIRST << 2 * Math.min(number, 10);
    return Math.min(options.segmentBytes(), grown);
  }

  /** A first segment that is ready; null if there is none. Touches nothing. */
  @Nullable Segment poll() {
    return ready.poll();
  }

  /** Writes one for who cannot wait. A full disk is not asked again for every record. */
  Segment writeNow(long atLeast) throws IOException {
    Instant before = failed;
    if (before != null && options.clock().instant().isBefore(before.plus(BEFORE_NEXT_TRY))) {
      throw new IOException("that failed a moment ago");
    }
    return write(Math.max(size(0), atLeast));
  }

  /** Writes one. */
  Segment write(long bytes) throws IOException {
    Path file = dir.resolve("%s.%d.blank".formatted(run, numbers.getAndIncrement()));
    try {
      Segment made = Segment.create(files, file, bytes);
      failed = null;
      return made;
    } catch (IOException e) {
      failed = options.clock().instant();
      throw e;
    }
  }

  /** Has as many first segments ready. */
  void keep(int count) throws IOException {
    for (int missing = count - ready.size(); missing > 0; missing--) {
      ready.add(write(size(0)));
    }
  }

  void close() {
    for (Segment blank = ready.poll(); blank != null; blank = ready.poll()) {
      blank.discard();
    }
  }
}
