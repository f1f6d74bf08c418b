package io.keeptrusts.gateway.audit;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Where segments come from. */
@FunctionalInterface
interface SegmentFiles {

  /** Makes a new file of {@code bytes} zeros and maps it. */
  MemorySegment create(Path file, long bytes, Arena arena) throws IOException;

  /**
   * Bytes that are written at once. A file system may keep them as one piece, and a byte that
   * changes makes the whole piece dirty: with pieces of 1 MiB, ext4 of Linux 6.18 wrote 36 times
   * what was appended, and a page's first byte cost three times as much. With these it writes 1.5
   * times as much.
   */
  int PIECE = 16 << 10;

  /**
   * Writes the zeros instead of setting a length: a full disk then shows here as an IOException,
   * and not later, in the middle of a record, as a fault on mapped memory. Files are for the owner
   * only.
   */
  SegmentFiles ON_DISK =
      (file, bytes, arena) -> {
        try (var channel =
            FileChannel.open(file, Set.of(CREATE_NEW, READ, WRITE), ownerOnly(file))) {
          ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(bytes, PIECE));
          for (long left = bytes; left > 0; ) {
            left -= channel.write(zeros.clear().limit((int) Math.min(left, zeros.capacity())));
          }
          return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
        }
      };

  /** For its owner only, where the file system knows owners. */
  static FileAttribute<?>[] ownerOnly(Path file) {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
