package io.keeptrusts.gateway.wire;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Addresses of hosts, looked up off the event loop and kept for a while. Connections go to the
 * address found here and nowhere else: a name that leads elsewhere a moment later changes nothing.
 * Thread-safe.
 */
final class Addresses {
  private static final Logger LOG = Logger.getLogger(Addresses.class);

  /** As long as the JVM itself keeps an address. */
  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private record Name(String host, boolean named) {}

  /** The one to connect to is the first. */
  private record Found(List<InetAddress> addresses, long nanos) {
    Found behind(String failed) {
      if (!addresses.getFirst().getHostAddress().equals(failed)) {
        return this;
      }
      List<InetAddress> turned = new ArrayList<>(addresses);
      Collections.rotate(turned, -1);
      return new Found(turned, nanos);
    }
  }

  private final Vertx vertx;
  private final Lookup lookup;
  private final Map<Name, Found> found = new ConcurrentHashMap<>();

  Addresses(Vertx vertx, Lookup lookup) {
    this.vertx = vertx;
    this.lookup = lookup;
  }

  /** Where an endpoint is; completed at once if that is known. To be called on an event loop. */
  Future<SocketAddress> of(Endpoint to) {
    Name name = name(to);
    Found known = found.get(name);
    if (known != null && System.nanoTime() - known.nanos() < KEPT_NANOS) {
      return Future.succeededFuture(socket(known, to));
    }
    return vertx
        .executeBlocking(() -> find(name), false)
        .map(now -> socket(Objects.requireNonNull(now), to));
  }

  /**
   * Where to connect instead, for the host's other calls as well, until it is looked up again; null
   * if the host has no other address.
   */
  @Nullable SocketAddress insteadOf(SocketAddress failed, Endpoint to) {
    String address = Objects.requireNonNull(failed.hostAddress());
    Found now = found.computeIfPresent(name(to), (name, known) -> known.behind(address));
    return now == null || now.addresses().getFirst().getHostAddress().equals(address)
        ? null
        : socket(now, to);
  }

  private static Name name(Endpoint to) {
    return new Name(to.host(), to.named());
  }

  private Found find(Name name) throws IOException {
    try {
      Found now = new Found(lookup.find(name.host(), name.named()), System.nanoTime());
      found.put(name, now);
      return now;
    } catch (IOException e) {
      found.remove(name);
      LOG.warnf("host=%s error=lookup %s", name.host(), e.getMessage());
      throw e;
    }
  }

  private static SocketAddress socket(Found found, Endpoint to) {
    return SocketAddress.inetSocketAddress(
        new InetSocketAddress(found.addresses().getFirst(), to.port()));
  }
}
