package io.keeptrusts.gateway.audit;

import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads a segment line by line in constant memory, also one that is being written. Single thread.
 */
final class LineReader implements AutoCloseable {
  static final int LONGEST_LINE = 1 << 20;
  private static final int CHUNK = 1 << 16;

  /** What stands at the current offset. */
  enum Kind {
    /** A terminated line without zeros in it. */
    LINE,
    /** Nothing more, or zeros only. */
    END,
    /** A part of one line, followed by nothing or by zeros only. */
    TORN,
    /** Zeros inside a line, with more records after it. */
    HOLE,
    TOO_LONG
  }

  private final FileChannel channel;
  private byte[] buffer = new byte[2 * CHUNK];
  private int from;
  private int to;
  private int filled;
  private long filledTo;

  LineReader(Path file, long offset) throws IOException {
    channel = FileChannel.open(file, READ);
    seek(offset);
  }

  /** Forgets what was read ahead: the writer may have gone on. */
  void seek(long offset) {
    from = to = filled = 0;
    filledTo = offset;
  }

  byte[] array() {
    return buffer;
  }

  /** Start of the current line in {@link #array()}. */
  int from() {
    return from;
  }

  /** End of the current line in {@link #array()}, without its line feed. */
  int to() {
    return to;
  }

  /** Offset in the file behind the current line and its line feed. */
  long offset() {
    return filledTo - filled + to + 1;
  }

  /** Moves to the next line. */
  Kind next() throws IOException {
    from = to == 0 && filled == 0 ? 0 : to + 1;
    int at = from;
    while (true) {
      for (; at < filled; at++) {
        if (buffer[at] == '\n') {
          to = at;
          return Kind.LINE;
        }
        if (buffer[at] == 0) {
          return zeros(filledTo - filled + at, at == from);
        }
      }
      if (at - from > LONGEST_LINE) {
        return Kind.TOO_LONG;
      }
      at -= from;
      if (!fill()) {
        return at == 0 ? Kind.END : Kind.TORN;
      }
    }
  }

  private boolean fill() throws IOException {
    System.arraycopy(buffer, from, buffer, 0, filled - from);
    filled -= from;
    from = to = 0;
    if (buffer.length - filled < CHUNK) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
    int read = channel.read(ByteBuffer.wrap(buffer, filled, CHUNK), filledTo);
    if (read <= 0) {
      return false;
    }
    filled += read;
    filledTo += read;
    return true;
  }

  /** Tells what a first zero means by looking at all that follows it. */
  private Kind zeros(long at, boolean atStart) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    boolean more = false;
    boolean terminated = false;
    for (long position = at;
        channel.read(chunk.clear(), position) > 0;
        position += chunk.position()) {
      for (int i = 0; i < chunk.position(); i++) {
        byte b = chunk.get(i);
        if (b != 0 && terminated) {
          return Kind.HOLE;
        }
        more |= b != 0;
        terminated |= b == '\n';
      }
    }
    return more || !atStart ? Kind.TORN : Kind.END;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
