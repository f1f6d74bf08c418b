package io.keeptrusts.gateway.bench;

import io.keeptrusts.gateway.policy.TextRule;
import io.keeptrusts.gateway.policy.kind.SafetyFilter;
import io.keeptrusts.gateway.policy.kind.pii.PiiDetector;
import io.keeptrusts.gateway.policy.match.Matcher;
import io.keeptrusts.gateway.policy.match.Scan;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The rules of pii-detector and safety-filter over prose: characters in a microsecond. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class MatcherBenchmark {
  private static final int CHARACTERS = 64 * 1024;

  @Param({"4", "4096"})
  int chunk;

  private final char[] text =
      Prose.TEXT.repeat(CHARACTERS / Prose.TEXT.length() + 1).substring(0, CHARACTERS).toCharArray();

  private long matches;

  /** One for all calls: a lambda that captures is an object for each of them. */
  private final Scan.Sink sink = (rule, start, end) -> matches++;

  private Scan scan;

  @Setup
  public void compile() {
    var rules =
        Stream.of(
                new PiiDetector().compile(new PiiDetector.Config(null, null, null, null, null)),
                new SafetyFilter()
                    .compile(new SafetyFilter.Config(null, null, null, null, null, null)))
            .flatMap(policy -> policy.output().stream().map(TextRule::rule))
            .toList();
    scan = Matcher.compile(rules).open();
  }

  @Benchmark
  @OperationsPerInvocation(CHARACTERS)
  public long characters() {
    scan.reset();
    for (int i = 0; i < text.length; i += chunk) {
      scan.feed(text, i, Math.min(text.length, i + chunk), 0, sink);
    }
    return matches;
  }
}
