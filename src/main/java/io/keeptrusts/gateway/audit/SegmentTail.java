package io.keeptrusts.gateway.audit;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** The end of a segment file that nobody writes any more. */
final class SegmentTail {
  private static final int CHUNK = 1 << 16;

  private SegmentTail() {}

  /**
   * Cuts off the zeros behind the last record and, before them, a line without line feed. A file
   * that holds nothing else was prepared and never used, and is deleted.
   *
   * @return how many bytes the torn line had
   */
  static long finish(Path file) throws IOException {
    try (var channel = FileChannel.open(file, READ, WRITE)) {
      long content = backwards(channel, channel.size(), (byte) 0, false);
      long length = endOfLine(channel, content);
      if (length < channel.size()) {
        channel.truncate(length);
        channel.force(true);
      }
      if (length == 0) {
        Files.delete(file);
      }
      return content - length;
    }
  }

  /** The last whole line, without its line feed; empty if there is none. */
  static byte[] lastLine(Path file) throws IOException {
    try (var channel = FileChannel.open(file, READ)) {
      return lastLine(channel);
    }
  }

  static byte[] lastLine(FileChannel channel) throws IOException {
    long end = wholeLines(channel) - 1;
    if (end < 0) {
      return new byte[0];
    }
    long start = endOfLine(channel, end);
    if (end - start > LineReader.LONGEST_LINE) {
      return new byte[0];
    }
    ByteBuffer line = ByteBuffer.allocate((int) (end - start));
    while (line.hasRemaining() && channel.read(line, start + line.position()) >= 0) {}
    return line.array();
  }

  /** Where the last whole line ends. */
  static long wholeLines(FileChannel channel) throws IOException {
    return endOfLine(channel, channel.size());
  }

  /** The end of the last line feed before {@code end}. */
  private static long endOfLine(FileChannel channel, long end) throws IOException {
    return backwards(channel, end, (byte) '\n', true);
  }

  /**
   * The end of the last byte before {@code end} that is {@code sought}, or that is not; 0 if there
   * is none.
   */
  private static long backwards(FileChannel channel, long end, byte sought, boolean equal)
      throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    for (long to = end; to > 0; ) {
      long from = Math.max(0, to - CHUNK);
      chunk.clear().limit((int) (to - from));
      while (chunk.hasRemaining() && channel.read(chunk, from + chunk.position()) >= 0) {}
      for (int i = chunk.position() - 1; i >= 0; i--) {
        if (chunk.get(i) == sought == equal) {
          return from + i + 1;
        }
      }
      to = from;
    }
    return 0;
  }
}
