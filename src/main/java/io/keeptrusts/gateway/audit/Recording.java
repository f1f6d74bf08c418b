package io.keeptrusts.gateway.audit;

import io.keeptrusts.gateway.exchange.Usage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One exchange on its shard. Pieces are staged as JSON; a commit joins them to a record. While
 * {@code log_all_access} is off and every verdict so far was allow, a commit writes nothing: the
 * first record waits in {@code pending}, and what is delivered goes on growing where it is staged.
 */
final class Recording implements Session {
  private static final int PENDING_LIMIT = 64 << 10;
  private static final int MOST_CATEGORIES = 64;

  private final ShardLog shard;
  private final Bytes identity;
  private final Bytes deliveredBytes;
  private final Bytes verdictBytes;
  private final Staged delivered;
  private final Staged verdicts;
  private final Bytes pending;
  private final @Nullable Map<String, RunningDigest> digests;
  private final @Nullable TreeSet<String> categories;
  private @Nullable String channel;
  private @Nullable String keptChannel;
  private boolean recorded;
  private boolean closed;
  private long lost;

  Recording(ShardLog shard, AuditSettings settings, Head head) {
    this.shard = shard;
    identity = shard.borrow().ascii(",\"x\":").quoted(head.exchange());
    if (settings.hipaaAuditControls()) {
      identity.ascii(",\"caller\":").quoted(head.caller());
    }
    deliveredBytes = shard.borrow();
    verdictBytes = shard.borrow();
    // Leaves room for both in one record.
    delivered = new Staged(deliveredBytes, shard.recordLimit());
    verdicts = new Staged(verdictBytes, shard.recordLimit() / 2);
    pending = shard.borrow();
    recorded = settings.logAllAccess();
    digests = settings.privacy() == AuditSettings.Privacy.HASH ? new LinkedHashMap<>() : null;
    categories = settings.hipaaAuditControls() ? new TreeSet<>() : null;
  }

  void begin(Head head) {
    Bytes record =
        record("open")
            .ascii(",\"model\":")
            .quoted(head.model())
            .ascii(",\"target\":")
            .quoted(head.target());
    record.ascii(",\"pack\":").quoted(head.pack()).ascii(",\"policies\":");
    strings(record, head.policies());
    emit(record.ascii(",\"stream\":").ascii(Boolean.toString(head.stream())));
  }

  @Override
  public void verdict(String phase, String policy, String verdict, String label, int count) {
    ensureOpen();
    Bytes element =
        verdicts.next().put('[').quoted(phase).put(',').quoted(policy).put(',').quoted(verdict);
    element.put(',').quoted(label).put(',').number(count).put(']');
    if (categories != null && !label.isEmpty() && categories.size() < MOST_CATEGORIES) {
      categories.add(label);
    }
    recorded |= !verdict.equals("allow");
  }

  @Override
  public void delivered(String channel, byte[] json, int from, int to) {
    ensureOpen();
    if (digests != null) {
      digests.computeIfAbsent(channel, name -> new RunningDigest()).add(json, from, to);
      return;
    }
    for (int start = from; start < to; ) {
      if (!channel.equals(this.channel) || delivered.room() <= 0) {
        endPiece();
        delivered.next().put('[').quoted(channel).ascii(",\"");
        this.channel = channel;
      }
      int end = Bytes.cut(json, start, to, delivered.room());
      delivered.bytes().content(json, start, end);
      start = end;
      if (start < to) {
        endPiece();
        delivered.split();
      }
    }
  }

  @Override
  public void seam(String target) {
    ensureOpen();
    recorded = true; // a provider has failed
    commit();
    emit(record("seam").ascii(",\"target\":").quoted(target));
  }

  @Override
  public void forget() {
    ensureOpen();
    channel = keptChannel;
    delivered.back();
    if (digests != null) {
      digests.values().forEach(RunningDigest::forget);
    }
  }

