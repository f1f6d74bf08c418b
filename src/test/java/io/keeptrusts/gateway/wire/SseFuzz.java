package io.keeptrusts.gateway.wire;

import io.keeptrusts.gateway.fuzz.Cuts;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Server-sent events: any bytes, the same events however they are cut. */
public final class SseFuzz {
  private static final int MOST = 4096;

  private SseFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    Cuts.sameFor(input, SseFuzz::events);
  }

  private static List<String> events(List<byte[]> reads) {
    List<String> events = new ArrayList<>();
    SseDecoder.Handler handler =
        new SseDecoder.Handler() {
          @Override
          public void event(@Nullable String type, byte[] data, int from, int to) {
            events.add(type + " " + text(data, from, to));
          }

          @Override
          public void stray(byte[] b, int from, int to) {
            events.add("stray " + text(b, from, to));
          }
        };
    SseDecoder decoder = new SseDecoder(MOST);
    try {
      for (byte[] read : reads) {
        decoder.feed(read, 0, read.length, handler);
      }
      decoder.end(handler);
    } catch (SseDecoder.TooLarge e) {
      events.add(e.toString());
    }
    return events;
  }

  private static String text(byte[] b, int from, int to) {
    return Base64.getEncoder().encodeToString(java.util.Arrays.copyOfRange(b, from, to));
  }
}
