package io.keeptrusts.gateway.policy.kind.pii;

import static io.keeptrusts.gateway.policy.kind.pii.Context.ASSIGN;
import static io.keeptrusts.gateway.policy.kind.pii.Context.START;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.List;
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
      "(?i)-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY( BLOCK)?-----"
          + NEWLINES
          + "[\"'+]?"
          + NEWLINES
          + "([A-Z][A-Za-z-]{2,20}: ?[A-Za-z0-9 ,.()/:_-]{1,120}"
          + NEWLINES
          + "){0,8}"
          + "[A-Za-z0-9+/=]{16}[A-Za-z0-9+/=\\s\\\\\"'+]*(-{1,5}|-----E[A-Z0-9 ]{0,50}-{0,5})?";

  private static final String SECRET_WORD =
      "(secret|api[_. -]?key|apikey|access[_. -]?key|secret[_. -]?key|private[_. -]?key|encryption[_. -]?key"
          + "|signing[_. -]?key|account[_. -]?key|token|access[_. -]?token|auth[_. -]?token|refresh[_. -]?token"
          + "|client[_. -]?secret|credentials?|api[_. -]?secret|api[_. -]?token|webhook[_. -]?secret)";

  private static final String VALUE_END = "[^A-Za-z0-9+/=_~-]|$";

  static final List<Rule> RULES =
      Stream.of(
              // First, so that nothing else can name a key file: its marker leaves at once, however
              // long the file is.
              List.of(Rule.of("PRIVATE_KEY", KEY_FILE).cap(KEY_FILE_CAP)),
              TokenFormats.RULES,
              TokenFormats.EXACT_RULES,
              List.of(
                  Rule.of("JWT", "eyJ" + B64URL + "{8,}\\.eyJ" + B64URL + "*(\\." + B64URL + "*)?")
                      .after(START)
                      .cap(JWT_CAP),
                  Rule.of(
                          "JWT",
                          "ey[A-Za-z0-9_-]{16,}\\.ey[A-Za-z0-9/\\\\_-]{16,}(\\.[A-Za-z0-9/\\\\_=-]*)?")
                      .after(START)
                      .cap(JWT_CAP),
                  Rule.of("JWT", "ZXlK[A-Za-z0-9+/_\\\\\\r\\n-]{40,}={0,2}")
                      .after(START)
                      .cap(JWT_CAP),
                  Rule.of("AWS_SECRET_KEY", "[A-Za-z0-9/+]{40}")
                      .after(
                          "(?i)(aws|amazon|secret)[a-z0-9_ .-]*key[a-z_ ]*"
                              + ASSIGN
                              + "|secret access key( is)?:? +")
                      .before("[^A-Za-z0-9/+=]|$")
                      .when(body -> Randomness.entropy(body) > 3.5 && Randomness.issued(body)),
                  Rule.of("AZURE_KEY", "[A-Za-z0-9+/]{86}==")
                      .after("(?i)(accountkey|sharedaccesskey|account[_ -]key)" + ASSIGN),
                  Rule.of("AZURE_KEY", "[A-Za-z0-9+/]{43}=")
                      .after("(?i)(sharedaccesskey|accesskey)" + ASSIGN),
                  Rule.of("AZURE_SAS", "[A-Za-z0-9%+/]{40,80}(=|%3[dD]){0,2}").after("[?&]sig="),
                  Rule.of("TWILIO_KEY", "(AC)?[0-9a-f]{32}")
                      .after("(?i)twilio[^\\n]*[^\\w\\n]")
                      .before("[^\\w]|$")),
              Vendors.RULES,
              Passwords.RULES,
              List.of(
                  Rule.of("SECRET", "[A-Za-z0-9+/=_.~-]{11,239}[A-Za-z0-9+/=_~-]")
                      .after("(?i)" + SECRET_WORD + "[a-z0-9_]*(" + ASSIGN + "| is:? +[\"'`]?)")
                      .before(VALUE_END)
                      .when(Randomness::random),
                  Rule.of("SECRET", "[A-Za-z0-9+/=_.~-]{9,255}[A-Za-z0-9+/=_~-]")
                      .after(
                          "(?i)(access|auth|api|credential|creds|key|passw(or)?d|secret|token)[ \\ta-z0-9_.-]{0,24}"
                              + ASSIGN)
                      .before(VALUE_END)
                      .cap(300)
                      .when(Randomness::veryRandom),
                  Rule.of("SECRET", "[A-Za-z0-9+/]{10,2000}={0,3}")
                      .after(
                          "(?i)(^|[^a-z])kind:[ \\t]*[\"']?secret([^-]|-[^-])*[^a-z]data:([^-]|-[^-])*\\s[a-z0-9_.-]+:"
                              + "[ \\t]*([|>][+-]?\\s+)?[ \\t]*[\"']?"
                              + "|(^|\\n)data:([^-]|-[^-])*\\s[a-z0-9_.-]+:[ \\t]*([|>][+-]?\\s+)?[ \\t]*[\"']?")
                      .before("[^A-Za-z0-9+/=]|$")
                      .cap(2100)
                      .when(Randomness::encoded)))
          .flatMap(List::stream)
          .toList();

  private Secrets() {}
}
