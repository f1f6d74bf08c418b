package io.keeptrusts.gateway.audit.sink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.keeptrusts.gateway.audit.TrailTail.Line;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;

/**
 * {@code ExportLogsServiceRequest} and its answer in OTLP's JSON: lowerCamelCase names, 64-bit
 * numbers as strings. A record becomes a log record whose body is the record's own line, so that
 * hashes can still be checked; time, series, number, kind and exchange are attributes.
 */
final class OtlpJson {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int INFO = 9;

  private OtlpJson() {}

  static byte[] request(List<Line> lines) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeArrayFieldStart("resourceLogs");
      out.writeStartObject();
      out.writeObjectFieldStart("resource");
      out.writeArrayFieldStart("attributes");
      attribute(out, "service.name", "keeptrusts-gateway");
      out.writeEndArray();
      out.writeEndObject();
      out.writeArrayFieldStart("scopeLogs");
      out.writeStartObject();
      out.writeObjectFieldStart("scope");
      out.writeStringField("name", "keeptrusts.audit");
      out.writeEndObject();
      out.writeArrayFieldStart("logRecords");
      for (Line line : lines) {
        record(out, line);
      }
      out.writeEndArray();
      out.writeEndObject();
      out.writeEndArray();
      out.writeEndObject();
      out.writeEndArray();
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void record(JsonGenerator out, Line line) throws IOException {
    out.writeStartObject();
    out.writeStringField("timeUnixNano", nanos(member(line.bytes(), "t")));
    out.writeNumberField("severityNumber", INFO);
    out.writeStringField("severityText", "INFO");
    out.writeObjectFieldStart("body");
    out.writeStringField("stringValue", new String(line.bytes(), StandardCharsets.UTF_8));
    out.writeEndObject();
    out.writeArrayFieldStart("attributes");
    attribute(out, "keeptrusts.audit.series", line.series());
    out.writeStartObject();
    out.writeStringField("key", "keeptrusts.audit.record");
    out.writeObjectFieldStart("value");
    out.writeStringField("intValue", Long.toString(line.number()));
    out.writeEndObject();
    out.writeEndObject();
    attribute(out, "keeptrusts.audit.kind", member(line.bytes(), "k"));
    String exchange = member(line.bytes(), "x");
    if (!exchange.isEmpty()) {
      attribute(out, "keeptrusts.exchange", exchange);
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void attribute(JsonGenerator out, String key, String value) throws IOException {
    out.writeStartObject();
    out.writeStringField("key", key);
    out.writeObjectFieldStart("value");
    out.writeStringField("stringValue", value);
    out.writeEndObject();
    out.writeEndObject();
  }

  private static String nanos(String time) {
    try {
      Instant at = Instant.parse(time);
      return Long.toString(at.getEpochSecond() * 1_000_000_000 + at.getNano());
    } catch (DateTimeException e) {
      return "0";
    }
  }

  /** A text that stands at the top of a record; empty if it has none. */
  static String member(byte[] record, String name) {
    try (JsonParser in = JSON.createParser(record)) {
      in.nextToken();
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String is = in.currentName();
        JsonToken value = in.nextToken();
        if (is.equals(name)) {
          return value == JsonToken.VALUE_STRING ? in.getText() : "";
        }
        in.skipChildren();
      }
      return "";
    } catch (IOException e) {
      return "";
    }
  }

  /** How many records of a request were rejected although it succeeded; 0 if that is not said. */
  static long rejected(byte[] answer) {
    try (JsonParser in = JSON.createParser(answer)) {
      while (in.nextToken() != null) {
        if (in.currentToken() == JsonToken.FIELD_NAME
            && in.currentName().equals("rejectedLogRecords")) {
          in.nextToken();
          return Math.max(0, in.getValueAsLong());
        }
      }
    } catch (IOException e) {
      // No JSON: a collector may answer what it likes.
    }
    return 0;
  }
}
