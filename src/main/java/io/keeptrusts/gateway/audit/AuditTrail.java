package io.keeptrusts.gateway.audit;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The trail: JSON lines in preallocated, memory-mapped segments, one series of segments ("shard")
 * per writing thread, each its own SHA-256 chain. A record is a few stores into mapped memory: no
 * lock, no hop, no system call. What {@link Session#commit} returned from survives the death of the
 * process; {@link #force} bounds what a power loss can take.
 *
 * <p>Every start of a process begins new series; a genesis record (segment 0, {@code prev} of
 * zeros) heads each. Nothing links one run's series to another's. A new thread costs one segment at
 * its first record, up to two later.
 *
 * <p>With {@code log_all_access: false} an exchange is kept in memory until a verdict other than
 * allow comes (or until it exceeds 64 KiB, when it is recorded anyway), and dropped at its close if
 * none came: what is said about surviving a crash then holds for recorded exchanges only.
 *
 * <p>Thread-safe; a {@link Shard} and its sessions are not. {@link #force}, {@link #prepare},
 * {@link #retain} and {@link #close} touch the disk: never on an event loop.
 */
public final class AuditTrail implements AutoCloseable {
  private static final Logger LOG = System.getLogger(AuditTrail.class.getName());

  private final Path dir;
  private final AuditSettings settings;
  private final Options options;
  private final SegmentFiles files;
  private final Run run;
  private final List<Recovered> recovered;
  private final Map<Thread, ShardLog> shards = new ConcurrentHashMap<>();
  private final AtomicInteger shardNumbers = new AtomicInteger();
  private volatile boolean closed;

  private AuditTrail(
      Path dir,
      AuditSettings settings,
      Options options,
      SegmentFiles files,
      Run run,
      List<Recovered> recovered) {
    this.dir = dir;
    this.settings = settings;
    this.options = options;
    this.files = files;
    this.run = run;
    this.recovered = recovered;
  }

  /**
   * How the trail is written.
   *
   * @param segmentBytes size of a segment file, 64 KiB to 1 GiB
   * @param forceEvery how often the owner is to call {@link #force}
   * @param clock times of the records
   */
  public record Options(long segmentBytes, Duration forceEvery, InstantSource clock) {

    public Options {
      if (segmentBytes < 64 << 10 || segmentBytes > 1 << 30) {
        throw new IllegalArgumentException(
            "a segment has 64 KiB to 1 GiB, not " + segmentBytes + " bytes");
      }
      if (!forceEvery.isPositive()) {
        throw new IllegalArgumentException("forceEvery must be positive, not " + forceEvery);
      }
    }

    /** 16 MiB, 200 ms, the system's clock. */
    public static Options defaults() {
      return new Options(16 << 20, Duration.ofMillis(200), Clock.systemUTC());
    }
  }

  /**
   * A segment of a crashed run whose last line was torn.
   *
   * @param cutBytes how much of that line there was
   */
  public record Recovered(Path segment, long cutBytes) {}

  /**
   * Opens the directory, made if missing, for the calling process; several processes may share it.
   * Finishes the segments of runs that crashed.
   *
   * @throws IOException if the directory cannot be made or written
   */
  public static AuditTrail open(Path dir, AuditSettings settings, Options options)
      throws IOException {
    return open(dir, settings, options, SegmentFiles.ON_DISK);
  }

  static AuditTrail open(Path dir, AuditSettings settings, Options options, SegmentFiles files)
      throws IOException {
    Files.createDirectories(dir);
    List<Recovered> recovered = Recovery.crashedRuns(dir);
    Run run = Run.start(dir, options.clock().instant());
    return new AuditTrail(dir, settings, options, files, run, recovered);
  }

  public AuditSettings settings() {
    return settings;
  }

  /** What {@link #open} found torn. */
  public List<Recovered> recovered() {
    return recovered;
  }

  /** The shard of the calling thread, made at first use. Costs one look-up. */
  public Shard shard() {
    Thread thread = Thread.currentThread();
    ShardLog shard = shards.get(thread);
    return shard != null ? shard : newShard(thread);
  }

  private ShardLog newShard(Thread thread) {
    Series series = new Series(run.name(), shardNumbers.getAndIncrement());
    ShardLog shard = new ShardLog(thread, dir, series, settings, options, files);
    shards.put(thread, shard);
    if (closed) {
      shard.close();
    }
    return shard;
  }

  /** Makes segments ahead of need. To be called often, with {@link #force}, say. */
  public synchronized void prepare() {
    shards.values().forEach(ShardLog::prepare);
  }

  /** Brings everything recorded so far to the disk, and ends the shards of threads that ended. */
  public synchronized void force() {
    if (closed) {
      return;
    }
    shards.values().removeIf(AuditTrail::ended);
    shards.values().forEach(ShardLog::force);
  }

  private static boolean ended(ShardLog shard) {
    if (shard.ownerLives()) {
      return false;
    }
    shard.close();
    return true;
  }

  /**
   * Removes whole segments whose last record is older than {@code retention_days}, never a live one
   * and never of another living process, and leaves a tombstone that the chain goes on from.
   * Problems are logged and leave the series as it is.
   */
  public synchronized void retain(Instant now) {
    Instant cutoff = now.minus(settings.retentionDays(), ChronoUnit.DAYS);
    Run turn = null;
    try {
      turn = Run.takeOver(dir, "retention");
      if (turn != null) {
        new Retention(dir, now, cutoff).run(this::firstKept);
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "audit retention failed in {0}: {1}", dir, e.toString());
    } finally {
      closeQuietly(turn);
    }
  }

  private int firstKept(Series series) {
    for (ShardLog shard : shards.values()) {
      if (shard.series().equals(series)) {
        return shard.firstLive();
      }
    }
    boolean ours = series.run().equals(run.name());
    return ours || !Run.unfinished(dir, series.run()) ? Integer.MAX_VALUE : 0;
  }

  /**
   * False while something is wrong: the last attempt to make a segment or to force one to the disk
   * failed. True again once it worked; {@link #prepare} tries.
   */
  public boolean healthy() {
    for (ShardLog shard : shards.values()) {
      if (!shard.healthy()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Forces everything and gives each file the length of its records. Sessions still open get an
   * {@link AuditException}.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    shards.values().forEach(ShardLog::close);
    closeQuietly(run);
  }

  private void closeQuietly(@Nullable Run done) {
    try {
      if (done != null) {
        done.close();
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "audit lock in {0} could not be released: {1}", dir, e.toString());
    }
  }
}
