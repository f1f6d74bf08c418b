package io.keeptrusts.gateway.policy.match;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Rules and texts of the size and shape that a gateway meets, made up for tests and benchmarks. */
final class PatternSet {
  private static final String APART = "(?:^|[^\\w.+-])";
  private static final String END = "\\W|$";
  private static final String[] VENDORS = {
    "acme",
    "adobe",
    "airtable",
    "algolia",
    "asana",
    "atlas",
    "beam",
    "bitly",
    "box",
    "codecov",
    "clojars",
    "coin",
    "contentful",
    "datadog",
    "disco",
    "doppler",
    "droplet",
    "dropbox",
    "dyna",
    "easypost",
    "etsy",
    "facet",
    "fastly",
    "figma",
    "finicity",
    "flick",
    "flutter",
    "frame",
    "fresh",
    "gitter",
    "gocard",
    "grafana",
    "hashi",
    "heroku",
    "hubspot",
    "infura",
    "intercom",
    "jfrog",
    "kraken",
    "kucoin",
    "launch",
    "linear",
    "linked",
    "lob",
    "mail",
    "mapbox",
    "matter",
    "message",
    "netlify",
    "newrelic",
    "notion",
    "nytimes",
    "octo",
    "okta",
    "plaid",
    "planet",
    "postman",
    "prefect",
    "pulumi",
    "rapid",
    "readme",
    "ruby",
    "saas",
    "scaling",
    "sendbird",
    "sentry",
    "shippo",
    "shop",
    "sidekiq",
    "slack",
    "snyk",
    "sonar",
    "square",
    "stripe",
    "sumo",
    "telegram",
    "travis",
    "twilio",
    "twitch",
    "twitter",
    "typeform",
    "vault",
    "yandex",
    "zendesk"
  };
  private static final String[] WORDS = {
    "the",
    "of",
    "and",
    "to",
    "a",
    "in",
    "is",
    "that",
    "for",
    "it",
    "was",
    "with",
    "on",
    "as",
    "by",
    "this",
    "we",
    "you",
    "from",
    "which",
    "their",
    "model",
    "answer",
    "question",
    "because",
    "between",
    "however",
    "system",
    "number",
    "please",
    "account",
    "message",
    "example",
    "through",
    "without",
    "another",
    "service",
    "password",
    "mail",
    "card",
    "linear",
    "square",
    "vault",
    "The",
    "In",
    "However,",
    "first",
    "second",
    "2024",
    "17",
    "3.5",
    "U.S.",
    "e.g.",
    "state-of-the-art",
    "don't",
    "it's"
  };

  private PatternSet() {}

  /**
   * Two dozen kinds of personal data, and invented tokens of many vendors: by prefix and by
   * keyword.
   */
  static List<Rule> rules() {
    List<Rule> rules = new ArrayList<>();
    Validator luhn = PatternSet::luhn;
    rules.add(
        rule(
            "EMAIL",
            APART,
            "(?i)[a-z0-9._%+-]{1,64}@(?:[a-z0-9-]{1,63}\\.){1,8}[a-z]{2,24}",
            "[^a-z]|$"));
    rules.add(new Rule("CARD", "(?:^|[^\\d])", "\\d(?:[ -]?\\d){11,18}", "\\D|$", 64, luhn, ""));
    rules.add(rule("SSN", "(?:^|[^\\d-])", "\\d{3}[- ]\\d{2}[- ]\\d{4}", "[^\\d-]|$"));
    rules.add(rule("IBAN", "(?:^|\\W)", "[A-Z]{2}\\d{2}(?: ?[A-Z0-9]){11,30}", END));
    rules.add(rule("IPV4", "(?:^|[^\\w.])", "(?:\\d{1,3}\\.){3}\\d{1,3}", "[^\\d.]|$"));
    rules.add(
        rule("IPV6", "(?:^|[^\\w:])", "(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}", "[^\\w:]|$"));
    rules.add(rule("MAC", "(?:^|\\W)", "(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}", END));
    rules.add(
        rule(
            "PHONE",
            "(?:^|[^\\w+])",
            "\\+\\d{1,3}[ .-]?(?:\\(?\\d{1,4}\\)?[ .-]?){2,5}\\d{2,4}",
            END));
    rules.add(rule("PHONE", "(?:^|[^\\w])", "\\(?\\d{3}\\)?[ .-]?\\d{3}[ .-]\\d{4}", END));
    rules.add(
        rule(
            "DATE",
            "(?i)(?:born|birth)\\s*(?:on|date)?\\s*[:=]?\\s*",
            "\\d{1,4}[/.-]\\d{1,2}[/.-]\\d{1,4}",
            END));
    rules.add(
        rule("PASSPORT", "(?i)passport\\s*(?:no|number)?\\.?\\s*[:=#]?\\s*", "[A-Z0-9]{6,9}", END));
    rules.add(rule("URL", "(?:^|\\W)", "(?i)https?://[^\\s\"'<>]{1,256}", ""));
    rules.add(
        rule(
                "JWT",
                "(?:^|\\W)",
                "eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}",
                "")
            .cap(8192));
    rules.add(
        rule("KEY", "", "-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[A-Za-z0-9+/=\\s]*", "")
            .cap(16384));
    rules.add(rule("WALLET", "(?:^|\\W)", "0x[0-9a-fA-F]{40}", END));
    rules.add(rule("BITCOIN", "(?:^|\\W)", "[13][1-9A-HJ-NP-Za-km-z]{25,34}", END));
    for (int i = 0; i < VENDORS.length; i++) {
      String vendor = VENDORS[i];
      String prefix = vendor.substring(0, 3) + (i % 2 == 0 ? "_" : "-") + (char) ('a' + i % 26) + i;
      rules.add(rule("TOKEN", "(?:^|\\W)", prefix + "[A-Za-z0-9]{" + (16 + i % 24) + "}", END));
      String key = "(?i)" + vendor + "[ \\t\\w.-]*[\\s'\"]{0,3}(?:=|>|:{1,3}=|:)[`'\"\\s=]*";
      rules.add(rule("SECRET", key, "(?i)[a-z0-9]{" + (20 + i % 5 * 8) + "}", "[^a-zA-Z0-9]|$"));
      rules.add(
          rule(
              "ID",
              "(?i)" + vendor + "[-_ ]id[:= ]+",
              "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
              END));
    }
    return rules;
  }

