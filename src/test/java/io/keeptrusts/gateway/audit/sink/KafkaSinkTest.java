package io.keeptrusts.gateway.audit.sink;

import static io.keeptrusts.gateway.audit.TrailFixture.ALL;
import static io.keeptrusts.gateway.audit.TrailFixture.START;
import static io.keeptrusts.gateway.audit.TrailFixture.exchange;
import static io.keeptrusts.gateway.audit.TrailFixture.small;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keeptrusts.gateway.audit.AuditTrail;
import io.keeptrusts.gateway.audit.SinkSettings;
import io.keeptrusts.gateway.audit.TrailTail.Line;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the sink asks of Kafka's own producer, and, with {@code -Dkafka.bootstrap=host:port}, what a
 * real broker makes of it.
 */
class KafkaSinkTest {
  private final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();

  @TempDir Path dir;

  private KafkaSink sink() {
    return new KafkaSink(
        "audit",
        () -> {
          ByteArraySerializer bytes = new ByteArraySerializer();
          producers.add(new MockProducer<>(true, null, bytes, bytes));
          return producers.getLast();
        });
  }

  private static List<Line> lines(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Line("series." + i % 2, i, ("line " + i).getBytes(UTF_8)))
        .toList();
  }

  @Test
  void aRecordIsAValueUnderTheKeyOfItsSeriesInOrder() throws Exception {
    try (KafkaSink sink = sink()) {
      assertThat(sink.send(lines(3))).isEmpty();
    }

    assertThat(producers).hasSize(1);
    assertThat(producers.getFirst().history())
        .extracting(
            r -> r.topic() + " " + new String(r.key(), UTF_8) + " " + new String(r.value(), UTF_8))
        .containsExactly("audit series.0 line 0", "audit series.1 line 1", "audit series.0 line 2");
    assertThat(producers.getFirst().closed()).isTrue();
  }

  @Test
  void oneThatDoesNotArriveIsSentAgainByANewProducer() throws Exception {
    try (KafkaSink sink = sink()) {
      sink.send(lines(1));
      producers.getFirst().sendException = new AuthenticationException("no");

      assertThatExceptionOfType(SinkException.class)
          .isThrownBy(() -> sink.send(lines(2)))
          .withMessage("takes nothing: AuthenticationException");
      assertThat(producers.getFirst().closed()).isTrue();
      assertThat(sink.send(lines(2))).isEmpty();

      assertThat(producers).hasSize(2);
      assertThat(producers.getLast().history()).hasSize(2);
    }
  }

  @Test
  void oneThatIsTooLargeForTheBrokerIsRefusedAlone() throws Exception {
    ByteArraySerializer bytes = new ByteArraySerializer();
    MockProducer<byte[], byte[]> second =
        new MockProducer<>(false, null, bytes, bytes) {
          @Override
          public synchronized void flush() {
            completeNext();
            errorNext(new RecordTooLargeException("too large"));
            super.flush();
          }
        };
    try (KafkaSink sink = new KafkaSink("audit", () -> second)) {
      List<Line> refused = sink.send(lines(3));

      assertThat(refused).extracting(Line::number).containsExactly(1L);
      assertThat(second.closed()).isFalse();
    }
  }

  @Test
  void theProducerIsAskedForNoLossAndNoDoubles() {
    SinkSettings.Kafka plain =
        new SinkSettings.Kafka(List.of("k:9092"), "audit", "PLAINTEXT", "", "", null, 1);
    SinkSettings.Kafka scram =
        new SinkSettings.Kafka(
            List.of("k:9092"), "audit", "SASL_SSL", "SCRAM-SHA-512", "ann", null, 1);

    assertThat(KafkaSink.config(plain, ""))
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", true)
        .containsEntry("security.protocol", "PLAINTEXT")
        .doesNotContainKey("sasl.jaas.config");
    assertThat(KafkaSink.config(scram, "p\"w\\"))
        .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
        .containsEntry(
            "sasl.jaas.config",
            "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"ann\" password=\"p\\\"w\\\\\";");
  }

  @Test
  void aBrokerThatIsNotThereIsAFailureAndNoWait() throws Exception {
    SinkSettings nowhere =
        new SinkSettings.Kafka(List.of("127.0.0.1:1"), "audit", "PLAINTEXT", "", "", null, 1 << 30);
    try (AuditTrail trail = AuditTrail.open(dir, ALL, small(() -> START));
        Shipper shipper = Shipper.start(dir, nowhere, "", host -> {}, false, trail::leftOut)) {
      exchange(trail, "x", 100);

      await().atMost(Duration.ofSeconds(25)).until(() -> shipper.failed() > 0);
      assertThat(shipper.lag()).isPositive();
      assertThat(shipper.lost()).isZero();
    }
  }

  @Test
  void aRealBrokerGetsEveryRecordInOrder() throws Exception {
    String bootstrap = System.getProperty("kafka.bootstrap", "");
    assumeTrue(!bootstrap.isEmpty(), "no broker: give -Dkafka.bootstrap=host:port");
    String topic = "audit-" + UUID.randomUUID();
    SinkSettings settings =
        new SinkSettings.Kafka(List.of(bootstrap), topic, "PLAINTEXT", "", "", null, 1 << 30);
    try (AuditTrail trail = AuditTrail.open(dir, ALL, small(() -> START));
        Shipper shipper = Shipper.start(dir, settings, "", host -> {}, false, trail::leftOut)) {
      for (int i = 0; i < 5; i++) {
        exchange(trail, "x" + i, 400);
        trail.force();
      }
      List<String> written = Collector.written(dir);
      List<String> read = new ArrayList<>();
      ByteArrayDeserializer bytes = new ByteArrayDeserializer();
      Map<String, Object> config =
          Map.of(
              "bootstrap.servers", bootstrap, "group.id", topic, "auto.offset.reset", "earliest");
      try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(config, bytes, bytes)) {
        consumer.subscribe(List.of(topic));
        await()
            .atMost(Duration.ofSeconds(60))
            .until(
                () -> {
                  consumer
                      .poll(Duration.ofMillis(500))
                      .forEach(
                          record -> {
                            if (!new String(record.key(), UTF_8).endsWith(".00")) {
                              read.add(new String(record.value(), UTF_8));
                            }
                          });
                  return read.size() >= written.size();
                });
      }

      assertThat(read).isEqualTo(written);
      assertThat(shipper.failed()).isZero();
    }
  }
}
