package io.keeptrusts.gateway.pack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Notices when files change, by content: Kubernetes replaces a mounted ConfigMap or Secret by
 * swapping a symbolic link, which leaves the times and names of the entries as they were. Holds no
 * thread and no file handle; one caller at a time.
 *
 * <p>Poll first, then read: what changes in between is seen by the next poll.
 */
public final class PackSource {

  private final List<Path> paths;
  private String hash = "";

  /**
   * @param paths files, and directories whose files count; they may be missing for a while
   */
  public PackSource(List<Path> paths) {
    this.paths = List.copyOf(paths);
  }

  /**
   * True if anything changed since the last poll; the first poll always says so. Reads the files,
   * so it blocks.
   */
  public boolean poll() {
    String now = digest();
    boolean changed = !now.equals(hash);
    hash = now;
    return changed;
  }

  /** SHA-256 in hex of what the last poll saw; empty before the first. */
  public String hash() {
    return hash;
  }

  private String digest() {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      for (Path path : paths) {
        add(sha, path);
      }
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void add(MessageDigest sha, Path path) {
    if (!Files.isDirectory(path)) {
      file(sha, path);
      return;
    }
    try (Stream<Path> entries = Files.list(path)) {
      entries.filter(Files::isRegularFile).sorted().forEach(entry -> file(sha, entry));
    } catch (IOException | UncheckedIOException e) {
      field(sha, e.getClass().getName().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void file(MessageDigest sha, Path file) {
    field(sha, file.toString().getBytes(StandardCharsets.UTF_8));
    if (!Files.isRegularFile(file)) {
      sha.update((byte) 0);
      return;
    }
    try (InputStream in = Files.newInputStream(file)) {
      // More than the reader accepts is refused anyway.
      field(sha, in.readNBytes(YamlReader.MAX_BYTES + 1));
    } catch (IOException e) {
      field(sha, e.getClass().getName().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void field(MessageDigest sha, byte[] bytes) {
    sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    sha.update(bytes);
  }
}
