package io.keeptrusts.gateway.policy.kind;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What a class writes to the log. */
final class Logged implements AutoCloseable {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Logger logger;
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          lines.add(
              line.getParameters() == null
                  ? line.getMessage()
                  : String.format(line.getMessage(), line.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private Logged(Logger logger) {
    this.logger = logger;
    logger.addHandler(handler);
  }

  static Logged of(Class<?> type) {
    return new Logged(Logger.getLogger(type.getName()));
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    logger.removeHandler(handler);
  }
}
