package io.keeptrusts.gateway.access;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jboss.logging.Logger;
import org.jose4j.json.JsonUtil;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * Verifies tokens of an OpenID provider with the keys that it publishes (OpenID Connect Discovery
 * 1.0; RFC 7517). The keys are fetched in the background, again and again, and at once when a token
 * names one that is not known; a provider that is down leaves the last ones in force. Thread-safe;
 * {@link #verify} never blocks.
 */
public final class IdentityProvider implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(IdentityProvider.class);
  private static final String DISCOVERY = "/.well-known/openid-configuration";
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration AGAIN = Duration.ofSeconds(5);
  private static final int LONGEST_ANSWER = 1 << 20;

  /**
   * Where the provider is and what its tokens must say.
   *
   * @param keys the JWK set; null: discovery tells
   * @param refresh how long keys are used before they are fetched again
   */
  public record Settings(Proof.Terms terms, @Nullable URI keys, Duration refresh) {

    /**
     * @throws IllegalArgumentException names the setting
     */
    public Settings {
      String issuer = terms.issuer();
      if (issuer == null || terms.audience().isEmpty()) {
        throw new IllegalArgumentException(
            "gateway.oidc.issuer and gateway.oidc.audience are wanted together: tokens that were"
                + " made for others are no proof");
      }
      if (!isSafe(keys == null ? URI.create(issuer) : keys)) {
        throw new IllegalArgumentException(
            keys == null
                ? "gateway.oidc.issuer: must be an https URL, or gateway.oidc.jwks-url must say where its keys are"
                : "gateway.oidc.jwks-url: must be an https URL");
      }
    }

    /** Keys that come without TLS are whoever's; on this machine there is nobody between. */
    private static boolean isSafe(URI uri) {
      String host = uri.getHost();
      return host != null
          && ("https".equals(uri.getScheme())
              || "http".equals(uri.getScheme())
                  && List.of("localhost", "127.0.0.1", "[::1]").contains(host));
    }
  }

  /** What came of a token. */
  public sealed interface Result {
    record Proven(Proof.Subject subject) implements Result {}

    record Refused(String why) implements Result {}

    /** The key is not known yet, and is being fetched. */
    record AskAgain() implements Result {}
  }

  private final Settings settings;
  private final Egress egress;
  private final Supplier<@Nullable SSLContext> tls;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("gateway-oidc").unstarted(task));
  private final AtomicLong lastAsked = new AtomicLong();
  private volatile @Nullable Proof proof;

  /**
   * @param tls what is trusted when the keys are fetched, asked for each time; null: the platform's
   */
  public IdentityProvider(Settings settings, Egress egress, Supplier<@Nullable SSLContext> tls) {
    this.settings = settings;
    this.egress = egress;
    this.tls = tls;
  }

  /** Fetches the keys from now on. */
  public void start() {
    thread.execute(this::renew);
  }

  /** Verifies a token with the keys in force. */
  public Result verify(String token) {
    Proof current = proof;
    if (current == null) {
      return new Result.AskAgain();
    }
    return switch (current.verify(token)) {
      case Proof.Result.Proven(Proof.Subject subject) when subject.user().isEmpty() ->
          new Result.Refused("it names nobody");
      case Proof.Result.Proven(Proof.Subject subject) -> new Result.Proven(subject);
      case Proof.Result.Refused _ when !current.hasKeyFor(token) && askNow() ->
          new Result.AskAgain();
      case Proof.Result.Refused(String why) -> new Result.Refused(why);
    };
  }

  /** Anybody can name keys that do not exist: the provider is not asked more often for it. */
  private boolean askNow() {
    long last = lastAsked.get();
    long now = System.nanoTime();
    if (now - last < AGAIN.toNanos() || !lastAsked.compareAndSet(last, now)) {
      return false;
    }
    try {
      thread.execute(this::fetch);
      return true;
    } catch (RejectedExecutionException e) {
      return false; // the process ends
    }
  }

  private void renew() {
    boolean fetched = fetch();
    Duration pause =
        fetched || settings.refresh().compareTo(AGAIN) < 0 ? settings.refresh() : AGAIN;
    try {
      var _ = thread.schedule(this::renew, pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // The process ends.
    }
  }

  private boolean fetch() {
    lastAsked.set(System.nanoTime());
    String issuer = String.valueOf(settings.terms().issuer());
    try {
      List<SigningKey> keys = SigningKey.published(get(keys(issuer)));
      if (keys.isEmpty()) {
        throw new IOException("no key in it verifies signatures");
      }
      proof = new Proof(keys, settings.terms());
      return true;
    } catch (IOException | JoseException | RuntimeException e) {
      LOG.warnf(
          "issuer=%s error=keys %s: %s",
          issuer,
          e instanceof IOException ? e.getMessage() : e.getClass().getSimpleName(),
          proof == null ? "nobody comes in by its tokens" : "those in force stay");
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private URI keys(String issuer) throws IOException, InterruptedException, JoseException {
    if (settings.keys() != null) {
      return settings.keys();
    }
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    Map<String, Object> told = JsonUtil.parseJson(get(URI.create(base + DISCOVERY)));
    if (!issuer.equals(told.get("issuer"))) {
      throw new IOException("discovery speaks of another issuer");
    }
    URI keys = URI.create(String.valueOf(told.get("jwks_uri")));
    if (!Settings.isSafe(keys)) {
      throw new IOException("discovery names no https URL for the keys");
    }
    return keys;
  }

  private String get(URI uri) throws IOException, InterruptedException {
    egress.resolve(uri.getHost(), true);
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(PATIENCE);
    SSLContext context = tls.get();
    if (context != null) {
      builder.sslContext(context);
    }
    HttpRequest request =
        HttpRequest.newBuilder(uri).timeout(PATIENCE).header("Accept", "application/json").build();
    HttpClient client = builder.build();
    try {
      // The request's own timeout ends with the head: a body that stalls would hold this thread.
      HttpResponse<byte[]> answer =
          client
              .sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_ANSWER))
              .get(2 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (answer.statusCode() != 200) {
        throw new IOException("it answers " + answer.statusCode());
      }
      return new String(answer.body(), StandardCharsets.UTF_8);
    } catch (ExecutionException e) {
      throw new IOException(
          "it cannot be reached: "
              + Objects.requireNonNull(e.getCause()).getClass().getSimpleName());
    } catch (TimeoutException e) {
      throw new IOException("it does not come to the end of its answer");
    } finally {
      client.shutdownNow();
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
