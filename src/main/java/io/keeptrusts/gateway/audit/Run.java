package io.keeptrusts.gateway.audit;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A process's hold on the series it writes: an exclusive lock on {@code <run>.lock} while it lives.
 * A run whose lock file is gone was closed in order; one whose lock file is there but not held has
 * crashed. So several gateways may share a directory.
 */
final class Run implements AutoCloseable {
  private static final DateTimeFormatter START =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final String SUFFIX = ".lock";

  // POSIX drops all of a process's locks on a file when any of its channels on it closes: never
  // open a lock file of our
  // own twice.
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final String name;
  private final Path lockFile;
  private final FileChannel channel;

  private Run(String name, Path lockFile, FileChannel channel) {
    this.name = name;
    this.lockFile = lockFile;
    this.channel = channel;
  }

  /** A new run. */
  static Run start(Path dir, Instant now) throws IOException {
    String name = "%s-%08x".formatted(START.format(now), new SecureRandom().nextInt());
    // Locked under another name first, or a process that starts at this moment could take it for a
    // crashed one.
    Path fresh = dir.resolve("." + name + ".new");
    Run run = lock(name, fresh, lockFile(dir, name));
    if (run == null) {
      throw new IOException("cannot lock files in " + dir);
    }
    try {
      Files.move(fresh, run.lockFile, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      run.release();
      throw e;
    }
    return run;
  }

  /** Takes over a run; null while some process, this one included, still holds it. */
  static @Nullable Run takeOver(Path dir, String name) throws IOException {
    Path lockFile = lockFile(dir, name);
    return lock(name, lockFile, lockFile);
  }

  private static @Nullable Run lock(String name, Path file, Path lockFile) throws IOException {
    if (!HELD_HERE.add(lockFile)) {
      return null;
    }
    FileChannel channel = null;
    FileLock lock = null;
    try {
      channel = FileChannel.open(file, CREATE, WRITE);
      lock = channel.tryLock();
      return lock == null ? null : new Run(name, lockFile, channel);
    } catch (OverlappingFileLockException e) {
      // Held by this process through other classes, as after a live reload.
      return null;
    } finally {
      if (lock == null) {
        HELD_HERE.remove(lockFile);
        if (channel != null) {
          channel.close();
        }
      }
    }
  }

  private static Path lockFile(Path dir, String name) throws IOException {
    return dir.toRealPath().resolve(name + SUFFIX);
  }

  /** Whether its lock file is there: then it lives, or has crashed and was not recovered. */
  static boolean unfinished(Path dir, String name) {
    return Files.exists(dir.resolve(name + SUFFIX));
  }

  /** The runs of a directory that are alive or have crashed. */
  static List<String> unfinished(Path dir) throws IOException {
    List<String> names = new ArrayList<>();
    try (var files = Files.newDirectoryStream(dir, "*" + SUFFIX)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        names.add(name.substring(0, name.length() - SUFFIX.length()));
      }
    }
    return names;
  }

  /** Whether a lock is a run's, and not the turn of retention. */
  static boolean isName(String name) {
    return name.length() == "20260301T120000Z-00000000".length() && name.charAt(16) == '-';
  }

  String name() {
    return name;
  }

  /** Ends the run in order. */
  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(lockFile);
    } finally {
      release();
    }
  }

  private void release() throws IOException {
    try {
      channel.close();
    } finally {
      HELD_HERE.remove(lockFile);
    }
  }
}
