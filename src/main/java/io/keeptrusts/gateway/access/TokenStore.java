package io.keeptrusts.gateway.access;

import io.keeptrusts.gateway.exchange.Caller;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tokens by name: one that the configuration holds, and those of a directory, one file each, as
 * Kubernetes mounts a Secret. A file's name is the token's name; its lines are the values that
 * count for it, so that a new one can come before the old one goes: the token itself, or {@code
 * sha256:} and its digest in hex. In memory are digests only.
 *
 * <p>Loading is atomic: a directory that is not right changes nothing. Thread-safe; loading blocks,
 * {@link #nameOf} does not.
 */
public final class TokenStore {
  /** What the token of the configuration is called. */
  public static final String DEFAULT = "default";

  private static final Set<String> RESERVED = Set.of(DEFAULT, Caller.OIDC);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}");
  private static final String HASHED = "sha256:";
  private static final int LEAST = 16;
  private static final int MAX_BYTES = 64 * 1024;

  private record Token(String name, byte[] sha256) {}

  private final List<Token> fixed;
  private final @Nullable Path directory;
  private volatile List<Token> tokens;

  /**
   * @param token known from the start; null: none
   * @param directory read by {@link #load}; null: none
   */
  public TokenStore(@Nullable String token, @Nullable Path directory) {
    this.fixed = token == null ? List.of() : List.of(new Token(DEFAULT, sha256(token)));
    this.directory = directory;
    this.tokens = fixed;
  }

  /** The directory that {@link #load} reads; null: none. */
  public @Nullable Path directory() {
    return directory;
  }

  /** Whether a token is wanted at all: also where a directory was named and could not be read. */
  public boolean isConfigured() {
    return directory != null || !fixed.isEmpty();
  }

  /** Whether the configuration holds a token. */
  public boolean hasDefault() {
    return !fixed.isEmpty();
  }

  /**
   * The name of a token; null if nobody has it. Every token is compared, each in constant time: how
   * much of a guess was right, and of which token, does not show.
   */
  public @Nullable String nameOf(String presented) {
    byte[] digest = sha256(presented);
    String name = null;
    for (Token token : tokens) {
      if (MessageDigest.isEqual(token.sha256(), digest)) {
        name = token.name();
      }
    }
    return name;
  }

  /**
   * Reads the directory.
   *
   * @return why it is refused, naming files and never what is in them; empty if it is in force
   */
  public synchronized List<String> load() {
    if (directory == null) {
      return List.of();
    }
    List<String> problems = new ArrayList<>();
    List<Token> read = new ArrayList<>();
    try (Stream<Path> entries = Files.list(directory)) {
      // Names with a leading dot are Kubernetes' own links, and editors' files.
      entries
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .filter(Files::isRegularFile)
          .sorted()
          .forEach(file -> read(file, read, problems));
    } catch (IOException e) {
      problems.add("cannot be read: " + e.getClass().getSimpleName());
    }
    if (read.isEmpty() && problems.isEmpty()) {
      problems.add("holds no token");
    }
    List<Token> all = Stream.concat(fixed.stream(), read.stream()).toList();
    ambiguous(all, problems);
    if (problems.isEmpty()) {
      tokens = all;
    }
    return List.copyOf(problems);
  }

  private static void read(Path file, List<Token> tokens, List<String> problems) {
    String name = file.getFileName().toString();
    if (!NAME.matcher(name).matches() || RESERVED.contains(name)) {
      problems.add(
          "a file's name is not one for a token: letters, digits, `_`, `-` and `.`, and not `default` or `oidc`");
      return;
    }
    List<String> lines;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        problems.add(name + ": is longer than tokens are");
        return;
      }
      lines =
          new String(bytes, StandardCharsets.UTF_8)
              .lines()
              .map(String::strip)
              .filter(line -> !line.isEmpty())
              .toList();
    } catch (IOException e) {
      problems.add(name + ": cannot be read: " + e.getClass().getSimpleName());
      return;
    }
    if (lines.isEmpty()) {
      problems.add(name + ": is empty");
    }
    for (int i = 0; i < lines.size(); i++) {
      byte[] digest = digest(lines.get(i));
      if (digest == null) {
        problems.add(
            "%s:%d: must be %d or more characters of printable ASCII, or sha256: and 64 hex digits"
                .formatted(name, i + 1, LEAST));
      } else {
        tokens.add(new Token(name, digest));
      }
    }
  }

  private static byte @Nullable [] digest(String line) {
    if (line.toLowerCase(Locale.ROOT).startsWith(HASHED)) {
      try {
        byte[] digest = HexFormat.of().parseHex(line.substring(HASHED.length()).strip());
        return digest.length == 32 ? digest : null;
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    boolean printable = line.chars().allMatch(c -> c > ' ' && c < 0x7F);
    return printable && line.length() >= LEAST ? sha256(line) : null;
  }

  /** One token under two names would belong to nobody. */
  private static void ambiguous(List<Token> tokens, List<String> problems) {
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      tokens.subList(0, i).stream()
          .filter(other -> !other.name().equals(token.name()))
          .filter(other -> MessageDigest.isEqual(other.sha256(), token.sha256()))
          .forEach(other -> problems.add(token.name() + ": has the same token as " + other.name()));
    }
  }

  private static byte[] sha256(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
