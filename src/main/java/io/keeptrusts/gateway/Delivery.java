package io.keeptrusts.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.dialect.ErrorBody;
import io.keeptrusts.gateway.dialect.Voice;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayError.Type;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.policy.OutputStep;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.SseFrames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The last station: frames become bytes, are recorded and written. The head waits for the first
 * frame that says something, so that whatever fails earlier has its true status; after that a
 * stream ends with an error event.
 */
final class Delivery implements OutputStep {
  private final Visit visit;
  private final Prompt prompt;
  private final @Nullable Continuation continuation;
  private final Runnable finished;
  private final Bytes out = new Bytes(1024);
  private final Reports reports = new Reports();

  /** The last frame so far, where a report is to stand in the last one. */
  private @Nullable Frame kept;

  private @Nullable Voice voice;
  private @Nullable Shape shape;
  private String dropped = "";
  private String requestId = "";
  private long lastWrite;
  private int chunks;
  private boolean substance;
  private boolean delivered;
  private boolean over;

  /**
   * @param continuation sees what is told; null: nobody goes on with a stream that breaks off
   */
  Delivery(Visit visit, Prompt prompt, @Nullable Continuation continuation, Runnable finished) {
    this.visit = visit;
    this.prompt = prompt;
    this.continuation = continuation;
    this.finished = finished;
  }

  /** The answer begins, perhaps anew: what was said before and nobody saw is forgotten. */
  void begin(Voice by, Shape in, List<String> ignored) {
    voice = by;
    shape = in;
    dropped = String.join(", ", ignored);
    requestId = "";
    out.reset();
    chunks = 0;
    substance = false;
    reports.forget();
    kept = null;
    if (continuation != null) {
      continuation.forget();
    }
    visit.record().forget();
  }

  private Voice voice() {
    return Objects.requireNonNull(voice);
  }

  /** How the provider calls the request: its support asks for that. */
  void named(String provider) {
    requestId = provider;
  }

  /** The provider has answered 200: from now on silence is broken by heartbeats. */
  void answered() {
    lastWrite = System.nanoTime();
  }

  boolean delivered() {
    return delivered;
  }

  /** A policy reports of the answer whose frames come next. */
  void report(String kind, ObjectNode report) {
    reports.add(kind, report);
  }

  @Override
  public void frame(Frame frame) {
    if (over) {
      return;
    }
    if (reports.isEmpty()) {
      add(frame);
      return;
    }
    Frame before = kept;
    kept = frame.copy();
    if (before != null) {
      add(before);
    }
  }

  private void add(Frame next) {
    Frame frame = continuation == null ? next : continuation.told(next);
    visit.record().add(frame);
    voice().frame(frame, out);
    substance |= frame.hasSubstance();
    chunks++;
  }

  @Override
  public void end() {
    if (over) {
      return;
    }
    if (kept != null) {
      add(reports.attach(kept));
    }
    voice().end(out);
    if (prompt.stream()) {
      record();
      send(true);
    } else {
      visit.record().commit();
      delivered = true;
      visit.delivered(chunks);
      visit.client().end(200, headers(), out.toByteArray());
    }
    close("completed", 200);
  }

  /** Writes what the batch has brought, if there is anything to say. */
  void flush(int held) {
    visit.held(held);
    if (prompt.stream() && !over && (delivered || substance) && !out.isEmpty()) {
      record();
      send(false);
    }
  }

  /** Before it leaves: what a client has seen is in the trail, whatever happens next. */
  private void record() {
    try {
      visit.record().commit();
    } catch (RuntimeException e) {
      out.reset();
      throw e;
    }
  }

  private void send(boolean last) {
    if (!visit.client().headSent()) {
      visit.client().head(200, headers());
    }
    if (last) {
      visit.client().end(out.array(), 0, out.length());
    } else {
      visit.client().write(out.array(), 0, out.length());
    }
    out.reset();
    if (chunks > 0) {
      visit.delivered(chunks);
      chunks = 0;
    }
    delivered = true;
    lastWrite = System.nanoTime();
  }

  private Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    if (prompt.stream()) {
      headers.put("Content-Type", "text/event-stream; charset=utf-8");
      headers.put("Cache-Control", "no-cache");
      headers.put("X-Accel-Buffering", "no");
    } else {
      headers.put("Content-Type", "application/json");
    }
    putIds(headers);
    if (prompt.stream()) {
      String buffered = visit.pack().chain().bufferedBy();
      headers.put(
          "x-keeptrusts-stream", buffered == null ? "realtime" : "buffered; by=" + buffered);
    }
    if (!dropped.isEmpty()) {
      headers.put("x-keeptrusts-dropped", dropped);
    }
    return headers;
  }

  private void putIds(Map<String, String> headers) {
    headers.put("x-request-id", visit.exchange().id());
    headers.putAll(visit.standing());
    if (!requestId.isEmpty()) {
      headers.put("x-keeptrusts-provider-request-id", requestId);
    }
  }

  /**
   * Sends a comment if nothing went out for a while; a comment is not an answer: the target may
   * still be changed.
   */
  void heartbeat(long now) {
    if (prompt.stream()
        && !over
        && !visit.client().full()
        && now - lastWrite > visit.settings().heartbeatNanos()) {
      Bytes comment = new Bytes(16);
      SseFrames.keepAlive(comment);
      visit.client().head(200, headers());
      visit.client().write(comment.array(), 0, comment.length());
      lastWrite = now;
    }
  }

  /** The answer ends here: with its true status if nothing went out, else with an error event. */
  void fail(GatewayError error) {
    if (over) {
      return;
    }
    if (visit.client().headSent()) {
      failLate(recorded(error));
    } else {
      visit.record().forget();
      visit.refused(error);
      Map<String, String> headers = ErrorBody.headers(error);
      putIds(headers);
      visit.client().end(error.status(), headers, ErrorBody.json(error));
      close(outcome(error), error.status());
    }
  }

  /**
   * What came before the failure is recorded; if it cannot be it does not leave, and that is then
   * what failed.
   */
  private GatewayError recorded(GatewayError error) {
    try {
      visit.record().commit();
      return error;
    } catch (GatewayException e) {
      out.reset();
      return e.error();
    }
  }

  private void failLate(GatewayError error) {
    visit.refused(error);
    voice().failed(error, Objects.requireNonNull(shape), out);
    send(true);
    close(outcome(error), 200);
  }

  private static String outcome(GatewayError error) {
    return error.type() == Type.POLICY_VIOLATION ? "blocked" : "failed";
  }

  void cancelled() {
    if (!over) {
      close("cancelled", delivered ? 200 : 499);
    }
  }

  private void close(String outcome, int status) {
    over = true;
    visit.close(prompt.stream(), status, outcome);
    finished.run();
  }
}
