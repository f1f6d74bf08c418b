package io.keeptrusts.gateway.audit;

import io.keeptrusts.gateway.exchange.Usage;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One exchange on its shard. Pieces are staged as JSON; a commit joins them to a record. Records wait in {@code
 * pending} while {@code log_all_access} is off and every verdict so far was allow.
 */
final class Recording implements Session {
  private static final int PENDING_LIMIT = 64 << 10;
  private static final int LONGEST_PIECE_HEAD = 2048;
  private static final int MOST_POLICIES = 64;
  private static final int MOST_CATEGORIES = 64;

  private final ShardLog shard;
  private final Bytes identity;
  private final Bytes delivered;
  private final Bytes verdicts;
  private final Bytes pending;
  private final @Nullable Map<String, Running> digests;
  private final @Nullable TreeSet<String> categories;
  private @Nullable String channel;
  private boolean recorded;
  private boolean closed;
  private long lost;

  Recording(ShardLog shard, AuditSettings settings, Head head) {
    this.shard = shard;
    identity = shard.borrow().ascii(",\"x\":").quoted(head.exchange());
    if (settings.hipaaAuditControls()) {
      identity.ascii(",\"caller\":").quoted(head.caller());
    }
    delivered = shard.borrow();
    verdicts = shard.borrow();
    pending = shard.borrow();
    recorded = settings.logAllAccess();
    digests = settings.privacy() == AuditSettings.Privacy.HASH ? new LinkedHashMap<>() : null;
    categories = settings.hipaaAuditControls() ? new TreeSet<>() : null;
  }

  void begin(Head head) {
    Bytes record = record("open").ascii(",\"model\":").quoted(head.model()).ascii(",\"target\":").quoted(head.target());
    record.ascii(",\"pack\":").quoted(head.pack()).ascii(",\"policies\":");
    strings(record, head.policies().subList(0, Math.min(MOST_POLICIES, head.policies().size())));
    emit(record.ascii(",\"stream\":").ascii(Boolean.toString(head.stream())));
  }

  @Override
  public void verdict(String phase, String policy, String verdict, String label, int count) {
    ensureOpen();
    separate(verdicts).put('[').quoted(phase).put(',').quoted(policy).put(',').quoted(verdict);
    verdicts.put(',').quoted(label).put(',').number(count).put(']');
    if (categories != null && !label.isEmpty() && categories.size() < MOST_CATEGORIES) {
      categories.add(label);
    }
    recorded |= !verdict.equals("allow");
    if (verdicts.size() > shard.recordLimit() / 2) {
      commit();
    }
  }

  @Override
  public void delivered(String channel, byte[] json, int from, int to) {
    ensureOpen();
    if (digests != null) {
      digests.computeIfAbsent(channel, name -> new Running()).add(json, from, to);
      return;
    }
    for (int start = from; start < to; ) {
      if (shard.recordLimit() - delivered.size() < LONGEST_PIECE_HEAD) {
        commit();
      }
      if (!channel.equals(this.channel)) {
        endPiece();
        separate(delivered).put('[').quoted(channel).ascii(",\"");
        this.channel = channel;
      }
      int end = Bytes.cut(json, start, to, shard.recordLimit() - delivered.size());
      delivered.content(json, start, end);
      start = end;
      if (start < to) {
        commit();
      }
    }
  }

  @Override
  public void commit() {
    ensureOpen();
    endPiece();
    if (digests != null) {
      stage(digests);
    }
    flush();
  }

  private void flush() {
    if (delivered.isEmpty() && verdicts.isEmpty()) {
      return;
    }
    try {
      Bytes record = record(delivered.isEmpty() ? "verdict" : "delivered");
      if (!verdicts.isEmpty()) {
        record.ascii(",\"v\":[").put(verdicts).put(']');
      }
      if (!delivered.isEmpty()) {
        record.ascii(",\"d\":[").put(delivered).put(']');
      }
      emit(record);
    } finally {
      verdicts.clear();
      delivered.clear();
    }
  }

  @Override
  public void close(String outcome, @Nullable Usage usage) {
    if (closed) {
      return;
    }
    try {
      commit();
    } finally {
      closed = true;
      try {
        end(outcome, usage);
      } finally {
        shard.giveBack(identity);
        shard.giveBack(delivered);
        shard.giveBack(verdicts);
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
    if (!recorded) {
      pending.put(record).put('\n');
      recorded = pending.size() > PENDING_LIMIT;
      if (recorded) {
        writePending();
      }
      return;
    }
    writePending();
    write(record.array(), 0, record.size());
    lost = 0;
  }

  private void writePending() {
    AuditException failure = null;
    for (int from = 0, i = 0; i < pending.size(); i++) {
      if (pending.array()[i] == '\n') {
        try {
          write(pending.array(), from, i);
        } catch (AuditException e) {
          failure = e;
        }
        from = i + 1;
      }
    }
    pending.clear();
    if (failure != null) {
      throw failure;
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
      delivered.ascii("\"]");
      channel = null;
    }
  }

  private void stage(Map<String, Running> running) {
    for (Map.Entry<String, Running> entry : running.entrySet()) {
      if (entry.getValue().grown) {
        separate(delivered).put('[').quoted(entry.getKey()).put(',');
        entry.getValue().write(delivered);
        if (shard.recordLimit() - delivered.size() < LONGEST_PIECE_HEAD) {
          flush();
        }
      }
    }
  }

  private void ensureOpen() {
    if (closed) {
      throw new IllegalStateException("the exchange is closed in the audit trail");
    }
  }

  private static Bytes separate(Bytes list) {
    return list.isEmpty() ? list : list.put(',');
  }

  private static void strings(Bytes out, Iterable<String> values) {
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

  /** All that a channel delivered so far: its bytes as JSON content and their SHA-256. */
  private static final class Running {
    private final MessageDigest sha = Chain.sha256();
    private long length;
    private boolean grown;

    void add(byte[] json, int from, int to) {
      sha.update(json, from, to - from);
      length += to - from;
      grown |= to > from;
    }

    void write(Bytes out) {
      try {
        out.number(length).ascii(",\"").hex(((MessageDigest) sha.clone()).digest()).ascii("\"]");
      } catch (CloneNotSupportedException e) {
        throw new IllegalStateException("the platform's SHA-256 can be cloned", e);
      }
      grown = false;
    }
  }
}
