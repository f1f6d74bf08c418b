package io.keeptrusts.gateway.policy.kind.injection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.kind.injection.PromptInjection.Backend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Figures of the detector: {@code ./mvnw -q test -Pdetect}. A set's own figure is the one it has
 * when it was left out of the whole recipe that makes the weights that ship; the texts of {@link
 * #harmless()} and {@link Sources#articles()} are in no training and behind no slope or threshold.
 */
@Tag("detect")
class InjectionBenchTest {
  private static final long SEED = 7;
  private static final List<String> ATTACKS =
      List.of("in-the-wild+", "gptfuzz+", "giskard+", "deepset+ deepset-", "cyberseceval+");
  private static final double LEAST_AREA = 0.92;
  private static final double LEAST_RIGHT = 0.98;
  private static final double LEAST_RIGHT_WITH_TRIGGERS = 0.86;
  private static final String TRIGGERS = "NotInject, second part";
  private static final String MAILS = "mails, second half";
  private static final String DOCUMENTS = "documents (BEGIN)";

  /** Held back: second halves. */
  private static Map<String, List<String>> harmless() {
    Map<String, List<String>> sets = new LinkedHashMap<>();
    sets.put(TRIGGERS, Sources.notInject("two"));
    sets.put("XSTest, safe, second half", Figures.half(Sources.xsTest("safe"), 1));
    sets.put(MAILS, Figures.half(Sources.otherMails(), 1));
    return sets;
  }

  private static List<String> allHarmless() {
    return harmless().values().stream().flatMap(List::stream).toList();
  }

  /** Otherwise what is measured of sets left out says nothing about what ships. */
  @Test
  void theRecipeMakesTheWeightsThatShip() {
    Classifier made = InjectionTrainingTest.direct(Corpus.direct(SEED), Set.of()).classifier();
    assertThat(Figures.scores(made, allHarmless()))
        .containsExactly(Figures.scores(Models.shared().direct(), allHarmless()), within(0.01));
  }

  @Test
  void attacksOfSourcesThatWereLeftOut() {
    List<Labelled> texts = Corpus.direct(SEED);
    List<Scores> each = ATTACKS.stream().flatMap(out -> leftOut(texts, out).stream()).toList();
    double area = pooled("each by the model that never saw its source", each);
    pooled("by the model that saw none of the sources", leftOut(texts, String.join(" ", ATTACKS)));
    assertThat(area).isGreaterThanOrEqualTo(LEAST_AREA);
  }

  @Test
  void otherSetsThatWereLeftOut() {
    List<Labelled> texts = Corpus.direct(SEED);
    for (String out :
        List.of(
            "made+ made-",
            "moderation-",
            "hazards-",
            "behaviours-",
            "mails-",
            "code-answers-",
            "hatecheck-",
            "comments-",
            "personal-data-",
            "news- filings-",
            "tweets-")) {
      leftOut(texts, out);
    }
  }

  /** Log-odds beside the threshold: attacks of a set, and the harmless texts by the same model. */
  private record Scores(double[] attacks, double[] harmless) {
    double area() {
      return Figures.area(attacks, harmless);
    }
  }

  /**
   * The area over all attacks and all harmless texts, so that large sets weigh more; beside it the
   * same with each attack held only against the texts that the same model scored.
   */
  private static double pooled(String what, List<Scores> sets) {
    double[] attacks = Figures.join(sets.stream().map(Scores::attacks).toArray(double[][]::new));
    double[] harmless = Figures.join(sets.stream().map(Scores::harmless).toArray(double[][]::new));
    double area = Figures.area(attacks, harmless);
    System.out.printf(
        "all %d attacks, %s: AUC %.3f, model by model %.3f, mean of the sets %.3f%n",
        attacks.length,
        what,
        area,
        sets.stream().mapToDouble(set -> set.area() * set.attacks().length).sum() / attacks.length,
        sets.stream().mapToDouble(Scores::area).average().orElseThrow());
    return area;
  }

  /** Figures of sets, named by their sides, under the recipe without them. */
  private static List<Scores> leftOut(List<Labelled> texts, String sides) {
    Set<String> out = Set.of(sides.split(" "));
    Trainer.Weights weights = InjectionTrainingTest.direct(texts, out);
    Classifier classifier = weights.classifier();
    double[] harmless = Figures.scores(classifier, allHarmless());
    List<Scores> attacks = new ArrayList<>();
    for (String side : out.stream().sorted().toList()) {
      double[] scores =
          Figures.scores(
              classifier,
              texts.stream().filter(t -> t.side().equals(side)).map(Labelled::text).toList());
      System.out.printf(
          "%-14s left out %-8s %5d  slope %.2f  ",
          side, out.size() > 2 ? "with all" : "", scores.length, weights.slope());
      if (side.endsWith("+")) {
        Scores attempts = new Scores(scores, harmless);
        attacks.add(attempts);
        System.out.printf(
            "AUC %.3f  recall at 5%% %.3f  at 1%% %.3f  at the threshold %.3f%n",
            attempts.area(),
            Figures.share(scores, Figures.reachedBy(harmless, 0.05)),
            Figures.share(scores, Figures.reachedBy(harmless, 0.01)),
            Figures.share(scores, 0));
      } else {
        System.out.printf("right at the threshold %.3f%n", 1 - Figures.share(scores, 0));
      }
    }
    return attacks;
  }

  @Test
  void asShipped() {
    Policy words = new PromptInjection().compile(InjectionRig.DEFAULTS);
    Policy meaning = new PromptInjection().compile(InjectionRig.with(Backend.LOCAL));
    Map<String, List<String>> sets = harmless();
    sets.put(DOCUMENTS, Sources.articles());
    Map<String, Double> right = new LinkedHashMap<>();
    sets.forEach(
        (name, set) -> {
          right.put(name, 1 - share(set, text -> caught(words, text)));
          System.out.printf(
              "%-26s %4d  right %.3f  with embedding %.3f%n",
              name, set.size(), right.get(name), 1 - share(set, text -> caught(meaning, text)));
        });
    double[] scores = Figures.scores(Models.shared().direct(), allHarmless());
    Meaning asked = new Meaning(0);
    System.out.printf(
        "share that the embedding is asked about, harmless texts: %.3f%n",
        Arrays.stream(scores).filter(asked::wanted).count() / (double) scores.length);
    assertThat(right.remove(TRIGGERS)).isGreaterThanOrEqualTo(LEAST_RIGHT_WITH_TRIGGERS);
    assertThat(right)
        .allSatisfy((_, share) -> assertThat(share).isGreaterThanOrEqualTo(LEAST_RIGHT));
  }

  @Test
  void insideOtherTexts() {
    List<Labelled> texts = Corpus.inData(SEED);
    Set<String> out =
        Set.of("planted-code+", "mails-", "code-answers-", "moderation-", "news-", "filings-");
    Trainer.Weights raw = Training.train(texts, out, SEED).quantized();
    Set<String> prose = Set.of("moderation-", "news-", "filings-");
    Classifier without =
        InjectionTrainingTest.calibrate(raw, InjectionTrainingTest.unseen(texts, prose))
            .applied(raw)
            .classifier();
    Classifier shipped = Models.shared().inData();
    List<String> mails = harmless().get(MAILS);
    Map<String, List<String>> attempts = new LinkedHashMap<>();
    attempts.put("requests in mails", planted(Sources.plantedRequests(), mails));
    attempts.put("code in mails", planted(Sources.plantedCode(), mails));
    attempts.put("pages (CyberSecEval)", Sources.cyberSecEval("indirect"));
    attempts.forEach((name, set) -> inside("caught", name, set, without, shipped));
    Map<String, List<String>> clean = new LinkedHashMap<>();
    clean.put(MAILS, mails);
    clean.put(DOCUMENTS, Sources.articles());
    clean.put("mails (BIPIA)", Sources.mails());
    clean.put("code answers", Sources.codeAnswers());
    clean.forEach((name, set) -> inside("mistaken", name, set, without, shipped));
    assertThat(List.of(mails, Sources.articles()))
        .allSatisfy(
            set ->
                assertThat(1 - share(set, InjectionBenchTest::foundInside))
                    .isGreaterThanOrEqualTo(LEAST_RIGHT));
  }

  private static void inside(
      String what, String name, List<String> set, Classifier without, Classifier shipped) {
    System.out.printf(
        "in data: %-22s %4d  %s %.3f when left out, %.3f as shipped, %.3f with rules%n",
        name,
        set.size(),
        what,
        Figures.share(Figures.scores(without, set), 0),
        Figures.share(Figures.scores(shipped, set), 0),
        share(set, InjectionBenchTest::foundInside));
  }

  private static boolean foundInside(String text) {
    return !InjectionRig.finding(InjectionRig.DEFAULTS, "tool", text).isEmpty();
  }

  private static List<String> planted(List<String> orders, List<String> carriers) {
    Random random = new Random(SEED);
    return orders.stream()
        .map(
            order -> {
              String carrier = carriers.get(random.nextInt(carriers.size()));
              int at = carrier.indexOf(". ", random.nextInt(carrier.length()));
              int cut = at < 0 ? carrier.length() : at + 1;
              return carrier.substring(0, cut) + " " + order + " " + carrier.substring(cut);
            })
        .toList();
  }

  @Test
  void whatItCosts() {
    Policy policy = new PromptInjection().compile(InjectionRig.DEFAULTS);
    List<String> texts =
        Sources.moderated().stream()
            .filter(text -> text.length() >= 500)
            .map(text -> text.substring(0, 500))
            .limit(300)
            .toList();
    List<Long> times = new ArrayList<>();
    for (int round = 0; round < 20; round++) {
      for (String text : texts) {
        long start = System.nanoTime();
        caught(policy, text);
        if (round >= 10) {
          times.add(System.nanoTime() - start);
        }
      }
    }
    List<Long> sorted = times.stream().sorted().collect(Collectors.toList());
    double middle = sorted.get(sorted.size() / 2) / 1e6;
    System.out.printf(
        "500 characters: p50 %.3f ms, p99 %.3f ms%n",
        middle, sorted.get(sorted.size() * 99 / 100) / 1e6);
    assertThat(middle).isLessThan(1);
  }

  private static boolean caught(Policy policy, String text) {
    return !(InjectionRig.verdict(policy, InjectionRig.user(text)) instanceof Verdict.Allow);
  }

  private static double share(List<String> texts, Predicate<String> which) {
    return texts.stream().filter(which).count() / (double) texts.size();
  }
}
