package io.keeptrusts.gateway.policy.kind.citation;

import io.keeptrusts.gateway.policy.kind.citation.Finding.Status;
import io.keeptrusts.gateway.policy.kind.citation.Grounding.Support;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Checks one answer against the sources of its request. Time is linear in both; memory too, and
 * bounded by {@link Sources#MOST_CHARS}. One thread, one use.
 */
final class Verifier {
  static final double SUPPORTED = 0.6;
  static final double WEAK = 0.35;

  /** What an altered quotation, or an address of which only the host is known, can have at most. */
  private static final double NEARLY = 0.75;

  private static final double HOST = 0.5;
  private static final int CLAIM_WORDS = 3;
  private static final int MOST_TOGETHER = 32;

  private final double minConfidence;
  private final Vocabulary vocabulary = new Vocabulary();
  private final Sources sources;
  private final Extraction extraction;
  private final Matching matching;
  private final Evidence evidence;
  private final Grounding grounding;
  private final Words answer;
  private final List<Sentences.Span> sentences;
  private final int[] all;
  private final Map<Question, Assessed> assessed = new HashMap<>();

  /** The sources that the markers of a sentence mean. */
  private final Map<Integer, int[]> marked = new HashMap<>();

  private record Question(Claim claim, List<Integer> sources) {}

  /** A claim against sources. */
  private record Assessed(Support support, boolean conflict) {}

  /** Words of the answer. */
  private record Claim(int from, int to) {}

  Verifier(String text, Sources sources, Set<CitationType> wanted, double minConfidence) {
    this.sources = sources;
    this.minConfidence = minConfidence;
    List<Source> documents = sources.documents();
    Set<String> names = Matching.names(documents);
    extraction = Extraction.of(text, wanted, names::contains, vocabulary);
    List<Words> texts =
        documents.stream().map(source -> Words.of(source.text(), vocabulary)).toList();
    matching = new Matching(documents, texts, sources.said(), extraction, vocabulary);
    evidence = new Evidence(texts, vocabulary);
    grounding = new Grounding(evidence);
    answer = Words.of(extraction.prose(), vocabulary);
    sentences = Sentences.of(extraction.prose());
    all = IntStream.range(0, documents.size()).toArray();
  }

  Check check() {
    List<Finding> findings = findings();
    boolean[] verified = new boolean[sentences.size()];
    boolean[] cited = new boolean[all.length];
    for (Finding finding : findings) {
      int sentence = sentence(finding.citation().from());
      if (sentence >= 0 && finding.status() == Status.VERIFIED) {
        verified[sentence] = true;
      }
      if (finding.source() != Finding.NONE) {
        cited[finding.source()] = true;
      }
    }
    int claims = 0;
    int covered = 0;
    int weak = 0;
    int unsupported = 0;
    int contradicted = 0;
    for (int i = 0; i < sentences.size(); i++) {
      Claim claim = words(sentences.get(i));
      if (!states(claim, sentences.get(i))) {
        continue;
      }
      claims++;
      covered += verified[i] ? 1 : 0;
      if (all.length > 0) {
        Assessed result = assess(claim, all);
        double score = result.support.score();
        contradicted += result.conflict ? 1 : 0;
        weak += !result.conflict && score < SUPPORTED && score >= WEAK ? 1 : 0;
        unsupported += !result.conflict && score < WEAK ? 1 : 0;
      }
    }
    return new Check(
        findings,
        extraction.omitted(),
        all.length,
        count(cited),
        claims,
        covered,
        weak,
        unsupported,
        contradicted,
        groundedness(),
        sources.truncated());
  }

  private static int count(boolean[] flags) {
    int count = 0;
    for (boolean flag : flags) {
      count += flag ? 1 : 0;
    }
    return count;
  }

  // the answer as a whole

  /** In stretches of whole sentences, as many words as fit; long stretches weigh more. */
  private double groundedness() {
    if (all.length == 0 || answer.size() == 0) {
      return Double.NaN;
    }
    double sum = 0;
    int from = 0;
    int end = 0;
    for (Sentences.Span sentence : sentences) {
      int to = answer.at(sentence.to());
      if (to - from > Evidence.LONGEST && end > from) {
        sum += stretch(from, end);
        from = end;
      }
      end = to;
    }
    sum += stretch(from, Math.max(end, answer.size()));
    return sum / answer.size();
  }

  private double stretch(int from, int to) {
    double sum = 0;
    for (int part = from; part < to; part += Evidence.LONGEST) {
      int end = Math.min(to, part + Evidence.LONGEST);
      sum += (end - part) * grounding.support(answer, part, end, all).score();
    }
    return sum;
  }

  private boolean states(Claim claim, Sentences.Span sentence) {
    return claim.to - claim.from >= CLAIM_WORDS
        && extraction.prose().charAt(sentence.to() - 1) != '?'
        && extraction.prose().charAt(sentence.from()) != '#'
        && contents(claim) > 0;
  }

  // citation by citation

  private List<Finding> findings() {
    mark();
    List<Finding> findings = new ArrayList<>();
    List<Citation> citations = extraction.citations();
    int first = 0;
    int before = 0; // where the claim of the next group begins at the earliest
    while (first < citations.size()) {
      int next = first + 1;
      while (next < citations.size() && sameGroup(citations.get(next - 1), citations.get(next))) {
        next++;
      }
      findings.addAll(group(citations.subList(first, next), before));
      before = citations.get(next - 1).to();
      first = next;
    }
    return findings;
  }

  /** {@code [1][2], [3]}: markers with no word between them stand for one claim together. */
  private boolean sameGroup(Citation one, Citation other) {
    return one.type() == CitationType.NUMBERED
        && other.type() == CitationType.NUMBERED
        && answer.at(one.to()) == answer.at(other.from());
  }

  private List<Finding> group(List<Citation> citations, int before) {
    Claim claim = claim(citations.getFirst(), before);
    List<Matching.Match> matches = citations.stream().map(matching::match).toList();
    int[] together =
        matches.stream()
            .flatMapToInt(match -> Arrays.stream(match.sources()))
            .distinct()
            .sorted()
            .limit(MOST_TOGETHER)
            .toArray();
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < citations.size(); i++) {
      findings.add(finding(citations.get(i), matches.get(i), claim, together));
    }
    return findings;
  }

  private Finding finding(Citation citation, Matching.Match match, Claim claim, int[] together) {
    return switch (citation.type()) {
      case QUOTE -> quote(citation, match);
      case NUMBERED, URL, ACADEMIC, LEGAL ->
          match.found() ? resolved(citation, match, claim, together) : unresolved(citation, match);
    };
  }

  private Finding unresolved(Citation citation, Matching.Match match) {
    if (match.said()) {
      return new Finding(citation, Status.VERIFIED, 1, Finding.NONE);
    }
    double confidence = match.host() ? HOST : 0;
    Status otherwise =
        all.length == 0 || sources.truncated()
            ? Status.UNVERIFIED
            : citation.type() == CitationType.NUMBERED ? Status.DANGLING : Status.UNMATCHED;
    Status status = confidence > 0 && confidence >= minConfidence ? Status.VERIFIED : otherwise;
    return new Finding(citation, status, confidence, Finding.NONE);
  }

  private Finding resolved(Citation citation, Matching.Match match, Claim claim, int[] together) {
    int source = match.sources()[0];
    if (contents(claim) < 2) {
      return new Finding(citation, Status.VERIFIED, 1, source); // "See [1]." claims nothing
    }
    Assessed alone = assess(claim, match.sources());
    double score = alone.support.score();
    boolean conflict = alone.conflict;
    if (together.length > match.sources().length) {
      Assessed jointly = assess(claim, together);
      int[] others = without(together, match.sources());
      double rest = assess(claim, others).support.score();
      boolean contributes = jointly.support.score() > rest + 0.05;
      score = contributes ? Math.max(score, jointly.support.score()) : score;
      conflict &= jointly.conflict;
    }
    if (!alone.support.units().isEmpty()) {
      source = alone.support.units().getFirst().source();
    }
    Status status =
        conflict ? Status.MISMATCH : score >= minConfidence ? Status.VERIFIED : Status.UNVERIFIED;
    return new Finding(citation, status, conflict ? score * 0.25 : score, source);
  }

  private static int[] without(int[] all, int[] some) {
    return Arrays.stream(all).filter(i -> Arrays.binarySearch(some, i) < 0).toArray();
  }

  /** The words must stand in the source that is cited beside them, or in any if none is. */
  private Finding quote(Citation quote, Matching.Match match) {
    int[] beside = beside(quote);
    if (match.found()) {
      for (int source : match.sources()) {
        if (beside.length == 0 || Arrays.binarySearch(beside, source) >= 0) {
          return new Finding(quote, Status.VERIFIED, 1, source);
        }
      }
      return new Finding(quote, Status.MISMATCH, HOST, match.sources()[0]);
    }
    if (match.said()) {
      return new Finding(quote, Status.VERIFIED, 1, Finding.NONE);
    }
    if (all.length == 0 || sources.truncated()) {
      return new Finding(quote, Status.UNVERIFIED, 0, Finding.NONE);
    }
    Words words = Words.of(String.join(" ", quote.keys()), vocabulary);
    int to = Math.min(words.size(), Evidence.LONGEST);
    List<Evidence.Unit> units = evidence.about(Grounding.contents(words, 0, to), all);
    double share = units.isEmpty() ? 0 : NEARLY * Overlap.share(words, to, units.getFirst());
    boolean altered = beside.length > 0 || share >= NEARLY / 2;
    Status status =
        share > 0 && share >= minConfidence
            ? Status.VERIFIED
            : altered ? Status.MISMATCH : Status.UNMATCHED;
    return new Finding(
        quote,
        status,
        share,
        altered && !units.isEmpty() ? units.getFirst().source() : Finding.NONE);
  }

  /** The sources of the markers in the quotation's sentence. */
  private int[] beside(Citation quote) {
    return marked.getOrDefault(sentence(quote.from()), new int[0]);
  }

  private void mark() {
    for (Citation citation : extraction.citations()) {
      if (citation.type() == CitationType.NUMBERED || citation.type() == CitationType.ACADEMIC) {
        marked.merge(
            sentence(citation.from()),
            matching.match(citation).sources(),
            (a, b) ->
                IntStream.concat(Arrays.stream(a), Arrays.stream(b))
                    .distinct()
                    .sorted()
                    .limit(MOST_TOGETHER)
                    .toArray());
      }
    }
  }

  /** From the citation before it in its sentence to the citation, if that says anything. */
  private Claim claim(Citation citation, int before) {
    int at = sentence(citation.from());
    if (at < 0) {
      return new Claim(0, 0);
    }
    Claim whole = words(sentences.get(at));
    boolean narrow =
        citation.type() == CitationType.NUMBERED || citation.type() == CitationType.ACADEMIC;
    if (!narrow) {
      return whole;
    }
    int to = Math.min(whole.to, Math.max(whole.from, answer.at(citation.from())));
    int from = Math.clamp(answer.at(before), whole.from, to);
    Claim since = new Claim(from, to);
    Claim until = new Claim(whole.from, to);
    return contents(since) >= CLAIM_WORDS ? since : contents(until) >= CLAIM_WORDS ? until : whole;
  }

  private int contents(Claim claim) {
    int contents = 0;
    for (int i = claim.from; i < claim.to && contents < CLAIM_WORDS; i++) {
      contents += answer.isContent(i) ? 1 : 0;
    }
    return contents;
  }

  /** The sentence at a place; between two, the one before it on the same line. */
  private int sentence(int place) {
    int low = 0;
    int high = sentences.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sentences.get(middle).from() <= place) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    int at = low - 1;
    boolean behind = at >= 0 && place >= sentences.get(at).to();
    if (at < 0 || behind && newLine(sentences.get(at).to(), place)) {
      return low < sentences.size() ? low : at;
    }
    return at;
  }

  private boolean newLine(int from, int to) {
    for (int i = from; i < to && i - from < 64; i++) {
      if (extraction.prose().charAt(i) == '\n') {
        return true;
      }
    }
    return false;
  }

  private Claim words(Sentences.Span sentence) {
    return new Claim(answer.at(sentence.from()), answer.at(sentence.to()));
  }

  private Assessed assess(Claim claim, int[] among) {
    boolean any = among.length == all.length;
    Question question =
        new Question(claim, any ? List.of() : Arrays.stream(among).boxed().toList());
    return assessed.computeIfAbsent(question, _ -> compute(claim, among));
  }

  /** A long claim is as good as its parts together, and wrong if one of them is. */
  private Assessed compute(Claim claim, int[] among) {
    double sum = 0;
    boolean conflict = false;
    List<Evidence.Unit> units = List.of();
    for (int part = claim.from; part < claim.to; part += Evidence.LONGEST) {
      int end = Math.min(claim.to, part + Evidence.LONGEST);
      Support support = grounding.support(answer, part, end, among);
      sum += support.score() * (end - part);
      conflict |= Conflicts.of(answer, part, end, support.units()) != null;
      units = part == claim.from ? support.units() : units;
    }
    double score = claim.to > claim.from ? sum / (claim.to - claim.from) : 0;
    return new Assessed(new Support(score, units), conflict);
  }

  /** Steps made so far: what the bound on time is tested by. */
  long steps() {
    return evidence.steps() + matching.steps();
  }
}
