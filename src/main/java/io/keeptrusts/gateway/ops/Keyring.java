package io.keeptrusts.gateway.ops;

import io.keeptrusts.gateway.GatewayConfig;
import io.keeptrusts.gateway.access.TokenStore;
import io.keeptrusts.gateway.pack.PackSource;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The tokens of applications and those of operators, and when they are read again. Thread-safe. */
@Singleton
public final class Keyring {
  private final TokenStore applications;
  private final TokenStore operators;
  private final PackSource source;

  public Keyring(GatewayConfig config) {
    this.applications =
        new TokenStore(
            config.apiToken().map(String::strip).filter(t -> !t.isEmpty()).orElse(null),
            config.tokensDir().orElse(null));
    this.operators =
        new TokenStore(
            config.admin().token().map(String::strip).filter(t -> !t.isEmpty()).orElse(null),
            config.admin().tokensDir().orElse(null));
    List<Path> directories =
        Stream.of(applications.directory(), operators.directory())
            .filter(Objects::nonNull)
            .toList();
    this.source = new PackSource(directories);
  }

  public TokenStore applications() {
    return applications;
  }

  public TokenStore operators() {
    return operators;
  }

  /** Whether a directory has changed since the last call. Blocks. */
  boolean changed() {
    return source.poll();
  }

  /**
   * Reads the directories; the tokens of one that is not right stay as they were. Blocks.
   *
   * @return why one is refused; empty if all is well
   */
  public List<String> load() {
    return Stream.concat(
            applications.load().stream().map(problem -> "gateway.tokens-dir: " + problem),
            operators.load().stream().map(problem -> "gateway.admin.tokens-dir: " + problem))
        .toList();
  }
}
