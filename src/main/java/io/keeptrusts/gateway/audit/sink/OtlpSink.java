package io.keeptrusts.gateway.audit.sink;

import io.keeptrusts.gateway.audit.SinkSettings;
import io.keeptrusts.gateway.audit.TrailTail.Line;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * OTLP logs over HTTP, JSON encoding (OpenTelemetry protocol 1.5, "OTLP/HTTP"). 429, 502, 503, 504
 * and whatever an operator can mend (401, 403, 404, no connection) are tried again; a request that
 * is called bad or too large is cut in halves, until the record is found that is not taken.
 */
final class OtlpSink implements Sink {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(15);
  private static final int LONGEST_ANSWER = 1 << 16;

  private final SinkSettings.Otlp settings;
  private final String secret;
  private final SinkAddress address;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECT)
          .build();

  OtlpSink(SinkSettings.Otlp settings, String secret, SinkAddress address) {
    this.settings = settings;
    this.secret = secret;
    this.address = address;
  }

  @Override
  public List<Line> send(List<Line> lines) throws SinkException, InterruptedException {
    List<Line> refused = new ArrayList<>();
    send(lines, refused);
    return refused;
  }

  private void send(List<Line> lines, List<Line> refused)
      throws SinkException, InterruptedException {
    HttpResponse<byte[]> answer = post(OtlpJson.request(lines));
    int status = answer.statusCode();
    if (status == 200 || status == 202 || status == 204) {
      // Which ones were rejected is not said; they must not be sent again.
      long rejected = Math.min(OtlpJson.rejected(answer.body()), lines.size());
      refused.addAll(lines.subList(0, (int) rejected));
    } else if (status == 400 || status == 413 || status == 422) {
      if (lines.size() == 1) {
        refused.addAll(lines);
      } else {
        send(lines.subList(0, lines.size() / 2), refused);
        send(lines.subList(lines.size() / 2, lines.size()), refused);
      }
    } else {
      throw new SinkException(
          "answers " + status, after(answer.headers().firstValue("Retry-After").orElse(null)));
    }
  }

  private HttpResponse<byte[]> post(byte[] body) throws SinkException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(settings.endpoint())
            .timeout(ANSWER)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body));
    if (!secret.isEmpty()) {
      request.header(settings.header(), settings.prefix() + secret);
    }
    try {
      address.check(settings.endpoint().getHost());
    } catch (IOException e) {
      throw new SinkException("cannot be reached: " + e.getClass().getSimpleName(), null);
    }
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(
            request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_ANSWER));
    try {
      // The request's own timeout ends with the head: a body that stalls would hold the sink.
      return answer.get(2 * ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new SinkException(
          "cannot be reached: " + Objects.requireNonNull(e.getCause()).getClass().getSimpleName(),
          null);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new SinkException("does not come to the end of its answer", null);
    }
  }

  /** Seconds or a date (RFC 9110, 10.2.3). */
  static @Nullable Duration after(@Nullable String header) {
    if (header == null) {
      return null;
    }
    try {
      return Duration.ofSeconds(Math.max(0, Integer.parseInt(header.strip())));
    } catch (NumberFormatException seconds) {
      try {
        Instant then =
            ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        Duration wait = Duration.between(Instant.now(), then);
        return wait.isNegative() ? Duration.ZERO : wait;
      } catch (DateTimeParseException date) {
        return null;
      }
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
