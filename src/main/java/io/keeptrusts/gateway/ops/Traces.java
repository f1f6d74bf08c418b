package io.keeptrusts.gateway.ops;

import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Ended;
import io.keeptrusts.gateway.exchange.Exchange;
import io.keeptrusts.gateway.exchange.Operation;
import io.keeptrusts.gateway.exchange.Origin;
import io.keeptrusts.gateway.exchange.Spans;
import io.keeptrusts.gateway.exchange.Usage;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Traces over OTLP by the conventions of {@link GenAi}: a server span for each exchange, a client
 * span for each request to a target. W3C Trace Context comes in and goes on; baggage does not. A
 * thread of the SDK sends spans in batches; where it cannot keep up they are dropped, and nobody
 * waits.
 */
public final class Traces implements Spans, AutoCloseable {
  private static final TextMapPropagator W3C = W3CTraceContextPropagator.getInstance();
  private static final AttributeKey<String> REQUEST_ID =
      AttributeKey.stringKey("keeptrusts.request.id");
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("keeptrusts.outcome");
  private static final AttributeKey<String> TARGET = AttributeKey.stringKey("keeptrusts.target");
  private static final AttributeKey<String> PHASE = AttributeKey.stringKey("keeptrusts.phase");
  private static final AttributeKey<String> POLICY = AttributeKey.stringKey("keeptrusts.policy");
  private static final AttributeKey<String> VERDICT = AttributeKey.stringKey("keeptrusts.verdict");
  private static final AttributeKey<String> CODE = AttributeKey.stringKey("keeptrusts.code");
  private static final AttributeKey<Long> REDACTED = AttributeKey.longKey("keeptrusts.redacted");
  private static final AttributeKey<Boolean> STREAM = AttributeKey.booleanKey("keeptrusts.stream");
  private static final String FIRST_TOKEN = "gen_ai.first_token";
  private static final long FLUSH_SECONDS = 3;

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "otel.service.name", "keeptrusts-gateway",
          "otel.exporter.otlp.protocol", "http/protobuf",
          "otel.metrics.exporter", "none",
          "otel.logs.exporter", "none");

  private final OpenTelemetrySdk sdk;
  private final Tracer tracer;

  /**
   * @param settings the SDK's own by their names, {@code otel.exporter.otlp.endpoint} among them;
   *     system properties and environment variables count before them
   * @throws io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException if they make no sense
   */
  public Traces(Map<String, String> settings) {
    sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .addPropertiesSupplier(() -> DEFAULTS)
            .addPropertiesSupplier(() -> settings)
            .disableShutdownHook()
            .build()
            .getOpenTelemetrySdk();
    tracer = sdk.getTracer("io.keeptrusts.gateway");
  }

  @Override
  public Spans.Serving serving(Exchange exchange, String operation) {
    Context parent = W3C.extract(Context.root(), exchange.caller(), HEADERS);
    return new Served(
        tracer
            .spanBuilder(operation)
            .setSpanKind(SpanKind.SERVER)
            .setParent(parent)
            .setAttribute(GenAi.OPERATION, operation)
            .setAttribute(GenAi.HTTP_METHOD, "POST")
            .setAttribute(REQUEST_ID, exchange.id())
            .startSpan(),
        operation);
  }

  /** Sends what is left. Blocks for a few seconds at most. */
  @Override
  public void close() {
    sdk.getSdkTracerProvider().shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
  }

  private static final TextMapGetter<Caller> HEADERS =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Caller caller) {
          return caller.headers().keySet();
        }

        @Override
        public @Nullable String get(@Nullable Caller caller, String name) {
          return caller == null ? null : caller.header(name);
        }
      };

  private static void usage(Span span, @Nullable Usage usage) {
    if (usage != null && usage.promptTokens() >= 0) {
      span.setAttribute(GenAi.INPUT_TOKENS, usage.promptTokens());
    }
    if (usage != null && usage.completionTokens() >= 0) {
      span.setAttribute(GenAi.OUTPUT_TOKENS, usage.completionTokens());
    }
  }

  private static void origin(Span span, Origin origin) {
    if (!origin.id().isEmpty()) {
      span.setAttribute(GenAi.RESPONSE_ID, origin.id());
    }
    if (!origin.model().isEmpty()) {
      span.setAttribute(GenAi.RESPONSE_MODEL, origin.model());
    }
    List<String> reasons = origin.finishReasons().stream().filter(each -> !each.isEmpty()).toList();
    if (!reasons.isEmpty()) {
      span.setAttribute(GenAi.FINISH_REASONS, reasons);
    }
  }

  private final class Served implements Spans.Serving {
    private final Span span;
    private final String operation;
    private final Set<String> masking = new HashSet<>();
    private long redacted;

    Served(Span span, String operation) {
      this.span = span;
      this.operation = operation;
    }

    @Override
    public String traceId() {
      return span.getSpanContext().getTraceId();
    }

    @Override
    public String spanId() {
      return span.getSpanContext().getSpanId();
    }

    @Override
    public void model(String name, boolean stream) {
      span.updateName(operation + " " + name);
      span.setAttribute(GenAi.REQUEST_MODEL, name);
      span.setAttribute(STREAM, stream);
    }

    @Override
    public Spans.Asking asking(Operation what, String target) {
      String provider = GenAi.provider(what.provider());
      SpanBuilder asked =
          tracer
              .spanBuilder(what.name() + " " + what.model())
              .setSpanKind(SpanKind.CLIENT)
              .setParent(Context.root().with(span))
              .setAttribute(GenAi.OPERATION, what.name())
              .setAttribute(GenAi.PROVIDER, provider)
              .setAttribute(GenAi.REQUEST_MODEL, what.model())
              .setAttribute(GenAi.SERVER_ADDRESS, what.host())
              .setAttribute(GenAi.SERVER_PORT, (long) what.port())
              .setAttribute(TARGET, target);
      return new Asked(asked.startSpan());
    }

    @Override
    public void verdict(String phase, String policy, String verdict, String reason, int count) {
      if (verdict.equals("redact")) {
        redacted += count;
        if (!masking.add(phase + " " + policy + " " + reason)) {
          return; // told once: an answer may hold thousands
        }
      }
      span.addEvent(
          "keeptrusts.verdict",
          Attributes.of(PHASE, phase, POLICY, policy, VERDICT, verdict, CODE, reason));
    }

    @Override
    public void firstToken() {
      span.addEvent(FIRST_TOKEN);
    }

    @Override
    public void end(Ended ended, Origin origin) {
      span.setAttribute(GenAi.PROVIDER, GenAi.provider(ended.operation().provider()));
      span.setAttribute(GenAi.HTTP_STATUS, (long) ended.status());
      span.setAttribute(OUTCOME, ended.outcome());
      if (redacted > 0) {
        span.setAttribute(REDACTED, redacted);
      }
      origin(span, origin);
      usage(span, ended.usage());
      if (ended.policy() != null) {
        span.setAttribute(POLICY, ended.policy());
      }
      if (ended.code() != null) {
        span.setAttribute(GenAi.ERROR_TYPE, ended.code());
      }
      if (ended.isFault()) {
        span.setStatus(StatusCode.ERROR);
      }
      span.end();
    }
  }

  private static final class Asked implements Spans.Asking {
    private final Span span;

    Asked(Span span) {
      this.span = span;
    }

    @Override
    public Map<String, String> headers() {
      Map<String, String> headers = new HashMap<>();
      W3C.inject(
          Context.root().with(span),
          headers,
          (to, name, value) -> {
            if (to != null) {
              to.put(name, value);
            }
          });
      return headers;
    }

    @Override
    public boolean isRecording() {
      return span.isRecording();
    }

    @Override
    public void status(int status) {
      span.setAttribute(GenAi.HTTP_STATUS, (long) status);
    }

    @Override
    public void firstToken() {
      span.addEvent(FIRST_TOKEN);
    }

    @Override
    public void succeeded(Origin origin, @Nullable Usage usage) {
      origin(span, origin);
      usage(span, usage);
      span.end();
    }

    @Override
    public void failed(String kind) {
      span.setAttribute(GenAi.ERROR_TYPE, kind);
      span.setStatus(StatusCode.ERROR);
      span.end();
    }

    @Override
    public void left() {
      span.setAttribute(OUTCOME, "cancelled");
      span.end();
    }
  }
}
