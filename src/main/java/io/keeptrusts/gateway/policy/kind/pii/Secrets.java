package io.keeptrusts.gateway.policy.kind.pii;

import static io.keeptrusts.gateway.policy.kind.pii.Context.START;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Keys, tokens and passwords: formats their makers document, and assignments whose value looks
 * random.
 */
final class Secrets {
  private static final String B64URL = "[A-Za-z0-9_-]";
  private static final int JWT_CAP = 8 * 1024;
  private static final int KEY_FILE_CAP = 16 * 1024;

  private static final String NEWLINES = "(\\\\n|\\\\r|\\s){0,16}";

  /**
   * Certain after sixteen characters of base64: then every character is part of the key as it
   * comes, until the END line is complete or something comes that no key file holds. Line ends may
   * be real, escaped, or string concatenation.
   */
  private static final String KEY_FILE =
      "-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY( BLOCK)?-----"
          + NEWLINES
          + "[\"'+]?"
          + NEWLINES
          + "([A-Z][A-Za-z-]{2,20}: ?[A-Za-z0-9 ,.()/:_-]{1,120}"
          + NEWLINES
          + "){0,8}"
          + "[A-Za-z0-9+/=]{16}[A-Za-z0-9+/=\\s\\\\\"'+]*(-{1,5}|-----E[A-Z0-9 ]{0,50}-{0,5})?";

  private static final String ASSIGN = "[\"'`]?[ \\t]*(:|=|:=|=>|==)[ \\t]*[\"'`]?";

  private static final String PASSWORD_WORD =
      "(password|passwd|passwort|passphrase|pwd|[^a-z]pass|contrase\u00f1a" + "|mot de passe)";

  private static final String SECRET_WORD =
      "(secret|api[_. -]?key|apikey|access[_. -]?key|secret[_. -]?key|private[_. -]?key|encryption[_. -]?key"
          + "|signing[_. -]?key|account[_. -]?key|token|access[_. -]?token|auth[_. -]?token|refresh[_. -]?token"
          + "|client[_. -]?secret|credentials?|api[_. -]?secret|api[_. -]?token|webhook[_. -]?secret)";

