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
 * zeros) heads each. What ties them together is signed: checkpoints say how far each series has
 * come, the directory's ledger which series there ever were. A new thread's first record takes a
 * segment that was written ahead.
 *
 * <p>With {@code log_all_access: false} an exchange is kept in memory until a verdict other than
 * allow comes, or it is closed as blocked or failed, or it exceeds 64 KiB, when it is recorded
 * anyway; and dropped at its close if none of it happened: what is said about surviving a crash
 * then holds for recorded exchanges only.
 *
 * <p>Thread-safe; a {@link Shard} and its sessions are not. {@link #force}, {@link #prepare},
 * {@link #retain} and {@link #close} touch the disk: never on an event loop.
 */
public final class AuditTrail implements AutoCloseable {
  private static final Logger LOG = System.getLogger(AuditTrail.class.getName());

  private final Path dir;
  private final AuditSettings settings;
  private final Options options;
  private final Blanks blanks;
  private final Run run;
  private final List<Recovered> recovered;
  private final @Nullable Signer signer;
  private final @Nullable Notary notary;
  private final Map<Thread, ShardLog> shards = new ConcurrentHashMap<>();
  private final AtomicInteger shardNumbers = new AtomicInteger(1); // 0 is the notary's
  private volatile boolean blanksMade = true;
  private volatile boolean closed;

  private AuditTrail(
      Path dir,
      AuditSettings settings,
      Options options,
      SegmentFiles files,
      Run run,
      List<Recovered> recovered,
      @Nullable Signer signer) {
    this.dir = dir;
    this.settings = settings;
    this.options = options;
    this.run = run;
    this.recovered = recovered;
    this.signer = signer;
    this.blanks = new Blanks(dir, run.name(), options, files);
    this.notary = signer == null ? null : notary(signer);
  }

  private Notary notary(Signer by) {
    ShardLog log = new ShardLog(null, dir, new Series(run.name(), 0), settings, options, blanks);
    return new Notary(by, log, new Ledger(dir, by, options.clock()), options, run.name());
  }

  /**
   * How the trail is written.
   *
   * @param segmentBytes the largest size of a segment file, 64 KiB to 1 GiB
   * @param forceEvery how often the owner is to call {@link #force}
   * @param clock times of the records
   * @param rollEvery a segment this old ends with the next record
   * @param checkpointEvery what was recorded is signed no later than this
   * @param ahead first segments kept ready for threads that have recorded nothing yet
   * @param signingKey an Ed25519 key, PKCS#8 in PEM; null: one that is made in the directory
   */
  public record Options(
      long segmentBytes,
      Duration forceEvery,
      InstantSource clock,
      Duration rollEvery,
      Duration checkpointEvery,
      int ahead,
      @Nullable Path signingKey) {

    public Options {
      if (segmentBytes < 64 << 10 || segmentBytes > 1 << 30) {
        throw new IllegalArgumentException(
            "a segment has 64 KiB to 1 GiB, not " + segmentBytes + " bytes");
      }
      if (!forceEvery.isPositive() || !rollEvery.isPositive() || !checkpointEvery.isPositive()) {
        throw new IllegalArgumentException("times of the audit trail must be positive");
      }
    }

    /** Daily segments, a checkpoint every 10 s, nothing made ahead, the directory's own key. */
    public Options(long segmentBytes, Duration forceEvery, InstantSource clock) {
      this(segmentBytes, forceEvery, clock, Duration.ofDays(1), Duration.ofSeconds(10), 0, null);
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
   * @throws IOException if the directory cannot be made or written, its ledger is damaged, or there
   *     is no such signing key
   */
  public static AuditTrail open(Path dir, AuditSettings settings, Options options)
      throws IOException {
    return open(dir, settings, options, SegmentFiles.ON_DISK);
  }

  static AuditTrail open(Path dir, AuditSettings settings, Options options, SegmentFiles files)
      throws IOException {
    Files.createDirectories(dir);
    Signer signer = settings.immutable() ? signer(dir, options.signingKey()) : null;
    Ledger ledger = signer == null ? null : new Ledger(dir, signer, options.clock());
    List<Recovered> recovered = Recovery.crashedRuns(dir, ledger);
    Run run = Run.start(dir, options.clock().instant());
    try {
      if (ledger != null) {
        ledger.run(run.name());
      }
      AuditTrail trail = new AuditTrail(dir, settings, options, files, run, recovered, signer);
      trail.prepare();
      return trail;
    } catch (IOException | RuntimeException e) {
      run.close();
      throw e;
    }
  }

  private static Signer signer(Path dir, @Nullable Path key) throws IOException {
    if (key != null) {
      return Signer.load(key);
    }
    LOG.log(
        Level.WARNING,
        "audit: no signing key is set: {0} is used, and whoever can change the trail has it too",
        dir.resolve(Signer.OWN_KEY));
    return Signer.ofDirectory(dir);
  }

  /** The id of the key that signs; null without hash chain. */
  public @Nullable String keyId() {
    return signer == null ? null : signer.keyId();
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
    ShardLog shard = new ShardLog(thread, dir, series, settings, options, blanks);
    shards.put(thread, shard);
    if (closed) {
      shard.close();
    }
    return shard;
  }

  /** Makes segments ahead of need. To be called often, with {@link #force}, say. */
  public synchronized void prepare() {
    if (closed) {
      return;
    }
    shards.values().forEach(ShardLog::prepare);
    if (notary != null && !notary.log().healthy()) {
      notary.log().prepare(); // or it would wait for the next checkpoint to see that there is room
    }
    try {
      blanks.keep(options.ahead() - shards.size());
      blanksMade = true;
    } catch (IOException e) {
      blanksMade = false;
      LOG.log(Level.WARNING, "audit: no segment can be made ahead in {0}: {1}", dir, e.toString());
    }
  }

  /**
   * Brings everything recorded so far to the disk, signs it if it is time to, and ends the shards
   * of threads that ended.
   */
  public synchronized void force() {
    if (closed) {
      return;
    }
    List<ShardLog> ended = shards.values().stream().filter(shard -> !shard.ownerLives()).toList();
    ended.forEach(ShardLog::close);
    shards.values().forEach(ShardLog::force);
    if (notary != null) {
      notary.watch(shards.values());
      notary.log().force();
    }
    shards.values().removeAll(ended);
  }

  /** Signs what was recorded so far, now. */
  public synchronized void checkpoint() {
    if (!closed && notary != null) {
      notary.watch(shards.values());
      notary.checkpoint("asked");
      notary.log().force();
    }
  }

  /**
   * Records that a part of the trail did not reach a sink.
   *
   * @param sink its name
   * @param from number of the first record of the series that was left out
   * @param count how many
   * @param why {@code lag}, {@code rejected} or {@code retention}
   */
  public synchronized void leftOut(String sink, String series, long from, long count, String why) {
    if (closed || notary == null) {
      return;
    }
    Bytes members = new Bytes(256).ascii(",\"k\":\"left-out\",\"sink\":").quoted(sink);
    members.ascii(",\"series\":").quoted(series).ascii(",\"from\":").number(from);
    members.ascii(",\"count\":").number(count).ascii(",\"why\":").quoted(why);
    try {
      notary.note(members);
    } catch (AuditException e) {
      LOG.log(Level.WARNING, "audit: {0}", e.getMessage());
    }
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
      if (turn != null && !closed) {
        if (notary != null) {
          notary.watch(shards.values());
          notary.checkpoint("retention");
        }
        Ledger ledger = notary == null ? null : notary.ledger();
        new Retention(dir, now, cutoff, signer, ledger).run(this::firstKept);
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
    if (notary != null && notary.log().series().equals(series)) {
      return notary.log().firstLive();
    }
    boolean ours = series.run().equals(run.name());
    return ours || !Run.unfinished(dir, series.run()) ? Integer.MAX_VALUE : 0;
  }

  /**
   * False while something is wrong: the last attempt to make a segment or to force one to the disk
   * failed. True again once it worked; {@link #prepare} tries.
   */
  public boolean healthy() {
    boolean notaryIsWell = notary == null || notary.log().healthy();
    return blanksMade && notaryIsWell && shards.values().stream().allMatch(ShardLog::healthy);
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
    if (notary != null) {
      notary.end(shards.values());
    }
    blanks.close();
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
