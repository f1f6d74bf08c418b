package io.keeptrusts.gateway.policy.match;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Time, memory, threads: what holds for any text. */
class LimitsTest {
  private static final Scan.Sink NOTHING = (rule, start, end) -> {};

  @ParameterizedTest
  @CsvSource({
    "'a{0,200}b', a, 100000",
    "'(?:a|aa)+b', a, 100000",
    "'(?:a*)*(?:a*)*b', a, 100000",
    "'(?:[a-z]|\\d)+@', x1, 100000",
    "'[^@]{1,60}@[^@]{1,60}!', x, 100000",
    "'(?:a|b)?a(?:a|b){12}c', abbaabab, 100000"
  })
  void tenTimesTheTextTakesAboutTenTimesAsLong(String body, String piece, int length) {
    Matcher matcher = Matcher.compile(List.of(Rule.of("R", body)));
    char[] text = piece.repeat(length).toCharArray();
    time(matcher, text, length);
    long few = Math.min(time(matcher, text, length / 10), time(matcher, text, length / 10));
    long many = time(matcher, text, length);

    // quadratic would be a hundred times as long; a noisy machine is given room
    assertThat((double) many / few).isLessThan(40);
  }

  @Test
  void textThatMeetsANewStateWithEveryCharacterIsLinearToo() {
    Matcher matcher = Matcher.compile(List.of(Rule.of("R", "(?:a|b)*a(?:a|b){16}c")), 200);
    Random random = new Random(5);
    char[] text = new char[200_000];
    for (int i = 0; i < text.length; i++) {
      text[i] = random.nextBoolean() ? 'a' : 'b';
    }
    time(matcher, text, 20_000);
    long few = time(matcher, text, 20_000);
    long many = time(matcher, text, 200_000);

    assertThat(matcher.forgotten()).isGreaterThan(10);
    assertThat((double) many / few).isLessThan(40);
  }

  @Test
  void aWarmScanAllocatesNothing() {
    Matcher matcher = Matcher.compile(PatternSet.rules());
    char[] text = PatternSet.dense(200_000, 3).toCharArray();
    Scan scan = matcher.open();
    for (int i = 0; i < 3; i++) {
      inFours(scan, text);
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    inFours(scan, text);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat((double) allocated / text.length).isLessThan(0.01);
  }

  @Test
  void forgettingAutomataChangesNothing() {
    Soup soup = new Soup(40);
    int forgotten = 0;
    for (int i = 0; i < 500; i++) {
      List<Rule> rules = soup.rules();
      Matcher tiny = Matcher.compile(rules, 3);
      Matcher matcher = Matcher.compile(rules);
      Scan interrupted = tiny.open();
      for (int k = 0; k < 3; k++) {
        String text = soup.text(100);
        List<Span> expected = Feeding.whole(matcher.open(), text);
        assertThat(Feeding.cut(interrupted, text, 5, soup.random))
            .as("%s", rules)
            .isEqualTo(expected);
        interrupted.reset();
      }
      forgotten += tiny.forgotten();
    }
    assertThat(forgotten).isGreaterThan(5_000);
  }

  @Test
  void whatTextsDoToATwinIsNotFelt() {
    Matcher matcher = Matcher.compile(PatternSet.rules(), 150);
    String text = PatternSet.dense(3_000, 6);
    String fresh = matcher.statistics();

    Matcher twin = matcher.twin();
    assertThat(Feeding.whole(twin.open(), text))
        .isEqualTo(Feeding.whole(Matcher.compile(PatternSet.rules()).open(), text));
    assertThat(twin.forgotten()).isGreaterThan(0);
    assertThat(matcher.forgotten()).isZero();
    assertThat(matcher.statistics()).isEqualTo(fresh).isNotEqualTo(twin.statistics());
  }

  @Test
  void scansThatRestWhileAutomataAreForgottenGoOn() {
    Matcher matcher = Matcher.compile(PatternSet.rules(), 150);
    String text = PatternSet.dense(3_000, 6);
    List<Span> expected = Feeding.whole(Matcher.compile(PatternSet.rules()).open(), text);
    List<Feeding> resting = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      resting.add(new Feeding(matcher.open(), text));
    }
    for (int fed = 0; fed < text.length(); fed += 7) {
      resting.forEach(feeding -> feeding.next(7));
    }
    assertThat(resting).allSatisfy(feeding -> assertThat(feeding.end()).isEqualTo(expected));
    assertThat(matcher.forgotten()).isGreaterThan(0);
  }

  @ParameterizedTest
  @CsvSource({"20000", "100"})
  void eightThreadsSeeWhatOneSees(int budget) throws Exception {
    List<Rule> rules = PatternSet.rules();
    List<String> texts = new ArrayList<>();
    List<List<Span>> expected = new ArrayList<>();
    Matcher alone = Matcher.compile(rules);
    for (int i = 0; i < 16; i++) {
      texts.add(PatternSet.dense(5_000, i));
      expected.add(Feeding.whole(alone.open(), texts.get(i)));
    }
    Matcher shared = Matcher.compile(rules, budget);
    List<Callable<List<List<Span>>>> jobs = new ArrayList<>();
    for (int job = 0; job < 8; job++) {
      int seed = job;
      jobs.add(
          () ->
              texts.stream()
                  .map(text -> Feeding.cut(shared.open(), text, 40, new Random(seed)))
                  .toList());
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
      for (Future<List<List<Span>>> done : pool.invokeAll(jobs)) {
        assertThat(done.get()).isEqualTo(expected);
      }
    }
  }

  private static long time(Matcher matcher, char[] text, int length) {
    Scan scan = matcher.open();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long began = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < length; i += 100) {
      scan.feed(text, i, i + 100, 0, NOTHING);
    }
    scan.end(text, 0, NOTHING);
    return threads.getCurrentThreadCpuTime() - began;
  }

  private static void inFours(Scan scan, char[] text) {
    scan.reset();
    for (int i = 0; i < text.length - 3; i += 4) {
      scan.feed(text, i, i + 4, 0, NOTHING);
    }
    scan.end(text, 0, NOTHING);
  }
}