  /** Vendors' formats; the prefix is what makes them certain. */
  private static final String[][] FORMATS = {
    {"AWS_ACCESS_KEY", "(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}"},
    {"GITHUB_TOKEN", "gh[pousr]_[A-Za-z0-9]{36,200}"},
    {"GITHUB_TOKEN", "github_pat_[A-Za-z0-9_]{22,200}"},
    {"GITLAB_TOKEN", "gl(pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-" + B64URL + "{20,200}"},
    {"SLACK_TOKEN", "xox[abeoprs]-[A-Za-z0-9-]{10,200}"},
    {"SLACK_TOKEN", "xapp-\\d-[A-Za-z0-9-]{20,200}"},
    {
      "SLACK_WEBHOOK",
      "https?://hooks\\.slack\\.com/(services|workflows|triggers)/[A-Za-z0-9/_+-]{20,150}"
    },
    {"GOOGLE_API_KEY", "AIza" + B64URL + "{35}"},
    {"GOOGLE_OAUTH", "GOCSPX-" + B64URL + "{28}|ya29\\." + B64URL + "{20,240}"},
    {"OPENAI_KEY", "sk-(proj|svcacct|admin|None)-" + B64URL + "{20,240}|sk-[A-Za-z0-9]{32,64}"},
    {"ANTHROPIC_KEY", "sk-ant-" + B64URL + "{20,200}"},
    {"OPENROUTER_KEY", "sk-or-v1-[0-9a-f]{64}"},
    {"GROQ_KEY", "gsk_[A-Za-z0-9]{40,64}"},
    {"XAI_KEY", "xai-[A-Za-z0-9]{60,100}"},
    {"PERPLEXITY_KEY", "pplx-[A-Za-z0-9]{40,64}"},
    {"REPLICATE_TOKEN", "r8_[A-Za-z0-9]{37}"},
    {"HUGGINGFACE_TOKEN", "hf_[A-Za-z0-9]{30,40}|api_org_[A-Za-z0-9]{34}"},
    {"STRIPE_KEY", "(sk|rk)_(live|test)_[A-Za-z0-9]{16,240}|whsec_[A-Za-z0-9+/=]{24,64}"},
    {"TWILIO_KEY", "SK[0-9a-f]{32}"},
    {"SENDGRID_KEY", "SG\\." + B64URL + "{16,32}\\." + B64URL + "{16,64}"},
    {"MAILGUN_KEY", "key-[0-9a-f]{32}"},
    {"MAILCHIMP_KEY", "[0-9a-f]{32}-us\\d{1,2}"},
    {"NPM_TOKEN", "npm_[A-Za-z0-9]{36}"},
    {"PYPI_TOKEN", "pypi-" + B64URL + "{50,240}"},
    {"DOCKER_TOKEN", "dckr_(pat|oat)_" + B64URL + "{20,64}"},
    {"DATABRICKS_TOKEN", "dapi[0-9a-f]{32}(-\\d)?"},
    {"DIGITALOCEAN_TOKEN", "do[opr]_v1_[0-9a-f]{64}"},
    {"SHOPIFY_TOKEN", "shp(at|ca|pa|ss)_[0-9a-fA-F]{32}"},
    {"SQUARE_TOKEN", "sq0(atp|csp|idp)-" + B64URL + "{22,43}|EAAA" + B64URL + "{60}"},
    {"TELEGRAM_TOKEN", "\\d{8,10}:AA" + B64URL + "{33}"},
    {
      "DISCORD_WEBHOOK",
      "https://(ptb\\.|canary\\.)?discord(app)?\\.com/api/webhooks/\\d{17,20}/" + B64URL + "{60,80}"
    },
    {"NOTION_TOKEN", "ntn_[A-Za-z0-9]{43,50}|secret_[A-Za-z0-9]{43}"},
    {"LINEAR_KEY", "lin_(api|oauth)_[A-Za-z0-9]{40,64}"},
    {"GRAFANA_TOKEN", "glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}|glc_[A-Za-z0-9+/=]{32,240}"},
    {"VAULT_TOKEN", "hv[sbr]\\." + B64URL + "{24,240}"},
    {"TERRAFORM_TOKEN", "[A-Za-z0-9]{14}\\.atlasv1\\." + B64URL + "{60,70}"},
    {"PULUMI_TOKEN", "pul-[0-9a-f]{40}"},
    {"DOPPLER_TOKEN", "dp\\.(pt|st|ct|sa|scim|audit)\\.[A-Za-z0-9.]{40,64}"},
    {"POSTMAN_KEY", "PMAK-[0-9a-f]{24}-[0-9a-f]{34}"},
    {"NEW_RELIC_KEY", "NRAK-[A-Z0-9]{27}|NRJS-[0-9a-f]{19}"},
    {"SENTRY_TOKEN", "sntry[su]_[A-Za-z0-9+/=_]{40,240}"},
    {"ATLASSIAN_TOKEN", "ATATT3[A-Za-z0-9_=-]{100,220}"},
    {"AIRTABLE_TOKEN", "pat[A-Za-z0-9]{14}\\.[0-9a-f]{64}"},
    {"FIGMA_TOKEN", "figd_" + B64URL + "{40,64}"},
    {"AGE_KEY", "AGE-SECRET-KEY-1[0-9A-Z]{58}"},
  };

