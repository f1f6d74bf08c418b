package io.keeptrusts.gateway.audit;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicLong;

/** A mapped file that lines are appended to: by one thread, while another may force it. */
final class Segment {
  private final Arena arena;
  private final MemorySegment memory;
  private final AtomicLong written = new AtomicLong();
  private Path file;
  private int number = -1;
  private long forced;

  private Segment(Path file, Arena arena, MemorySegment memory) {
    this.file = file;
    this.arena = arena;
    this.memory = memory;
  }

  /** A blank: written, mapped, and not yet part of a series. */
  static Segment create(SegmentFiles files, Path file, long bytes) throws IOException {
    // Shared: the thread that prepares it is not the one that writes it, and a third one closes it.
    Arena arena = Arena.ofShared();
    try {
      return new Segment(file, arena, files.create(file, bytes, arena));
    } catch (IOException | RuntimeException | Error e) {
      arena.close();
      Files.deleteIfExists(file);
      throw e;
    }
  }

  /** Makes a blank part of a series: one rename, nothing is written. */
  void place(Path target, int as) throws IOException {
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
    file = target;
    number = as;
  }

  /** Gives a blank up that is not needed after all. */
  void discard() {
    arena.close();
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // Recovery finds it at the next start.
    }
  }

  long size() {
    return memory.byteSize();
  }

  int number() {
    return number;
  }

  long free() {
    return memory.byteSize() - written.getPlain();
  }

  boolean halfFull() {
    return written.getAcquire() > memory.byteSize() / 2;
  }

  /**
   * Appends a line. Its line feed is stored last, so that a line that has one is whole, whenever
   * the process dies.
   *
   * @throws AuditException if the memory is gone: closed, or the disk failed
   */
  void append(Bytes line) {
    long at = written.getPlain();
    try {
      MemorySegment.copy(line.array(), 0, memory, ValueLayout.JAVA_BYTE, at, line.size());
      VarHandle.releaseFence();
      memory.set(ValueLayout.JAVA_BYTE, at + line.size(), (byte) '\n');
    } catch (IllegalStateException | InternalError e) {
      throw new AuditException("the audit segment can no longer be written: " + e.getMessage(), e);
    }
    written.setRelease(at + line.size() + 1);
  }

  /** The last record, empty before the first; for the thread that finishes it. */
  byte[] lastLine() {
    long end = written.getAcquire() - 1;
    if (end < 0) {
      return new byte[0];
    }
    long from = end;
    while (from > 0 && memory.get(ValueLayout.JAVA_BYTE, from - 1) != '\n') {
      from--;
    }
    return memory.asSlice(from, end - from).toArray(ValueLayout.JAVA_BYTE);
  }

  /** Brings what was appended to the disk. Not thread-safe among forcing threads. */
  void force() {
    long end = written.getAcquire();
    if (end > forced) {
      memory.asSlice(forced, end - forced).force();
      forced = end;
    }
  }

  /**
   * Forces, unmaps and gives the file the length of its records. A thread that still appends gets
   * an {@link AuditException}.
   */
  void finish() throws IOException {
    try {
      force();
    } finally {
      arena.close();
    }
    SegmentTail.finish(file);
  }
}
