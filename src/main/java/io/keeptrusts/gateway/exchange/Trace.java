package io.keeptrusts.gateway.exchange;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A failure as the log may tell it: what it is and where it happened. Not its message, which may
 * quote what a caller or a model said.
 */
public final class Trace {
  private static final int CAUSES = 4;
  private static final int FRAMES = 12;

  private Trace() {}

  public static String of(Throwable failure) {
    StringBuilder trace = new StringBuilder();
    Throwable each = failure;
    for (int i = 0; i < CAUSES && each != null; i++) {
      trace.append(i == 0 ? "" : "; caused by ").append(each.getClass().getName());
      trace.append(
          Arrays.stream(each.getStackTrace())
              .limit(FRAMES)
              .map(frame -> " at " + frame)
              .collect(Collectors.joining()));
      each = each.getCause();
    }
    return trace.toString();
  }
}
