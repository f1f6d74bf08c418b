package io.keeptrusts.gateway.wire;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a Redis or Valkey server, on which scripts are run, many at a time. It is made
 * in the background and made anew when it breaks, when the server says something is wrong, or when
 * an answer takes too long; meanwhile nobody waits for it. Thread-safe, never blocks.
 */
public final class RedisLink implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(RedisLink.class);

  private static final Duration HANDSHAKE = Duration.ofSeconds(2);
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;
  private static final int MOST_WAITING = 65_536;

  /** A Lua script, which the server knows by its hash once it has seen it. */
  public record Script(String source, String sha1) {
    public static Script of(String source) {
      try {
        byte[] hash =
            MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8));
        return new Script(source, HexFormat.of().formatHex(hash));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /**
   * Where the server is.
   *
   * @param uri {@code redis://host:port/database}, {@code rediss://} for TLS, a user's name as
   *     {@code user@}; no password
   * @param password asked for before each connection, so that it may change; may block; null: none
   * @param patience how long an answer may take
   */
  public record Settings(URI uri, Supplier<@Nullable String> password, Duration patience) {
    public Settings {
      boolean known = "redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme());
      if (!known || uri.getHost() == null) {
        throw new IllegalArgumentException("must be redis://host:port or rediss://host:port");
      }
      if (uri.getUserInfo() != null && uri.getUserInfo().contains(":")) {
        throw new IllegalArgumentException("must not hold a password");
      }
    }
  }

  private record Open(Redis client, RedisConnection connection) {}

  private final Vertx vertx;
  private final EventLoop loop;
  private final Settings settings;
  private Runnable onUp = () -> {};
  private final LongAdder failures = new LongAdder();
  private volatile @Nullable Open open;
  private volatile boolean closed;
  private @Nullable Redis trying;
  private long pause = FIRST_PAUSE_MILLIS;
  private boolean told;

  RedisLink(Vertx vertx, Settings settings) {
    this.vertx = vertx;
    this.loop = EventLoop.current(vertx);
    this.settings = settings;
  }

  /**
   * Begins to connect; to be called once.
   *
   * @param then runs on {@link #loop} whenever the connection was made
   */
  public void start(Runnable then) {
    loop.execute(
        () -> {
          onUp = then;
          connect();
        });
  }

  /** The loop on which the connection lives. */
  public EventLoop loop() {
    return loop;
  }

  /** Whether scripts can be run. */
  public boolean isUp() {
    return open != null;
  }

  /** How many scripts could not be run since the start. */
  public long failures() {
    return failures.sum();
  }

  /**
   * Runs a script. To be called on an event loop.
   *
   * @param then gets what the script returned, a list of texts and numbers, or null if that cannot
   *     be had; called once, on the calling event loop, perhaps at once. After null the script may
   *     have run all the same
   */
  public void run(
      Script script,
      List<String> keys,
      List<String> arguments,
      Consumer<@Nullable List<String>> then) {
    Open on = open;
    if (on == null) {
      failures.increment();
      then.accept(null);
      return;
    }
    new Run(on, script, keys, arguments, then).start();
  }

  private final class Run {
    private final Open on;
    private final Script script;
    private final List<String> keys;
    private final List<String> arguments;
    private final Consumer<@Nullable List<String>> then;
    private final EventLoop.Timer clock;
    private boolean over;

    private Run(
        Open on,
        Script script,
        List<String> keys,
        List<String> arguments,
        Consumer<@Nullable List<String>> then) {
      this.on = on;
      this.script = script;
      this.keys = keys;
      this.arguments = arguments;
      this.then = then;
      this.clock =
          EventLoop.current(vertx)
              .after(settings.patience().toMillis(), () -> fail("no answer in time"));
    }

    private void start() {
      send(Command.EVALSHA, script.sha1(), true);
    }

    private void send(Command command, String text, boolean mayBeNew) {
      Request request = Request.cmd(command).arg(text).arg(keys.size());
      keys.forEach(request::arg);
      arguments.forEach(request::arg);
      on.connection()
          .send(request)
          .onSuccess(response -> end(texts(response)))
          .onFailure(
              cause -> {
                String why = String.valueOf(cause.getMessage());
                if (mayBeNew && why.startsWith("NOSCRIPT")) {
                  send(Command.EVAL, script.source(), false);
                } else {
                  fail(why);
                }
              });
    }

    private void fail(String why) {
      loop.execute(() -> lost(on.client(), why));
      if (!over) {
        failures.increment();
      }
      end(null);
    }

    private void end(@Nullable List<String> result) {
      if (!over) {
        over = true;
        clock.cancel();
        then.accept(result);
      }
    }
  }

  private static List<String> texts(@Nullable Response response) {
    List<String> texts = new ArrayList<>();
    if (response != null) {
      response.forEach(each -> texts.add(each.toString()));
    }
    return texts;
  }

  private void connect() {
    if (closed) {
      return;
    }
    vertx
        .executeBlocking(settings.password()::get, false)
        .onSuccess(this::connect)
        .onFailure(e -> again("no password: " + e.getMessage()));
  }

  private void connect(@Nullable String password) {
    if (closed) {
      return;
    }
    Redis client = Redis.createClient(vertx, options(password));
    trying = client;
    EventLoop.Timer clock =
        loop.after(HANDSHAKE.toMillis(), () -> failed(client, "no connection in time"));
    client
        .connect()
        .onComplete(
            result -> {
              clock.cancel();
              if (result.failed()) {
                failed(client, String.valueOf(result.cause().getMessage()));
              } else if (trying == client) {
                opened(new Open(client, result.result()));
              }
            });
  }

  private RedisOptions options(@Nullable String password) {
    return new RedisOptions()
        .setConnectionString(address(settings.uri(), password))
        .setMaxPoolSize(1)
        .setMaxPoolWaiting(1)
        .setPoolCleanerInterval(-1)
        .setPoolRecycleTimeout(-1)
        .setMaxWaitingHandlers(MOST_WAITING)
        .setNetClientOptions(
            new NetClientOptions()
                .setConnectTimeout((int) HANDSHAKE.toMillis())
                .setTcpNoDelay(true)
                .setHostnameVerificationAlgorithm("HTTPS"));
  }

  static String address(URI uri, @Nullable String password) {
    String user = uri.getUserInfo() == null ? "" : encoded(uri.getUserInfo());
    String login = password == null ? "" : user + ":" + encoded(password) + "@";
    int port = uri.getPort() < 0 ? 6379 : uri.getPort();
    return uri.getScheme() + "://" + login + uri.getHost() + ":" + port + uri.getRawPath();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private void opened(Open made) {
    trying = null;
    if (closed) {
      made.client().close();
      return;
    }
    made.connection().exceptionHandler(e -> lost(made.client(), String.valueOf(e.getMessage())));
    made.connection().endHandler(nothing -> lost(made.client(), "the connection has ended"));
    pause = FIRST_PAUSE_MILLIS;
    open = made;
    LOG.infof("redis=connected host=%s", settings.uri().getHost());
    told = false;
    onUp.run();
  }

  private void failed(Redis client, String why) {
    if (trying == client) {
      trying = null;
      client.close();
      again(why);
    }
  }

  private void lost(Redis client, String why) {
    Open now = open;
    if (now != null && now.client() == client) {
      open = null;
      client.close();
      again(why);
    }
  }

  private void again(String why) {
    if (closed) {
      return;
    }
    if (!told) {
      told = true; // once until it is back
      LOG.warnf("redis=lost host=%s reason=%s", settings.uri().getHost(), why);
    }
    var _ = loop.after(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2), this::connect);
    pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
  }

  @Override
  public void close() {
    closed = true;
    loop.execute(
        () -> {
          Open now = open;
          open = null;
          if (now != null) {
            now.client().close();
          }
          if (trying != null) {
            trying.close();
          }
        });
  }
}
