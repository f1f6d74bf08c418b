package io.keeptrusts.gateway.audit.sink;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.keeptrusts.gateway.audit.SinkSettings;
import io.keeptrusts.gateway.audit.TrailTail;
import io.keeptrusts.gateway.audit.TrailTail.Gap;
import io.keeptrusts.gateway.audit.TrailTail.Line;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Brings a directory's records to one sink, on a thread of its own, at least once and each series
 * in order. Of several processes that share the directory one does it for all. A sink that is down
 * is asked again, ever more rarely; while more than {@link SinkSettings#maxLag} bytes wait for it,
 * it is {@link #behind}, or, with fail-mode allow, loses the oldest of them, which is counted and
 * said in the trail.
 */
public final class Shipper implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Shipper.class.getName());
  private static final int RECORDS = 512;
  private static final int BYTES = 512 << 10;
  private static final long POLL_MILLIS = 200;
  private static final long SECOND = 1_000_000_000;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** Told of records that a sink did not get. */
  @FunctionalInterface
  public interface LeftOut {
    void leftOut(String sink, String series, long from, long count, String why);
  }

  private final Path dir;
  private final SinkSettings settings;
  private final String secret;
  private final SinkAddress address;
  private final boolean failOpen;
  private final LeftOut leftOut;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final LongAdder sent = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private volatile long lag;
  private volatile boolean behind;
  private volatile long deadline = Long.MAX_VALUE;
  private int failures;
  private long lookedNanos = System.nanoTime() - SECOND;
  private long savedNanos;

  private Shipper(
      Path dir,
      SinkSettings settings,
      String secret,
      SinkAddress address,
      boolean failOpen,
      LeftOut leftOut) {
    this.address = address;
    this.dir = dir;
    this.settings = settings;
    this.secret = secret;
    this.failOpen = failOpen;
    this.leftOut = leftOut;
    this.thread = Thread.ofPlatform().daemon().name("gateway-audit-sink").unstarted(this::run);
  }

  /**
   * Everything recorded from now on is sent, and what an earlier process has left.
   *
   * @param secret what {@link SinkSettings#secret} names; empty if it names nothing
   * @param address asked before each request
   * @param failOpen a sink that is too far behind loses the oldest records
   * @throws IOException if its position cannot be read or kept
   */
  public static Shipper start(
      Path dir,
      SinkSettings settings,
      String secret,
      SinkAddress address,
      boolean failOpen,
      LeftOut leftOut)
      throws IOException {
    Shipper shipper = new Shipper(dir, settings, secret, address, failOpen, leftOut);
    var _ = new TrailTail(dir, shipper.file("position"));
    shipper.thread.start();
    return shipper;
  }

  public SinkSettings settings() {
    return settings;
  }

  /** Bytes that wait, as seen a second ago at most. */
  public long lag() {
    return lag;
  }

  /** Records that arrived. */
  public long sent() {
    return sent.sum();
  }

  /** Attempts that failed. */
  public long failed() {
    return failed.sum();
  }

  /** Records that it will never get. */
  public long lost() {
    return lost.sum();
  }

  /** Too much waits for it, and nothing may be lost: new exchanges must wait. */
  public boolean behind() {
    return behind;
  }

  private void run() {
    try {
      while (!over()) {
        try (FileChannel holder = FileChannel.open(file("holder"), CREATE, WRITE);
            FileLock turn = turn(holder)) {
          if (turn == null) {
            pause(Duration.ofSeconds(1)); // another process does it
          } else {
            ship();
          }
        } catch (IOException e) {
          LOG.log(Level.WARNING, "audit sink {0}: {1}", settings.name(), e.toString());
          pause(Duration.ofSeconds(1));
        }
      }
    } catch (InterruptedException e) {
      // The time for the end is up.
    } catch (RuntimeException | Error e) {
      behind = !failOpen;
      LOG.log(Level.ERROR, "audit sink " + settings.name() + " has stopped", e);
    }
  }

  private static @Nullable FileLock turn(FileChannel holder) throws IOException {
    try {
      return holder.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private Path file(String suffix) {
    return dir.resolve("sink-%08x.%s".formatted(settings.name().hashCode(), suffix));
  }

  private void ship() throws IOException, InterruptedException {
    TrailTail tail = new TrailTail(dir, file("position"));
    try (Sink sink = sink()) {
      while (!over()) {
        step(tail, sink);
      }
    } finally {
      boolean interrupted = Thread.interrupted(); // or the file could not be written
      tail.save();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Sink sink() {
    return switch (settings) {
      case SinkSettings.Otlp otlp -> new OtlpSink(otlp, secret, address);
      case SinkSettings.Kafka kafka -> new KafkaSink(kafka, secret);
    };
  }

  private void step(TrailTail tail, Sink sink) throws IOException, InterruptedException {
    look(tail);
    List<Line> lines = tail.next(RECORDS, BYTES);
    if (lines.isEmpty()) {
      lag = 0;
      behind = false;
      save(tail, 0);
      if (ending()) {
        deadline = System.nanoTime();
      } else {
        pause(Duration.ofMillis(POLL_MILLIS));
      }
      return;
    }
    try {
      List<Line> refused = sink.send(lines);
      tail.gaps().forEach(gap -> lose(gap, "retention"));
      tail.done();
      refused.forEach(line -> lose(new Gap(line.series(), line.number(), 1), "rejected"));
      sent.add(lines.size() - refused.size());
      if (failures > 0) {
        LOG.log(Level.INFO, "audit sink {0} takes records again", settings.name());
      }
      failures = 0;
      save(tail, SECOND);
    } catch (SinkException e) {
      failed.increment();
      failures++;
      Level level = failures == 1 ? Level.WARNING : Level.DEBUG;
      LOG.log(level, "audit sink {0}: {1}", settings.name(), e.getMessage());
      lookedNanos -= SECOND;
      look(tail);
      pause(before(e.after()));
    }
  }

  /** How much waits; once a second, as it costs some reading. */
  private void look(TrailTail tail) throws IOException {
    long now = System.nanoTime();
    if (now - lookedNanos < SECOND) {
      return;
    }
    lookedNanos = now;
    lag = tail.lag();
    if (lag > settings.maxLag() && failOpen) {
      tail.skip(settings.maxLag() / 2).forEach(gap -> lose(gap, "lag"));
      lag = tail.lag();
      tail.save();
    }
    behind = lag > settings.maxLag() && !failOpen;
  }

  private void lose(Gap gap, String why) {
    lost.add(gap.count());
    LOG.log(
        Level.ERROR,
        "audit sink {0}: {1} records of {2} from {3} on are left out: {4}",
        settings.name(),
        gap.count(),
        gap.series(),
        gap.from(),
        why);
    leftOut.leftOut(settings.name(), gap.series(), gap.from(), gap.count(), why);
  }

  private void save(TrailTail tail, long every) throws IOException {
    long now = System.nanoTime();
    if (every == 0 || now - savedNanos > every) {
      savedNanos = now;
      tail.save();
    }
  }

  private Duration before(@Nullable Duration asked) {
    if (asked != null) {
      return asked.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : asked;
    }
    long most = FIRST_PAUSE.toMillis() << Math.min(failures - 1, 10);
    long millis = Math.min(most, LONGEST_PAUSE.toMillis());
    return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
  }

  /** Waits; the end wakes it once, and then waits are short. */
  private void pause(Duration wait) throws InterruptedException {
    if (ending()) {
      TimeUnit.NANOSECONDS.sleep(Math.min(wait.toNanos(), POLL_MILLIS * 1_000_000));
    } else {
      closing.await(wait.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private boolean ending() {
    return closing.getCount() == 0;
  }

  private boolean over() {
    return ending() && System.nanoTime() - deadline >= 0;
  }

  /** Sends what is left, within this time; what remains is sent after the next start. */
  public void close(Duration most) {
    deadline = System.nanoTime() + most.toNanos();
    closing.countDown();
    try {
      if (!thread.join(most.plusMillis(200))) {
        thread.interrupt();
        thread.join(Duration.ofSeconds(2));
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  /** Ends at once. */
  @Override
  public void close() {
    close(Duration.ZERO);
  }
}
