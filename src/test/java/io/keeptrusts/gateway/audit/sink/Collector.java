package io.keeptrusts.gateway.audit.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keeptrusts.gateway.audit.AuditTrail;
import io.keeptrusts.gateway.audit.SinkSettings;
import io.keeptrusts.gateway.audit.TrailFixture;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.Received;
import io.keeptrusts.gateway.testing.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A collector of OTLP logs on a real socket, and what it took. */
final class Collector implements AutoCloseable {
  static final Reply TAKEN = Reply.json(200, "{}");
  private static final JsonMapper JSON = new JsonMapper();

  final FakeUpstream server = FakeUpstream.start();
  final List<JsonNode> taken = new CopyOnWriteArrayList<>();

  Collector() {
    server.handle(this::take);
  }

  /** Takes all that a request holds. */
  Reply take(Received request) {
    records(request).forEach(taken::add);
    return TAKEN;
  }

  static Stream<JsonNode> records(Received request) {
    try {
      return JSON.readTree(request.body())
          .at("/resourceLogs/0/scopeLogs/0/logRecords")
          .valueStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  SinkSettings settings(long maxLag) {
    URI endpoint = URI.create(server.baseUrl() + "/v1/logs");
    return new SinkSettings.Otlp(endpoint, "Authorization", "Bearer ", null, maxLag);
  }

  /** The lines that were taken, but those of checkpoints and notes. */
  List<String> lines() {
    return lines(taken.stream());
  }

  static List<String> lines(Stream<JsonNode> records) {
    return records
        .filter(record -> !attribute(record, "series").endsWith(".00"))
        .map(record -> record.at("/body/stringValue").asText())
        .toList();
  }

  static String attribute(JsonNode record, String name) {
    for (JsonNode attribute : record.path("attributes")) {
      if (attribute.path("key").asText().equals("keeptrusts.audit." + name)) {
        JsonNode value = attribute.path("value");
        return value.path("stringValue").asText(value.path("intValue").asText());
      }
    }
    return "";
  }

  /** The lines of the trail itself, but those of checkpoints and notes. */
  static List<String> written(Path dir) throws IOException {
    return TrailFixture.segments(dir).stream().flatMap(TrailFixture::lines).toList();
  }

  /** What the trail says was left out. */
  static List<JsonNode> leftOut(Path dir) throws IOException {
    return TrailFixture.checkpointSegments(dir).stream()
        .flatMap(TrailFixture::lines)
        .map(Collector::json)
        .filter(record -> record.path("k").asText().equals("left-out"))
        .toList();
  }

  private static JsonNode json(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Shipper ship(Path dir, AuditTrail trail, long maxLag, boolean failOpen) throws IOException {
    return Shipper.start(dir, settings(maxLag), "", host -> {}, failOpen, trail::leftOut);
  }

  @Override
  public void close() {
    server.close();
  }
}