  @Override
  public void commit() {
    ensureOpen();
    recorded |= pending.size() + deliveredBytes.size() + verdictBytes.size() > PENDING_LIMIT;
    if (recorded) {
      flush();
    } else {
      keptChannel = channel;
      delivered.keep();
      if (digests != null) {
        digests.values().forEach(RunningDigest::keep);
      }
    }
  }

  private void flush() {
    AuditException failure = writePending();
    endPiece();
    if (digests != null) {
      stage(digests);
    }
    for (int v = 0, d = 0; verdicts.hasMore(v) || delivered.hasMore(d); ) {
      Bytes record = record(delivered.hasMore(d) ? "delivered" : "verdict");
      if (verdicts.hasMore(v)) {
        v = verdicts.part(v, record.ascii(",\"v\":["));
        record.put(']');
      }
      if (delivered.hasMore(d)) {
        d = delivered.part(d, record.ascii(",\"d\":["));
        record.put(']');
      }
      try {
        emit(record);
      } catch (AuditException e) {
        failure = e;
      }
    }
    verdicts.clear();
    delivered.clear();
    keptChannel = null;
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void close(String outcome, @Nullable Usage usage) {
    if (closed) {
      return;
    }
    recorded |= outcome.equals("blocked") || outcome.equals("failed");
    try {
      commit();
    } finally {
      closed = true;
      try {
        if (recorded) {
          end(outcome, usage);
        }
      } finally {
        shard.giveBack(identity);
        shard.giveBack(deliveredBytes);
        shard.giveBack(verdictBytes);
        shard.giveBack(pending);
      }
    }
  }

  private void end(String outcome, @Nullable Usage usage) {
    Bytes record = record("close").ascii(",\"outcome\":").quoted(outcome);
    if (usage != null) {
      record.ascii(",\"usage\":{\"prompt\":").number(usage.promptTokens());
      record.ascii(",\"completion\":").number(usage.completionTokens());
      record.ascii(",\"total\":").number(usage.totalTokens()).put('}');
    }
    if (categories != null) {
      record.ascii(",\"categories\":");
      strings(record, categories);
    }
    emit(record);
  }

  private Bytes record(String kind) {
    Bytes record = shard.begin().put(identity).ascii(",\"k\":\"").ascii(kind).put('"');
    return lost == 0 ? record : record.ascii(",\"lost\":").number(lost);
  }

  private void emit(Bytes record) {
    if (recorded) {
      write(record.array(), 0, record.size());
      lost = 0;
    } else {
      pending.put(record);
    }
  }

  /** Writes the record that has waited, if one has. */
  private @Nullable AuditException writePending() {
    if (pending.isEmpty()) {
      return null;
    }
    try {
      write(pending.array(), 0, pending.size());
      return null;
    } catch (AuditException e) {
      return e;
    } finally {
      pending.clear();
    }
  }

  private void write(byte[] members, int from, int to) {
    try {
      shard.append(members, from, to);
    } catch (AuditException e) {
      lost++;
      throw e;
    }
  }

  private void endPiece() {
    if (channel != null) {
      delivered.bytes().ascii("\"]");
      channel = null;
    }
  }

  private void stage(Map<String, RunningDigest> running) {
    for (Map.Entry<String, RunningDigest> entry : running.entrySet()) {
      if (entry.getValue().grown()) {
        Bytes element = delivered.next().put('[').quoted(entry.getKey()).put(',');
        entry.getValue().commit(element);
        element.put(']');
      }
    }
  }

  private void ensureOpen() {
    if (closed) {
      throw new IllegalStateException("the exchange is closed in the audit trail");
    }
  }

  static void strings(Bytes out, Iterable<String> values) {
    char before = '[';
    for (String value : values) {
      out.put(before).quoted(value);
      before = ',';
    }
    if (before == '[') {
      out.put('[');
    }
    out.put(']');
  }
}
