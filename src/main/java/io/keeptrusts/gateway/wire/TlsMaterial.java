package io.keeptrusts.gateway.wire;

import io.vertx.core.net.SSLOptions;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/** Certificates, keys and protocols by name. Thread-safe. */
public interface TlsMaterial {

  /** No name means anything. */
  TlsMaterial NONE =
      new TlsMaterial() {
        @Override
        public SSLOptions named(String name) {
          throw new IllegalArgumentException("No TLS configuration is called " + name + ".");
        }

        @Override
        public SSLContext context(String name) {
          throw new IllegalArgumentException("No TLS configuration is called " + name + ".");
        }

        @Override
        public void onChange(Consumer<String> changed) {}
      };

  /**
   * What goes by this name.
   *
   * @throws IllegalArgumentException if nothing does, or it would trust everybody
   */
  SSLOptions named(String name);

  /**
   * The same, for clients that are not Vert.x'.
   *
   * @throws IllegalArgumentException as {@link #named}
   */
  SSLContext context(String name);

  /** Tells from now on when what goes by a name has changed. */
  void onChange(Consumer<String> changed);
}