  private static Rule rule(String label, String left, String body, String right) {
    return new Rule(label, left, body, right, Rule.DEFAULT_CAP, null, "");
  }

  /**
   * Rules of a gitleaks.toml: what stands before the first capture group is left, the group body,
   * the usual tail right.
   */
  static List<Rule> secretRules(Path toml) throws IOException {
    List<Rule> rules = new ArrayList<>();
    if (!Files.isReadable(toml)) {
      return rules;
    }
    List<MatchResult> found =
        Pattern.compile("(?m)^regex = '''(.*)'''")
            .matcher(Files.readString(toml))
            .results()
            .toList();
    for (MatchResult result : found) {
      String regex = result.group(1).replace("[\\w.-]{0,50}?", "").replace("\\b", "");
      String flags = regex.startsWith("(?i)") ? "(?i)" : "";
      regex = regex.substring(flags.length());
      int open = firstCapture(regex);
      int close = open < 0 ? -1 : closing(regex, open);
      Rule rule =
          open < 0 || close < 0
              ? rule("SECRET", "(?:^|\\W)", flags + regex, "")
              : rule(
                  "SECRET",
                  open == 0 ? "(?:^|\\W)" : flags + regex.substring(0, open),
                  flags + regex.substring(open + 1, close),
                  close + 1 < regex.length() ? "[`'\"\\s;\\\\]|$" : "");
      try {
        Matcher.compile(List.of(rule));
        rules.add(rule);
      } catch (RuleException e) {
        if (Boolean.getBoolean("refused")) {
          System.out.println(e.getMessage() + "   " + result.group(1));
        }
      }
    }
    return rules;
  }

  private static int firstCapture(String regex) {
    for (int i = 0; i < regex.length(); i++) {
      char c = regex.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '[') {
        i = regex.indexOf(']', i + 2);
      } else if (c == '(' && !regex.startsWith("(?", i)) {
        return i;
      }
    }
    return -1;
  }

  private static int closing(String regex, int open) {
    int depth = 0;
    for (int i = open; i < regex.length(); i++) {
      char c = regex.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '[') {
        i = regex.indexOf(']', i + 2);
      } else if (c == '(') {
        depth++;
      } else if (c == ')' && --depth == 0) {
        return i;
      }
    }
    return -1;
  }

  static String prose(int length, long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(WORDS[random.nextInt(WORDS.length)]);
      int end = random.nextInt(60);
      text.append(end < 4 ? ". " : end < 8 ? ", " : end == 8 ? "\n\n" : " ");
    }
    return text.toString();
  }

  /** Prose in which every tenth word is something to find or nearly. */
  static String dense(int length, long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(prose(50, random.nextLong()));
      switch (random.nextInt(7)) {
        case 0 -> text.append("jo.doe").append(random.nextInt(1000)).append("@mail.example.org");
        case 1 -> text.append("4111 1111 1111 ").append(1000 + random.nextInt(9000));
        case 2 ->
            text.append("192.168.")
                .append(random.nextInt(256))
                .append('.')
                .append(random.nextInt(256));
        case 3 ->
            text.append("stripe_key = \"")
                .append(Long.toHexString(random.nextLong()))
                .append("0123456789abcdef01\"");
        case 4 -> text.append("+1 415 555 ").append(1000 + random.nextInt(9000));
        case 5 -> text.append("https://example.org/").append(Long.toHexString(random.nextLong()));
        default -> text.append("078-05-").append(1000 + random.nextInt(9000));
      }
      text.append(' ');
    }
    return text.toString();
  }

  static boolean luhn(CharSequence digits) {
    int sum = 0;
    int n = 0;
    for (int i = digits.length() - 1; i >= 0; i--) {
      int digit = digits.charAt(i) - '0';
      if (digit >= 0 && digit <= 9) {
        int twice = digit * (1 + n % 2);
        sum += twice > 9 ? twice - 9 : twice;
        n++;
      }
    }
    return n >= 12 && sum % 10 == 0;
  }
}
