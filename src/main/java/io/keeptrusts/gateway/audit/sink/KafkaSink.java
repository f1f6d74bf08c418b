package io.keeptrusts.gateway.audit.sink;

import io.keeptrusts.gateway.audit.SinkSettings;
import io.keeptrusts.gateway.audit.TrailTail.Line;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka topic: key the series, value the record's line; so a series stays in one partition and in
 * order. The producer is idempotent and waits for all replicas; after a failure a new one is made.
 */
final class KafkaSink implements Sink {
  private static final int MAX_REQUEST = 2 << 20;

  private final String topic;
  private final Supplier<Producer<byte[], byte[]>> producers;
  private @Nullable Producer<byte[], byte[]> producer;

  KafkaSink(SinkSettings.Kafka settings, String password) {
    this(
        settings.topic(),
        () ->
            new KafkaProducer<>(
                config(settings, password), new ByteArraySerializer(), new ByteArraySerializer()));
  }

  KafkaSink(String topic, Supplier<Producer<byte[], byte[]>> producers) {
    this.topic = topic;
    this.producers = producers;
  }

  static Map<String, Object> config(SinkSettings.Kafka settings, String password) {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", settings.servers());
    config.put("client.id", "keeptrusts-gateway-audit");
    config.put("acks", "all");
    config.put("enable.idempotence", true);
    config.put("max.block.ms", 10_000);
    config.put("request.timeout.ms", 10_000);
    config.put("delivery.timeout.ms", 20_000);
    config.put("max.request.size", MAX_REQUEST);
    config.put("security.protocol", settings.protocol());
    if (!settings.mechanism().isEmpty()) {
      String login = settings.mechanism().startsWith("SCRAM") ? "scram.Scram" : "plain.Plain";
      config.put("sasl.mechanism", settings.mechanism());
      config.put(
          "sasl.jaas.config",
          "org.apache.kafka.common.security.%sLoginModule required username=\"%s\" password=\"%s\";"
              .formatted(login, quoted(settings.username()), quoted(password)));
    }
    return config;
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  @Override
  public List<Line> send(List<Line> lines) throws SinkException, InterruptedException {
    try {
      return refused(lines, sending(lines));
    } catch (InterruptException e) {
      throw new InterruptedException();
    } catch (KafkaException e) {
      close();
      Throwable why = e.getCause() == null ? e : e.getCause();
      throw new SinkException("takes nothing: " + why.getClass().getSimpleName(), null);
    }
  }

  private List<Future<?>> sending(List<Line> lines) throws InterruptedException {
    Producer<byte[], byte[]> open = producer == null ? producers.get() : producer;
    producer = open;
    List<Future<?>> sending = new ArrayList<>();
    for (Line line : lines) {
      byte[] key = line.series().getBytes(StandardCharsets.UTF_8);
      Future<?> sent = open.send(new ProducerRecord<>(topic, key, line.bytes()));
      if (sent.isDone()) {
        // Without a broker each of them would wait for one: the first says it for all.
        var _ = arrived(sent);
      }
      sending.add(sent);
    }
    open.flush();
    return sending;
  }

  private static List<Line> refused(List<Line> lines, List<Future<?>> sending)
      throws InterruptedException {
    List<Line> refused = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!arrived(sending.get(i))) {
        refused.add(lines.get(i));
      }
    }
    return refused;
  }

  /** False for a record that will never be taken; throws if it may be another time. */
  private static boolean arrived(Future<?> sent) throws InterruptedException {
    try {
      sent.get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RecordTooLargeException) {
        return false;
      }
      throw new KafkaException("a record did not arrive", e.getCause());
    }
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(Duration.ZERO);
      producer = null;
    }
  }
}
