package io.keeptrusts.gateway.audit;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Set;

/**
 * The directory's signed list of what was ever written to it, {@code trail.ledger}: so that a
 * series that was deleted whole is missed. Shared by all processes; each line is chained to the one
 * before and signed, and on the disk when {@link #append} returns. Not for an event loop.
 * Thread-safe.
 */
final class Ledger {
  static final String NAME = "trail.ledger";

  // POSIX drops a process's locks on a file with any of its channels on it: one at a time.
  private static final Object ONE_AT_A_TIME = new Object();

  private final Path file;
  private final Signer signer;
  private final InstantSource clock;

  Ledger(Path dir, Signer signer, InstantSource clock) {
    this.file = dir.resolve(NAME);
    this.signer = signer;
    this.clock = clock;
  }

  /** A run begins. */
  void run(String run) throws IOException {
    append(entry("run").ascii(",\"run\":").quoted(run));
  }

  /** Series of a run that have begun. */
  void series(String run, Collection<String> names) throws IOException {
    Bytes entry = entry("series").ascii(",\"run\":").quoted(run).ascii(",\"series\":");
    Recording.strings(entry, names);
    append(entry);
  }

  /** A run is over, and its series end so. {@code how}: {@code closed} or {@code crashed}. */
  void end(String run, String how, Collection<SeriesEnd> ends) throws IOException {
    Bytes entry = entry("end").ascii(",\"run\":").quoted(run).ascii(",\"how\":").quoted(how);
    append(ends(entry, ends));
  }

  /** Retention is about to remove segments up to here. */
  void removed(SeriesEnd upTo) throws IOException {
    append(ends(entry("removed"), Set.of(upTo)));
  }

  static Bytes ends(Bytes entry, Collection<SeriesEnd> ends) {
    char before = '[';
    entry.ascii(",\"ends\":");
    for (SeriesEnd end : ends) {
      end.write(entry.put(before));
      before = ',';
    }
    return ends.isEmpty() ? entry.ascii("[]") : entry.put(']');
  }

  private Bytes entry(String kind) {
    Bytes entry = new Bytes(512).ascii("\"t\":\"");
    new Micros().write(clock.instant(), entry);
    return entry.ascii("\",\"k\":").quoted(kind);
  }

  private void append(Bytes members) throws IOException {
    synchronized (ONE_AT_A_TIME) {
      boolean fresh = !Files.exists(file);
      try (var channel =
              FileChannel.open(file, Set.of(CREATE, READ, WRITE), SegmentFiles.ownerOnly(file));
          var lock = channel.lock()) {
        if (!lock.isValid()) {
          throw new IOException("the ledger cannot be locked");
        }
        ByteBuffer line = ByteBuffer.wrap(line(channel, members));
        while (line.hasRemaining()) {
          channel.write(line, channel.size());
        }
        channel.force(true);
      } catch (OverlappingFileLockException e) {
        throw new IOException("the ledger is locked by this process", e);
      }
      if (fresh) {
        try (var directory = FileChannel.open(file.toAbsolutePath().getParent())) {
          directory.force(true);
        }
      }
    }
  }

  private byte[] line(FileChannel channel, Bytes members) throws IOException {
    long whole = SegmentTail.wholeLines(channel);
    channel.truncate(whole); // what a crash left of a line
    Chain chain = new Chain();
    long number = 0;
    if (whole > 0) {
      byte[] last = SegmentTail.lastLine(channel);
      String hash = Chain.hash(last);
      number = Chain.number(last) + 1;
      if (hash == null || number == 0) {
        throw new IOException(
            file + " is damaged: see `kt audit verify`, then move it out of the directory");
      }
      chain.last(hash);
    }
    signer.sign(chain.lastBytes(), members);
    Bytes line = new Bytes(1024).ascii("{\"n\":").number(number).put(',').put(members);
    chain.seal(line);
    return line.put('\n').toByteArray();
  }
}
