package io.keeptrusts.gateway.audit;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A place that records are sent to. Secrets are named, never held. */
public sealed interface SinkSettings {

  /** Names it in logs, metrics and the trail, and its position on the disk; says where it is. */
  String name();

  /** How many unsent bytes are too many. */
  long maxLag();

  /** Where its secret is; null: it needs none. */
  @Nullable SecretRef secret();

  /** An environment variable, or a file in the directory of secrets: one of both. */
  record SecretRef(@Nullable String env, @Nullable String store) {}

  /**
   * OTLP logs over HTTP.
   *
   * @param endpoint the whole URL, such as {@code https://collector:4318/v1/logs}
   * @param header carries the secret
   * @param prefix stands before the secret
   */
  record Otlp(URI endpoint, String header, String prefix, @Nullable SecretRef secret, long maxLag)
      implements SinkSettings {
    @Override
    public String name() {
      return "otlp " + endpoint;
    }
  }

  /**
   * A Kafka topic.
   *
   * @param servers bootstrap servers, {@code host:port}
   * @param protocol Kafka's {@code security.protocol}
   * @param mechanism Kafka's {@code sasl.mechanism}; empty without SASL
   * @param username for SASL; the secret is its password
   */
  record Kafka(
      List<String> servers,
      String topic,
      String protocol,
      String mechanism,
      String username,
      @Nullable SecretRef secret,
      long maxLag)
      implements SinkSettings {
    public Kafka {
      servers = List.copyOf(servers);
    }

    @Override
    public String name() {
      return "kafka " + String.join(",", servers) + "/" + topic;
    }
  }
}
