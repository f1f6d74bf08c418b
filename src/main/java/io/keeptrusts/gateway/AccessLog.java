package io.keeptrusts.gateway;

import io.keeptrusts.gateway.exchange.Ended;
import io.keeptrusts.gateway.exchange.Usage;
import java.util.Locale;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One line for each exchange, in the category {@value #CATEGORY}: failures at WARN, what was
 * blocked or refused at INFO, the rest at DEBUG, so that the category's level makes it an access
 * log. What the line says is also in the record's fields, of which a structured format makes keys.
 * Never text, and of names only what the pack knows.
 */
final class AccessLog {
  static final String CATEGORY = "gateway.access";

  private static final Logger LOG = Logger.getLogger(CATEGORY);

  private AccessLog() {}

  static void ended(Ended ended, String traceId, String spanId) {
    Level level = level(ended);
    if (!LOG.isLoggable(level)) {
      return;
    }
    ExtLogRecord record = new ExtLogRecord(level, "", AccessLog.class.getName());
    record.setLoggerName(CATEGORY);
    Line line = new Line(record);
    line.add("request_id", ended.exchange().id());
    line.add("trace_id", traceId);
    line.add("span_id", spanId);
    line.add("operation", ended.operation().name());
    line.add("model", ended.operation().model());
    line.add("provider", ended.operation().provider());
    line.add("outcome", ended.outcome());
    line.add("status", Integer.toString(ended.status()));
    line.add("policy", ended.policy());
    line.add("code", ended.code());
    line.add("duration_ms", millis(ended.nanos()));
    line.add("first_token_ms", ended.firstNanos() == 0 ? null : millis(ended.firstNanos()));
    Usage usage = ended.usage();
    if (usage != null) {
      line.add("input_tokens", Long.toString(Math.max(0, usage.promptTokens())));
      line.add("output_tokens", Long.toString(Math.max(0, usage.completionTokens())));
    }
    record.setMessage(line.text.toString(), ExtLogRecord.FormatStyle.NO_FORMAT);
    LOG.logRaw(record);
  }

  private static Level level(Ended ended) {
    if (ended.outcome().equals("failed")) {
      return Level.WARN;
    }
    return ended.code() != null ? Level.INFO : Level.DEBUG;
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.3f", nanos / 1e6);
  }

  private record Line(ExtLogRecord record, StringBuilder text) {
    Line(ExtLogRecord record) {
      this(record, new StringBuilder());
    }

    void add(String key, @Nullable String value) {
      if (value != null && !value.isEmpty()) {
        record.putMdc(key, value);
        text.append(text.isEmpty() ? "" : " ").append(key).append('=').append(value);
      }
    }
  }
}
