package io.keeptrusts.gateway.testing;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** An OTLP receiver of traces on a real socket, HTTP with protobuf, and what it took. */
public final class SpanReceiver implements AutoCloseable {
  private final FakeUpstream server = FakeUpstream.start();
  private final List<ResourceSpans> taken = new CopyOnWriteArrayList<>();

  public SpanReceiver() {
    server.handle(
        request -> {
          try {
            taken.addAll(
                ExportTraceServiceRequest.parseFrom(request.body()).getResourceSpansList());
          } catch (InvalidProtocolBufferException e) {
            return Reply.of(400, Map.of(), new byte[0]);
          }
          return Reply.of(200, Map.of("Content-Type", "application/x-protobuf"), new byte[0]);
        });
  }

  /** Settings of a gateway that sends its spans here, soon. */
  public Map<String, String> settings() {
    return Map.of("otel.exporter.otlp.endpoint", server.baseUrl(), "otel.bsp.schedule.delay", "20");
  }

  /** What came, as soon as it is as many; in the order in which they ended. */
  public List<Span> spans(int count) {
    await().atMost(Duration.ofSeconds(10)).until(() -> all().count() >= count);
    return all().toList();
  }

  private Stream<Span> all() {
    return taken.stream()
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream());
  }

  /** Attributes of who sent the spans. */
  public Map<String, String> resource() {
    return attributes(taken.getFirst().getResource().getAttributesList());
  }

  /** Paths and everything else of each request, to search for what must not be there. */
  public String everything() {
    StringBuilder all = new StringBuilder();
    server.requests().forEach(request -> all.append(request.uri()).append(request.text()));
    return all.toString();
  }

  public static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  public static Map<String, String> attributes(Span span) {
    return attributes(span.getAttributesList());
  }

  /** By name; lists in brackets. */
  public static Map<String, String> attributes(List<KeyValue> attributes) {
    Map<String, String> byName = new TreeMap<>();
    attributes.forEach(each -> byName.put(each.getKey(), text(each.getValue())));
    return byName;
  }

  private static String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INT_VALUE -> Long.toString(value.getIntValue());
      case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
      case ARRAY_VALUE ->
          value.getArrayValue().getValuesList().stream()
              .map(SpanReceiver::text)
              .toList()
              .toString();
      default -> throw new AssertionError("not expected: " + value);
    };
  }

  @Override
  public void close() {
    server.close();
  }
}
