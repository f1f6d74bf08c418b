package io.keeptrusts.gateway.audit;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** A mapped file that lines are appended to: by one thread, while another may force it. */
final class Segment {
  private final int number;
  private final Path file;
  private final Arena arena;
  private final MemorySegment memory;
  private final AtomicLong written = new AtomicLong();
  private long forced;

  private Segment(int number, Path file, Arena arena, MemorySegment memory) {
    this.number = number;
    this.file = file;
    this.arena = arena;
    this.memory = memory;
  }

  static Segment create(SegmentFiles files, Path file, int number, long bytes) throws IOException {
    // Shared: the thread that prepares it is not the one that writes it, and a third one closes it.
    Arena arena = Arena.ofShared();
    try {
      return new Segment(number, file, arena, files.create(file, bytes, arena));
    } catch (IOException | RuntimeException | Error e) {
      arena.close();
      Files.deleteIfExists(file);
      throw e;
    }
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
