package io.keeptrusts.gateway.testing;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Everything that is logged while it is open: messages, parameters and stack traces. */
public final class LogTape extends Handler implements AutoCloseable {
  private static final Logger ROOT = Logger.getLogger("");
  private static final Logger HOUSE = Logger.getLogger("io.keeptrusts");

  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final Level before = HOUSE.getLevel();

  private LogTape() {
    setLevel(Level.ALL);
  }

  public static LogTape start() {
    LogTape tape = new LogTape();
    HOUSE.setLevel(Level.ALL);
    ROOT.addHandler(tape);
    return tape;
  }

  @Override
  public void publish(LogRecord line) {
    StringWriter text = new StringWriter();
    text.append(line.getMessage()).append(' ').append(Arrays.toString(line.getParameters()));
    if (line.getThrown() != null) {
      line.getThrown().printStackTrace(new PrintWriter(text));
    }
    lines.add(text.toString());
  }

  public String text() {
    return String.join("\n", lines);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    ROOT.removeHandler(this);
    HOUSE.setLevel(before);
  }
}
