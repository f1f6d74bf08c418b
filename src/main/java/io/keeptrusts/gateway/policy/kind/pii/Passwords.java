package io.keeptrusts.gateway.policy.kind.pii;

import static io.keeptrusts.gateway.policy.kind.pii.Context.ASSIGN;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.List;

/** What people and programs sign in with, told by what stands before it. */
final class Passwords {
  private static final String WORD =
      "(passwords?|passwd|passwort|passphrase|pwd|[^a-z]pass|contrase\u00f1a|mot de passe|wachtwoord|parola|has\u0142o)";

  private static final String UNQUOTED = "[^\\s;\"'`<>,(){}\\[\\]]";
  private static final String UNQUOTED_END = "[\\s;\"'`<>,){}\\]]|$";

  /** As {@link Context#ASSIGN}, without what stands between words and lines of other text. */
  private static final String SAME_LINE = "([\"'`]?[ \\t]*(:{1,3}=?|[=?+]?=|=>)[ \\t]*[\"'`]?|>)";

  private static final String CURL = "(?i)(^|[^a-z])curl[^\\n]*(\\n[^\\n]*){0,5}\\s";

  private static final String SIGNED_HEADER =
      "(authorization:[ \\t]*((basic|bearer|(api-)?token)[ \\t]+)?|(x-([a-z]+-)?)?(api-?)?(key|token):[ \\t]*)";

  static final List<Rule> RULES =
      List.of(
          Rule.of("PASSWORD", "[^\\s:@/\"'<>${}]{3,128}")
              .after("[A-Za-z0-9]://[^\\s:@/\"'<>]*:")
              .before("@"),
          Rule.of("PASSWORD", "(?i)[0-9a-f]{8}:[0-9a-f]{8}")
              .after(
                  "(?i)https?://|bundle_(gems|enterprise)__contribsys__com[ \\ta-z0-9_.-]{0,24}"
                      + ASSIGN)
              .before("[^0-9a-f]|$"),
          Rule.of("PASSWORD", UNQUOTED + "{6,128}")
              .after("(?i)" + WORD + "[a-z0-9_]*" + SAME_LINE)
              .before(UNQUOTED_END)
              .when(Randomness::password),
          Rule.of("PASSWORD", "[^\\s\"]{6,128}")
              .after(
                  "(?i)"
                      + WORD
                      + "[ \\ta-z0-9_.-]{0,24}[\\s'\"]*(=|:{1,3}=?|\\|\\||[?+]=|=>|>|,)[\\s'\"`=]*\"")
              .before("\"")
              .when(Randomness::quotedPassword),
          Rule.of("PASSWORD", UNQUOTED + "{5,127}[^\\s;\"'`<>,.?(){}\\[\\]]")
              .after("(?i)(^|[^a-z])" + WORD + " (is|was|ist|est|es|to)[: ]+[\"'`]?")
              .before("[\\s;\"'`<>,.?){}\\]]|$")
              .when(Randomness::password),
          Rule.of("PASSWORD", "[^\"\\n<>]{4,200}")
              .after("(?i)<add[ \\t]+key=\"[a-z]*password\"\\s*value=\"")
              .before("\"")
              .when(body -> !Randomness.standIn(body)),
          Rule.of("PASSWORD", "[^\"\\n]{4,256}")
              .after(CURL + "(-u|--user)(=|[ \\t]*)\"")
              .before("\"")
              .when(Passwords::pair),
          Rule.of("PASSWORD", "[^'\\n]{4,256}")
              .after(CURL + "(-u|--user)(=|[ \\t]*)'")
              .before("'")
              .when(Passwords::pair),
          Rule.of(
                  "PASSWORD",
                  "([\\w$@.-]{1,64}|'[^'\\n]{3,64}'|\"[^\"\\n]{3,64}\"):([\\w${}@.-]{1,128}|'[^'\\n]{3,128}'|\"[^\"\\n]{3,128}\")")
              .after(CURL + "(-u|--user)(=|[ \\t]*)")
              .cap(300)
              .before("\\s|$")
              .when(Passwords::pair),
          Rule.of("BEARER_TOKEN", "[A-Za-z0-9=~@.+/_-]{8,250}")
              .after("(?i)\\s(-H|--header)(=|[ \\t]*)[\"']" + SIGNED_HEADER)
              .before("[\"']")
              .when(body -> Randomness.entropy(body) >= 2.5 && !Randomness.standIn(body)),
          Rule.of("BEARER_TOKEN", "[A-Za-z0-9._~+/-]{16,250}={0,2}")
              .after("(?i)(^|[^a-z])bearer +")
              .cap(300)
              .before("[^A-Za-z0-9._~+/=-]|$")
              .when(Randomness::random),
          Rule.of("BASIC_CREDENTIALS", "[A-Za-z0-9+/]{8,250}={0,2}")
              .after("(?i)authorization[\"']?[ \\t]*[:=][ \\t]*[\"']?basic +"));

  private Passwords() {}

  /** A user and a password; if one is a variable, the other is not there either. */
  private static boolean pair(CharSequence body) {
    String text = body.toString();
    int colon = text.indexOf(':');
    return colon >= 0
        && !variable(text.substring(colon + 1))
        && !(variable(text.substring(0, colon)) && colon == text.length() - 1)
        && Randomness.entropy(text) > 1.5;
  }

  private static boolean variable(String text) {
    return text.startsWith("$")
            && text.chars()
                .skip(1)
                .allMatch(c -> Character.isLetterOrDigit(c) || "_{}".indexOf(c) >= 0)
        || text.startsWith("<");
  }
}
