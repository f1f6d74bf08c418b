package io.keeptrusts.gateway.policy.match;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Speed of one thread, in characters per second of its CPU time, with 250 and more rules: {@code
 * MatcherBench [text file ...]}. Rules are {@link PatternSet}'s and, where {@code shared.dir} holds
 * it, those of gitleaks.toml that split into left, body and right. Without files the text is
 * generated.
 */
final class MatcherBench {
  // of the thread, so that other processes disturb less
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  private MatcherBench() {}

  public static void main(String[] args) throws IOException {
    List<Rule> rules = PatternSet.rules();
    int own = rules.size();
    rules.addAll(
        PatternSet.secretRules(
            Path.of(System.getProperty("shared.dir", "../shared"), "detect/pii/gitleaks.toml")));
    System.out.printf("%d own rules, %d from gitleaks.toml%n", own, rules.size() - own);
    long began = System.nanoTime();
    Matcher matcher = Matcher.compile(rules);
    System.out.printf("compiled in %d ms%n", (System.nanoTime() - began) / 1_000_000);
    if (args.length == 0) {
      measure("generated prose", matcher, PatternSet.prose(1_500_000, 1));
      measure("generated, dense in matches", matcher, PatternSet.dense(300_000, 2));
    }
    for (String file : args) {
      String text = Files.readString(Path.of(file));
      measure(file, matcher, text.substring(0, Math.min(text.length(), 2_000_000)));
    }
    System.out.println(matcher.statistics());
  }

  private static void measure(String name, Matcher matcher, String text) {
    char[] chars = text.toCharArray();
    System.out.printf("%s, %d characters%n", name, chars.length);
    System.out.printf("  cold %20.1f Mchar/s%n", run(matcher, chars, 4096));
    for (int chunk : new int[] {4, 16, 4096}) {
      double best = 0;
      double[] all = new double[12];
      for (int i = 0; i < all.length; i++) {
        all[i] = run(matcher, chars, chunk);
        best = Math.max(best, all[i]);
      }
      Arrays.sort(all);
      System.out.printf(
          "  chunks of %4d: best %5.1f, median %5.1f Mchar/s%n", chunk, best, all[all.length / 2]);
    }
    System.out.printf(
        "  held after 4-character chunks: mean %.2f; %s%n",
        held(matcher, chars), matcher.statistics());
  }

  private static double run(Matcher matcher, char[] chars, int chunk) {
    long[] found = new long[1];
    Scan.Sink sink = (rule, start, end) -> found[0]++;
    Scan scan = matcher.open();
    long began = CLOCK.getCurrentThreadCpuTime();
    for (int i = 0; i < chars.length; i += chunk) {
      scan.feed(chars, i, Math.min(i + chunk, chars.length), 0, sink);
    }
    scan.end(chars, 0, sink);
    long took = CLOCK.getCurrentThreadCpuTime() - began;
    if (found[0] < 0) {
      throw new AssertionError();
    }
    return chars.length * 1e3 / took;
  }

  private static double held(Matcher matcher, char[] chars) {
    Scan scan = matcher.open();
    double sum = 0;
    int n = 0;
    for (int i = 0; i < chars.length; i += 4) {
      scan.feed(chars, i, Math.min(i + 4, chars.length), 0, (rule, start, end) -> {});
      sum += scan.position() - scan.safe();
      n++;
    }
    return sum / n;
  }
}
