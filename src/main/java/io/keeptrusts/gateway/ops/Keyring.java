package io.keeptrusts.gateway.ops;

import io.keeptrusts.gateway.GatewayConfig;
import io.keeptrusts.gateway.access.Egress;
import io.keeptrusts.gateway.access.IdentityProvider;
import io.keeptrusts.gateway.access.Proof;
import io.keeptrusts.gateway.access.TokenStore;
import io.keeptrusts.gateway.pack.PackSource;
import io.keeptrusts.gateway.wire.TlsMaterial;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The tokens of applications and those of operators, and when they are read again. Thread-safe. */
@Singleton
public final class Keyring {
  private final TokenStore applications;
  private final TokenStore operators;
  private final PackSource source;
  private final @Nullable IdentityProvider provider;

  /**
   * @throws IllegalArgumentException if settings of the identity provider are not right
   */
  public Keyring(GatewayConfig config, Egress egress, TlsMaterial tls) {
    this.provider = provider(config.oidc(), egress, tls);
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

  private static @Nullable IdentityProvider provider(
      GatewayConfig.Oidc config, Egress egress, TlsMaterial tls) {
    if (config.issuer().isEmpty() && config.jwksUrl().isEmpty() && config.audience().isEmpty()) {
      return null;
    }
    Proof.Terms terms =
        new Proof.Terms(
            config.issuer().orElse(null),
            config.audience().orElse(List.of()),
            Math.toIntExact(config.leeway().toSeconds()),
            config.userClaim(),
            config.roleClaims());
    String name = config.tls().orElse(null);
    return new IdentityProvider(
        new IdentityProvider.Settings(terms, config.jwksUrl().orElse(null), config.refresh()),
        egress,
        () -> name == null ? null : tls.context(name));
  }

  /** The identity provider whose tokens are accepted; null: none. */
  public @Nullable IdentityProvider provider() {
    return provider;
  }

  /** Fetches the keys of the identity provider from now on. */
  public void start() {
    if (provider != null) {
      provider.start();
    }
  }

  @PreDestroy
  public void close() {
    if (provider != null) {
      provider.close();
    }
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
