package io.keeptrusts.gateway.ops;

import io.keeptrusts.gateway.GatewayConfig;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.logging.Handler;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.handlers.ConsoleHandler;

/** Gives the console the format that {@code gateway.log.format} names, before anything is told. */
@Singleton
final class LogFormat {
  private static final int FIRST = 1;

  void start(@Observes @Priority(FIRST) StartupEvent event, GatewayConfig config) {
    switch (config.log().format()) {
      case TEXT -> {}
      case JSON -> {
        for (Handler handler : LogContext.getLogContext().getLogger("").getHandlers()) {
          json(handler);
        }
      }
    }
  }

  /** Quarkus puts the console behind a handler that keeps what is told too early. */
  private static void json(Handler handler) {
    if (handler instanceof ConsoleHandler) {
      handler.setFormatter(new JsonFormat());
    } else if (handler instanceof ExtHandler outer) {
      for (Handler inner : outer.getHandlers()) {
        json(inner);
      }
    }
  }
}
