package io.keeptrusts.gateway.policy.kind;

import io.keeptrusts.gateway.audit.SinkSettings;
import io.keeptrusts.gateway.audit.SinkSettings.SecretRef;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An entry of {@code policy.audit-logger.sinks}. What does not belong to its type is refused.
 *
 * @param endpoint otlp: the whole URL
 * @param header otlp: carries the secret; default {@code Authorization}
 * @param prefix otlp: stands before the secret; default {@code "Bearer "} in {@code Authorization}
 * @param bootstrapServers kafka
 * @param topic kafka
 * @param security kafka; default plaintext
 * @param mechanism kafka with SASL; default plain
 * @param username kafka with SASL
 * @param secretKeyRef the header's value or the password
 * @param maxLagMb 1 to 1,048,576: so many unsent megabytes are too many; default 1024
 */
public record AuditSink(
    @Nullable Type type,
    @Nullable String endpoint,
    @Nullable String header,
    @Nullable String prefix,
    @Nullable List<String> bootstrapServers,
    @Nullable String topic,
    @Nullable Security security,
    @Nullable Mechanism mechanism,
    @Nullable String username,
    @Nullable Ref secretKeyRef,
    @Nullable Integer maxLagMb) {
  private static final int MAX_LAG = 1 << 20;

  public enum Type {
    OTLP,
    KAFKA
  }

  /** Kafka's {@code security.protocol}. */
  public enum Security {
    PLAINTEXT,
    SSL,
    SASL_PLAINTEXT,
    SASL_SSL;

    private boolean sasl() {
      return this == SASL_PLAINTEXT || this == SASL_SSL;
    }
  }

  /** Kafka's {@code sasl.mechanism}. */
  public enum Mechanism {
    PLAIN,
    SCRAM_SHA_256,
    SCRAM_SHA_512
  }

  /** Names a secret: an environment variable or a file in {@code gateway.secrets-dir}. */
  public record Ref(@Nullable String env, @Nullable String store) {
    public Ref {
      if ((env == null) == (store == null)) {
        throw new IllegalArgumentException("give `env` or `store`");
      }
    }
  }

  public AuditSink {
    if (type == null) {
      throw new IllegalArgumentException("type: is missing: otlp or kafka");
    }
    if (maxLagMb != null && (maxLagMb < 1 || maxLagMb > MAX_LAG)) {
      throw new IllegalArgumentException("max_lag_mb: must be between 1 and " + MAX_LAG);
    }
    switch (type) {
      case OTLP -> {
        uri(endpoint);
        absent("bootstrap_servers", bootstrapServers, type);
        absent("topic", topic, type);
        absent("security", security, type);
        absent("mechanism", mechanism, type);
        absent("username", username, type);
        if (secretKeyRef == null && (header != null || prefix != null)) {
          throw new IllegalArgumentException("secret_key_ref: is missing: `header` needs a value");
        }
      }
      case KAFKA -> {
        absent("endpoint", endpoint, type);
        absent("header", header, type);
        absent("prefix", prefix, type);
        servers(bootstrapServers);
        if (topic == null || !topic.matches("[A-Za-z0-9._-]{1,249}")) {
          throw new IllegalArgumentException("topic: give the name of a Kafka topic");
        }
        boolean sasl = security != null && security.sasl();
        if (sasl != (username != null) || sasl != (secretKeyRef != null)) {
          throw new IllegalArgumentException(
              "security: sasl_plaintext and sasl_ssl, and only they, need `username` and `secret_key_ref`");
        }
        if (mechanism != null && !sasl) {
          throw new IllegalArgumentException("mechanism: needs `security: sasl_ssl`");
        }
      }
    }
  }

  private static void absent(String key, @Nullable Object value, Type type) {
    if (value != null) {
      throw new IllegalArgumentException(
          key + ": does not belong to `type: " + type.name().toLowerCase(Locale.ROOT) + "`");
    }
  }

  private static URI uri(@Nullable String endpoint) {
    try {
      URI uri = URI.create(Objects.requireNonNullElse(endpoint, ""));
      boolean http = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below, without the value: it may hold a key.
    }
    throw new IllegalArgumentException(
        "endpoint: give an http or https URL, such as `https://collector:4318/v1/logs`, without user or query");
  }

  private static void servers(@Nullable List<String> servers) {
    if (servers == null
        || servers.isEmpty()
        || !servers.stream().allMatch(server -> server.matches("[^\\s,:]+:\\d{1,5}"))) {
      throw new IllegalArgumentException("bootstrap_servers: give a list of `host:port`");
    }
  }

  SinkSettings settings() {
    SecretRef secret =
        secretKeyRef == null ? null : new SecretRef(secretKeyRef.env, secretKeyRef.store);
    long maxLag = (long) Objects.requireNonNullElse(maxLagMb, 1024) << 20;
    return switch (Objects.requireNonNull(type)) {
      case OTLP -> {
        String name = Objects.requireNonNullElse(header, "Authorization");
        String before = name.equalsIgnoreCase("Authorization") ? "Bearer " : "";
        yield new SinkSettings.Otlp(
            uri(endpoint), name, Objects.requireNonNullElse(prefix, before), secret, maxLag);
      }
      case KAFKA -> {
        Security protocol = Objects.requireNonNullElse(security, Security.PLAINTEXT);
        Mechanism sasl = Objects.requireNonNullElse(mechanism, Mechanism.PLAIN);
        yield new SinkSettings.Kafka(
            Objects.requireNonNull(bootstrapServers),
            Objects.requireNonNull(topic),
            protocol.name(),
            protocol.sasl() ? sasl.name().replace('_', '-') : "",
            Objects.requireNonNullElse(username, ""),
            secret,
            maxLag);
      }
    };
  }
}
