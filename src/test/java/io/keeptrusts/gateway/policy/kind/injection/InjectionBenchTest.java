package io.keeptrusts.gateway.policy.kind.injection;

import static org.assertj.core.api.Assertions.assertThat;

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
 * when it was left out of training; the texts of {@link #harmless()} are in no training and behind
 * no threshold.
 */
@Tag("detect")
class InjectionBenchTest {
  private static final long SEED = 7;
  private static final String ALL_REAL =
      "in-the-wild+ gptfuzz+ giskard+ deepset+ deepset- cyberseceval+";

  /** Held back: second halves. */
  private static Map<String, List<String>> harmless() {
    Map<String, List<String>> sets = new LinkedHashMap<>();
    sets.put("NotInject, second part", Sources.notInject("two"));
    sets.put("XSTest, safe, second half", Figures.half(Sources.xsTest("safe"), 1));
    sets.put("mails, second half", Figures.half(Sources.otherMails(), 1));
    return sets;
  }

  @Test
  void setsThatWereLeftOut() {
    List<Labelled> texts = Corpus.direct(SEED);
    for (String out :
        List.of(
            "in-the-wild+",
            "gptfuzz+",
            "giskard+",
            "deepset+ deepset-",
            "cyberseceval+",
            ALL_REAL,
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
      leftOut(texts, Set.of(out.split(" ")));
    }
  }

  private static void leftOut(List<Labelled> texts, Set<String> out) {
    Trainer.Weights raw = Training.train(texts, out, SEED).quantized();
    double threshold =
        InjectionTrainingTest.threshold(list -> Figures.scores(raw.classifier(), list));
    Classifier classifier = raw.withThreshold(threshold).classifier();
    double[] harmless =
        Figures.join(
            harmless().values().stream()
                .map(set -> Figures.scores(classifier, set))
                .toArray(double[][]::new));
    for (String side : out.stream().sorted().toList()) {
      List<String> set =
          texts.stream().filter(t -> t.side().equals(side)).map(Labelled::text).toList();
      double[] scores = Figures.scores(classifier, set);
      if (side.endsWith("+")) {
        System.out.printf(
            "%-14s left out%s %5d  AUC %.3f  recall at 5%% %.3f  at 1%% %.3f  at the threshold %.3f%n",
            side,
            out.size() > 2 ? " with all" : "         ",
            set.size(),
            Figures.area(scores, harmless),
            Figures.share(scores, Figures.reachedBy(harmless, 0.05)),
            Figures.share(scores, Figures.reachedBy(harmless, 0.01)),
            Figures.share(scores, 0));
      } else {
        System.out.printf(
            "%-14s left out          %5d  mistaken at the threshold %.3f%n",
            side, set.size(), Figures.share(scores, 0));
      }
    }
  }

  @Test
  void asShipped() {
    Policy words = new PromptInjection().compile(InjectionRig.DEFAULTS);
    Policy meaning = new PromptInjection().compile(InjectionRig.with(Backend.LOCAL));
    for (var set : harmless().entrySet()) {
      System.out.printf(
          "%-26s %4d  right %.3f  with embedding %.3f%n",
          set.getKey(),
          set.getValue().size(),
          1 - share(set.getValue(), text -> caught(words, text)),
          1 - share(set.getValue(), text -> caught(meaning, text)));
    }
    List<String> all = harmless().values().stream().flatMap(List::stream).toList();
    double[] scores = Figures.scores(Models.shared().direct(), all);
    Meaning asked = new Meaning(0);
    System.out.printf(
        "share that the embedding is asked about, harmless texts: %.3f%n",
        Arrays.stream(scores).filter(asked::wanted).count() / (double) scores.length);
    assertThat(share(Sources.notInject("two"), text -> caught(words, text)))
        .isLessThanOrEqualTo(0.14);
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
    List<String> mails = Figures.half(Sources.otherMails(), 1);
    Map<String, List<String>> attempts = new LinkedHashMap<>();
    attempts.put("requests in mails", planted(Sources.plantedRequests(), mails));
    attempts.put("code in mails", planted(Sources.plantedCode(), mails));
    attempts.put("pages (CyberSecEval)", Sources.cyberSecEval("indirect"));
    attempts.forEach((name, set) -> inside("caught", name, set, without, shipped));
    Map<String, List<String>> clean = new LinkedHashMap<>();
    clean.put("mails, second half", mails);
    clean.put("mails (BIPIA)", Sources.mails());
    clean.put("code answers", Sources.codeAnswers());
    clean.forEach((name, set) -> inside("mistaken", name, set, without, shipped));
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
        share(set, text -> !InjectionRig.finding(InjectionRig.DEFAULTS, "tool", text).isEmpty()));
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
