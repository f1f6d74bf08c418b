package io.keeptrusts.gateway.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.SseDecoder;
import io.keeptrusts.gateway.wire.SseFrames;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Events taken out of a stream and written into another: time for one, however they were read. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SseBenchmark {
  private static final int EVENTS = 64;

  @Param({"100", "16384"})
  int read;

  private final byte[] body =
      "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"},\"finish_reason\":null}]}\n\n"
          .repeat(EVENTS)
          .getBytes(UTF_8);

  private final SseDecoder decoder = new SseDecoder(1 << 20);
  private final Bytes out = new Bytes(16384);
  private long bytes;

  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public long event() {
    for (int i = 0; i < body.length; i += read) {
      decoder.feed(
          body,
          i,
          Math.min(body.length, i + read),
          (type, data, from, to) -> {
            SseFrames.data(out, data, from, to);
          });
      bytes += out.length();
      out.reset();
    }
    return bytes;
  }
}