  static final List<Rule> RULES =
      Stream.of(
              // First, so that nothing else can name a key file: its marker leaves at once, however
              // long the file is.
              Stream.of(Rule.of("PRIVATE_KEY", KEY_FILE).cap(KEY_FILE_CAP)),
              Arrays.stream(FORMATS)
                  .map(row -> Rule.of(row[0], row[1]).after("^|[^A-Za-z0-9_]").cap(300)),
              Stream.of(
                  Rule.of("JWT", "eyJ" + B64URL + "{8,}\\.eyJ" + B64URL + "*(\\." + B64URL + "*)?")
                      .after(START)
                      .cap(JWT_CAP),
                  Rule.of("AWS_SECRET_KEY", "[A-Za-z0-9/+]{40}")
                      .after(
                          "(?i)(aws|amazon|secret)[a-z0-9_ .-]*key[a-z_ ]*"
                              + ASSIGN
                              + "|secret access key( "
                              + "is)?:? +")
                      .before("[^A-Za-z0-9/+=]|$")
                      .when(body -> entropy(body) > 3.5),
                  Rule.of("AZURE_KEY", "[A-Za-z0-9+/]{86}==")
                      .after("(?i)(accountkey|sharedaccesskey" + "|account[_ -]key)" + ASSIGN),
                  Rule.of("AZURE_KEY", "[A-Za-z0-9+/]{43}=")
                      .after("(?i)(sharedaccesskey|accesskey)" + ASSIGN),
                  Rule.of("AZURE_SAS", "[A-Za-z0-9%+/]{40,80}(=|%3[dD]){0,2}").after("[?&]sig="),
                  Rule.of("TWILIO_KEY", "(AC)?[0-9a-f]{32}")
                      .after("(?i)twilio[^\\n]*[^\\w\\n]")
                      .before("[^\\w]|$"),
                  Rule.of("PASSWORD", "[^\\s:@/\"'<>${}]{3,128}")
                      .after("[A-Za-z][A-Za-z0-9+.-]*://[^\\s:@/\"'<>]*:")
                      .before("@"),
                  Rule.of("PASSWORD", "[^\\s;\"'`<>,(){}\\[\\]]{6,128}")
                      .after("(?i)" + PASSWORD_WORD + "[a-z0-9_]*" + ASSIGN)
                      .before("[\\s;\"'`<>,){}\\]]|$")
                      .when(Secrets::password),
                  Rule.of("PASSWORD", "[^\\s;\"'`<>,(){}\\[\\]]{5,127}[^\\s;\"'`<>,.?(){}\\[\\]]")
                      .after(
                          "(?i)(^|[^a-z])" + PASSWORD_WORD + " (is|was|ist|est|es|to)[: ]+[\"'`]?")
                      .before("[\\s;\"'`<>,.?){}\\]]|$")
                      .when(Secrets::password),
                  Rule.of("SECRET", "[A-Za-z0-9+/=_.~-]{12,240}")
                      .after("(?i)" + SECRET_WORD + "[a-z0-9_]*(" + ASSIGN + "| is:? +[\"'`]?)")
                      .before("[^A-Za-z0-9+/=_~-]|$")
                      .when(Secrets::random),
                  Rule.of("BEARER_TOKEN", "[A-Za-z0-9._~+/-]{16,250}={0,2}")
                      .after("(?i)(^|[^a-z])bearer +")
                      .cap(300)
                      .before("[^A-Za-z0-9._~+/=-]|$")
                      .when(Secrets::random),
                  Rule.of("BASIC_CREDENTIALS", "[A-Za-z0-9+/]{8,250}={0,2}")
                      .after("(?i)authorization[\"']?[ \\t]*[:=][ \\t]*[\"']?basic +")))
          .flatMap(rules -> rules)
          .toList();

  private Secrets() {}

  /** Shannon's, in bits per character. */
  static double entropy(CharSequence body) {
    int[] counts = new int[128];
    for (int i = 0; i < body.length(); i++) {
      counts[body.charAt(i) & 127]++;
    }
    double bits = 0;
    for (int count : counts) {
      if (count > 0) {
        double share = (double) count / body.length();
        bits -= share * Math.log(share) / Math.log(2);
      }
    }
    return bits;
  }

  /** No identifier, path, version or placeholder: letters and digits, many different ones. */
  static boolean random(CharSequence body) {
    return has(body, '0', '9')
        && (has(body, 'a', 'z') || has(body, 'A', 'Z'))
        && entropy(body) >= 3.0
        && !placeholder(body);
  }

  /** Something besides letters, as people choose passwords; words such as "required" are none. */
  static boolean password(CharSequence body) {
    boolean letters = has(body, 'a', 'z') || has(body, 'A', 'Z');
    boolean other =
        body.chars()
            .anyMatch(c -> !Character.isLetter(c) && c != '_' && c != '.' && c != '-' && c != '*');
    return letters && other && entropy(body) >= 2.0 && !placeholder(body);
  }

  private static boolean placeholder(CharSequence body) {
    String text = body.toString().toLowerCase(Locale.ROOT);
    return text.startsWith("$")
        || text.startsWith("%")
        || text.startsWith("process.env")
        || text.startsWith("os.env" + "iron")
        || text.startsWith("your")
        || text.contains("example.com")
        || text.contains("placeholder")
        || text.contains("xxxx")
        || text.contains("://");
  }

  private static boolean has(CharSequence body, char from, char to) {
    return body.chars().anyMatch(c -> c >= from && c <= to);
  }
}
