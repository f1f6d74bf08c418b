package io.keeptrusts.gateway.audit;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Signs what the other series of a run hold: checkpoints go to a series of their own, number 0, and
 * what must be known of the run as a whole to the {@link Ledger}. Not for an event loop; callers
 * hold the trail's monitor.
 */
final class Notary {
  private static final Logger LOG = System.getLogger(AuditTrail.class.getName());
  private static final long RECORDS = 10_000;
  private static final int ENDS_PER_RECORD = 50;

  private final Signer signer;
  private final ShardLog log;
  private final Ledger ledger;
  private final AuditTrail.Options options;
  private final String run;
  private final Map<String, SeriesEnd> seen = new LinkedHashMap<>();
  private final Map<String, SeriesEnd> signed = new LinkedHashMap<>();
  private Instant last;

  Notary(Signer signer, ShardLog log, Ledger ledger, AuditTrail.Options options, String run) {
    this.signer = signer;
    this.log = log;
    this.ledger = ledger;
    this.options = options;
    this.run = run;
    this.last = options.clock().instant();
  }

  ShardLog log() {
    return log;
  }

  Ledger ledger() {
    return ledger;
  }

  /** Looks how far the series have come, and signs that if it is time to. */
  void watch(Collection<ShardLog> shards) {
    boolean rolled = false;
    long news = 0;
    List<String> begun = new ArrayList<>();
    for (ShardLog shard : shards) {
      SeriesEnd end = shard.end();
      if (end == null) {
        continue;
      }
      SeriesEnd before = seen.put(end.series(), end);
      SeriesEnd known = signed.get(end.series());
      if (before == null) {
        begun.add(end.series());
      }
      rolled |= before != null && before.segment() != end.segment();
      news += end.records() - (known == null ? 0 : known.records());
    }
    boolean late = !options.clock().instant().isBefore(last.plus(options.checkpointEvery()));
    if (news > 0 && (late || rolled || news >= RECORDS)) {
      checkpoint(rolled ? "roll" : "time");
    } else if (!begun.isEmpty()) {
      checkpoint("begin");
    }
    if (!begun.isEmpty()) {
      list(begun);
    }
  }

  private void list(List<String> begun) {
    SeriesEnd own = log.end();
    if (own != null && seen.putIfAbsent(own.series(), own) == null) {
      begun.addFirst(own.series());
    }
    try {
      ledger.series(run, begun);
    } catch (IOException e) {
      begun.forEach(seen::remove); // again next time
      warn(e);
    }
  }

  /** Signs everything that is not signed yet. */
  void checkpoint(String why) {
    last = options.clock().instant();
    List<SeriesEnd> news =
        seen.values().stream()
            .filter(end -> !end.series().equals(log.series().name()))
            .filter(end -> !end.equals(signed.get(end.series())))
            .toList();
    try {
      for (int from = 0; from < news.size(); from += ENDS_PER_RECORD) {
        List<SeriesEnd> some = news.subList(from, Math.min(news.size(), from + ENDS_PER_RECORD));
        sign(why, some);
        some.forEach(end -> signed.put(end.series(), end));
      }
    } catch (AuditException e) {
      warn(e);
    }
  }

  private void sign(String why, List<SeriesEnd> ends) {
    Bytes record =
        Ledger.ends(log.begin().ascii(",\"k\":\"checkpoint\",\"why\":").quoted(why), ends);
    signer.sign(log.before(record.size() + 512), record);
    log.append(record.array(), 0, record.size());
  }

  /** Says something about the trail itself in it: the members that follow its time. */
  void note(Bytes members) {
    Bytes record = log.begin().put(members);
    log.append(record.array(), 0, record.size());
  }

  /** The last word of the run. All its series are closed. */
  void end(Collection<ShardLog> shards) {
    watch(shards);
    checkpoint("close");
    log.close();
    SeriesEnd own = log.end();
    if (own != null) {
      seen.put(own.series(), own);
    }
    try {
      ledger.end(run, "closed", seen.values());
    } catch (IOException e) {
      warn(e);
    }
  }

  private static void warn(Exception e) {
    LOG.log(Level.WARNING, "audit: what is recorded cannot be signed: {0}", e.toString());
  }
}
