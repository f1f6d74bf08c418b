package io.keeptrusts.gateway.policy.kind.pii;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keeptrusts.gateway.policy.kind.Rig;
import io.keeptrusts.gateway.policy.match.Matcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Strings drawn from the expressions of the public rule set for secrets: what one of its rules
 * would report, we cover. The rules are only read here; ours are written from the vendors' formats.
 */
class SecretSamplesTest {
  private static final Path TOML =
      Path.of(System.getProperty("shared.dir", "../shared"), "detect/pii/gitleaks.toml");
  private static final int SAMPLES = Integer.getInteger("secret.samples", 40);

  private static final String KUBERNETES = "kubernetes-secret-yaml";

  /** What a cluster takes for a secret; the rule's own expression allows more. */
  private static final Pattern BASE64 =
      Pattern.compile(
          "[\\s\"':](?:[A-Za-z0-9+/]{4}){2,}[A-Za-z0-9+/]{2}(?:[A-Za-z0-9+/]{2}|[A-Za-z0-9+/]=|==)['\"]?$");

  /** A rule of the file, with what it does not report. */
  private record Foreign(
      String id,
      String regex,
      double entropy,
      int group,
      List<String> keywords,
      List<Pattern> allowed,
      List<String> stopwords) {}

  private record Secret(String text, int from, int to) {
    String value() {
      return text.substring(from, to);
    }
  }

  private final Matcher matcher = Matcher.compile(PiiDetector.builtIn(true, false));

  @Test
  void whatEveryPublicRuleWouldReportIsCovered() throws IOException {
    assumeTrue(Files.exists(TOML), "no rules at " + TOML);
    var missed = new TreeMap<String, List<String>>();
    int drawn = 0;
    List<Foreign> rules = rules(Files.readString(TOML));
    for (Foreign rule : rules) {
      var sampler = new RegexSampler(rule.regex);
      var random = new Random(rule.id.hashCode());
      for (int i = 0; i < SAMPLES; i++) {
        Secret secret = draw(rule, sampler, random);
        drawn++;
        if (!covered(rule, secret)) {
          missed.computeIfAbsent(rule.id, id -> new ArrayList<>()).add(show(secret));
        }
      }
    }
    missed.forEach(
        (id, texts) -> System.out.printf("missed %s %d: %s%n", id, texts.size(), texts.getFirst()));
    System.out.printf(
        "secrets: %d rules, %d samples, %d missed%n",
        rules.size(), drawn, missed.values().stream().mapToInt(List::size).sum());
    assertThat(rules).hasSizeGreaterThan(200);
    assertThat(missed.keySet()).isEmpty();
  }

  private static String show(Secret secret) {
    return (secret.text.substring(0, secret.from)
            + "«"
            + secret.value()
            + "»"
            + secret.text.substring(secret.to))
        .replace("\n", "\\n")
        .replace("\t", "\\t");
  }

  /** Letters and digits of the secret; the names and quotes that a rule takes with it need not. */
  private boolean covered(Foreign rule, Secret secret) {
    BitSet cover = Rig.cover(matcher, secret.text);
    int from = secret.from;
    if (rule.id.equals(KUBERNETES)) {
      from += secret.value().indexOf(':');
    }
    for (int i = from; i < secret.to; i++) {
      if (Character.isLetterOrDigit(secret.text.charAt(i)) && !cover.get(i)) {
        return false;
      }
    }
    return true;
  }

  /** One that the rule itself would report. */
  private static Secret draw(Foreign rule, RegexSampler sampler, Random random) {
    for (int i = 0; i < 100_000; i++) {
      RegexSampler.Sample sample = sampler.draw(random);
      int[] span =
          rule.group > 0
              ? sample.groups().get(rule.group - 1)
              : sample.groups().stream()
                  .filter(group -> group != null && group[1] > group[0])
                  .findFirst()
                  .orElse(new int[] {0, sample.text().length()});
      String lower = sample.text().toLowerCase(Locale.ROOT);
      String lead =
          rule.keywords.isEmpty() || rule.keywords.stream().anyMatch(lower::contains)
              ? "\n"
              : "# " + longest(rule.keywords) + "\n";
      var secret =
          new Secret(lead + sample.text() + "\n", lead.length() + span[0], lead.length() + span[1]);
      String value = secret.value();
      String small = value.toLowerCase(Locale.ROOT);
      if (Randomness.entropy(value) > rule.entropy
          && rule.allowed.stream().noneMatch(pattern -> pattern.matcher(value).find())
          && rule.stopwords.stream().noneMatch(small::contains)
          && (!rule.id.equals(KUBERNETES) || BASE64.matcher(value).find())) {
        return secret;
      }
    }
    throw new AssertionError("no sample for " + rule.id);
  }

  private static String longest(List<String> words) {
    return words.stream().max(Comparator.comparing(String::length)).orElseThrow();
  }

  private static List<Foreign> rules(String toml) {
    var rules = new ArrayList<Foreign>();
    String[] blocks = toml.split("(?m)^\\[\\[rules]]\\s*$");
    for (int i = 1; i < blocks.length; i++) {
      String[] parts = blocks[i].split("(?m)^ *\\[\\[rules\\.allowlists]]\\s*$", 2);
      String regex = first(parts[0], "(?m)^regex = '''(.*)'''");
      if (regex != null) {
        String entropy = first(parts[0], "(?m)^entropy = ([\\d.]+)");
        String group = first(parts[0], "(?m)^secretGroup = (\\d+)");
        String allow = parts.length > 1 ? parts[1] : "";
        rules.add(
            new Foreign(
                first(parts[0], "(?m)^id = \"(.*)\""),
                regex,
                entropy == null ? -1 : Double.parseDouble(entropy),
                group == null ? 0 : Integer.parseInt(group),
                strings(first(parts[0], "(?ms)^keywords = \\[(.*?)]"), "\"(.*?)\""),
                strings(first(allow, "(?ms)^ *regexes = \\[(.*?)^ *]"), "'''(.*?)'''").stream()
                    .map(allowed -> Pattern.compile(allowed.replace("{{", "\\{\\{")))
                    .toList(),
                strings(first(allow, "(?ms)^ *stopwords = \\[(.*?)^ *]"), "\"(.*?)\"")));
      }
    }
    return rules;
  }

  private static String first(String text, String regex) {
    var found = Pattern.compile(regex).matcher(text);
    return found.find() ? found.group(1) : null;
  }

  private static List<String> strings(String list, String regex) {
    return list == null
        ? List.of()
        : Pattern.compile(regex).matcher(list).results().map(result -> result.group(1)).toList();
  }
}
