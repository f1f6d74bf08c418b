package io.keeptrusts.gateway.wire;

import io.keeptrusts.gateway.fuzz.Cuts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** JSON lines: any bytes, the same lines however they are cut. */
public final class LinesFuzz {
  private static final int MOST = 4096;

  private LinesFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    Cuts.sameFor(input, LinesFuzz::lines);
  }

  private static List<String> lines(List<byte[]> reads) {
    List<String> lines = new ArrayList<>();
    LineDecoder decoder = new LineDecoder(MOST);
    LineDecoder.Handler handler =
        (b, from, to) ->
            lines.add(Base64.getEncoder().encodeToString(Arrays.copyOfRange(b, from, to)));
    try {
      for (byte[] read : reads) {
        decoder.feed(read, 0, read.length, handler);
      }
      decoder.end(handler);
    } catch (LineDecoder.TooLarge e) {
      lines.add(e.toString());
    }
    return lines;
  }
}
