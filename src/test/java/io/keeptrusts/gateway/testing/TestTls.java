package io.keeptrusts.gateway.testing;

import io.keeptrusts.gateway.wire.TlsMaterial;
import io.vertx.core.net.SSLOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/** TLS configurations that tests make, by names that they choose. Thread-safe. */
public final class TestTls implements TlsMaterial {
  private final Map<String, SSLOptions> named = new ConcurrentHashMap<>();
  private final Map<String, SSLContext> contexts = new ConcurrentHashMap<>();
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

  /** What goes by this name from now on. */
  public void put(String name, SSLOptions options) {
    named.put(name, options);
    listeners.forEach(listener -> listener.accept(name));
  }

  @Override
  public SSLOptions named(String name) {
    SSLOptions found = named.get(name);
    if (found == null) {
      throw new IllegalArgumentException("there is no TLS configuration " + name);
    }
    return found;
  }

  /** The same name for clients that are not Vert.x'. */
  public void put(String name, SSLContext context) {
    contexts.put(name, context);
  }

  @Override
  public SSLContext context(String name) {
    return contexts.get(name);
  }

  @Override
  public void onChange(Consumer<String> changed) {
    listeners.add(changed);
  }
}
