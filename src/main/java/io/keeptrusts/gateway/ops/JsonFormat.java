package io.keeptrusts.gateway.ops;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.keeptrusts.gateway.exchange.Trace;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;

/**
 * One JSON object a line: {@code timestamp} (RFC 3339, UTC), {@code level}, {@code logger}, {@code
 * message}, then the record's fields under their own names, those of {@link #NUMBERS} as numbers,
 * and of a failure {@code error}: its class and where it happened, never its message. Thread-safe.
 */
final class JsonFormat extends ExtFormatter {
  private static final JsonFactory JSON = new JsonFactory();

  private static final Set<String> NUMBERS =
      Set.of("status", "duration_ms", "first_token_ms", "input_tokens", "output_tokens");

  /** A field of this name would say something twice. */
  private static final Set<String> FIXED =
      Set.of("timestamp", "level", "logger", "message", "error");

  @Override
  public String format(ExtLogRecord record) {
    StringWriter line = new StringWriter(256);
    try (JsonGenerator out = JSON.createGenerator(line)) {
      out.writeStartObject();
      out.writeStringField("timestamp", record.getInstant().toString());
      out.writeStringField("level", record.getLevel().getName());
      out.writeStringField("logger", String.valueOf(record.getLoggerName()));
      out.writeStringField("message", String.valueOf(formatMessage(record)));
      for (Map.Entry<String, String> field : record.getMdcCopy().entrySet()) {
        if (!FIXED.contains(field.getKey())) {
          write(out, field.getKey(), field.getValue());
        }
      }
      if (record.getThrown() != null) {
        out.writeStringField("error", Trace.of(record.getThrown()));
      }
      out.writeEndObject();
      out.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line.toString();
  }

  private static void write(JsonGenerator out, String key, String value) throws IOException {
    out.writeFieldName(key);
    if (NUMBERS.contains(key)) {
      out.writeNumber(value);
    } else {
      out.writeString(value);
    }
  }
}
