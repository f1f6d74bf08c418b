package io.keeptrusts.gateway.wire;

import io.vertx.core.net.SSLOptions;
import java.util.function.Consumer;

/** Certificates, keys and protocols by name. Thread-safe. */
public interface TlsMaterial {

  /**
   * What goes by this name.
   *
   * @throws IllegalArgumentException if nothing does, or it would trust everybody
   */
  SSLOptions named(String name);

  /** Tells from now on when what goes by a name has changed. */
  void onChange(Consumer<String> changed);
}
