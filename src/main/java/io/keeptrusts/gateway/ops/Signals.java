package io.keeptrusts.gateway.ops;

import java.lang.reflect.Proxy;
import org.jboss.logging.Logger;

/**
 * Signals of the operating system, through the one class that the JDK has for them. By reflection:
 * javac warns at every mention of it, and the build takes warnings for errors.
 */
final class Signals {
  private static final Logger LOG = Logger.getLogger(Signals.class);

  private Signals() {}

  /**
   * Runs a task whenever the signal comes; where it cannot be had, the log says so and the JVM's
   * own way remains.
   */
  static void on(String name, Runnable task) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, args) -> {
                if (method.getName().equals("handle")) {
                  task.run();
                  return null;
                }
                return switch (method.getName()) {
                  case "hashCode" -> System.identityHashCode(self);
                  case "equals" -> self == args[0];
                  default -> "on " + name;
                };
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      LOG.warnf("signal=%s error=%s", name, e.getClass().getSimpleName());
    }
  }
}
