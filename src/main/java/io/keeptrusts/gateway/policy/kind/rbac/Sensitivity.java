package io.keeptrusts.gateway.policy.kind.rbac;

import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.policy.match.Matcher;
import io.keeptrusts.gateway.policy.match.Rule;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How sensitive data is, from free for everybody to named persons only. */
public enum Sensitivity {
  PUBLIC,
  INTERNAL,
  CONFIDENTIAL,
  RESTRICTED;

  /**
   * Markings of documents: upper case or a whole formula, so that "a confidential talk" and "keep
   * it secret" stay what they are. A rule's label is the level.
   */
  private static final Matcher MARKINGS =
      Matcher.compile(
          Stream.of(
                  marking(INTERNAL, "INTERNAL( USE)? ONLY|COMPANY INTERNAL|TLP:GREEN"),
                  marking(
                      INTERNAL,
                      "(?i)(for internal use( only)?|internal(ly)? use only|internal only)"),
                  marking(
                      CONFIDENTIAL,
                      "(STRICTLY |COMPANY |HIGHLY )?CONFIDENTIAL|PROPRIETARY|TLP:AMBER(\\+STRICT)?"),
                  marking(
                      CONFIDENTIAL,
                      "(?i)((strictly|company|highly)[ -]confidential|proprietary and confidential"
                          + "|(classification|sensitivity): ?confidential)"),
                  marking(RESTRICTED, "(TOP )?SECRET|NOFORN|RESTRICTED|EYES ONLY|TLP:RED|TS//SCI"),
                  marking(
                      RESTRICTED,
                      "(?i)((classification|sensitivity): ?(restricted|secret|top secret)"
                          + "|attorney[ -]client privileged?)"))
              .toList());

  private static Rule marking(Sensitivity level, String body) {
    return Rule.of(level.name(), body).after("^|[^\\w]").before("[^\\w]|$");
  }

  /** What a header says; a word that is none of the levels is taken for the highest. */
  static Sensitivity declared(@Nullable String value) {
    if (value == null || value.isBlank()) {
      return PUBLIC;
    }
    String word = value.strip().toUpperCase(Locale.ROOT);
    return Stream.of(values())
        .filter(each -> each.name().equals(word))
        .findFirst()
        .orElse(RESTRICTED);
  }

  /** The highest marking in any text of a request. */
  static Sensitivity marked(List<Prompt.Segment> segments) {
    Sensitivity highest = PUBLIC;
    for (Prompt.Segment segment : segments) {
      for (Rule found : Found.in(segment.text(), MARKINGS)) {
        Sensitivity level = valueOf(found.label());
        highest = level.compareTo(highest) > 0 ? level : highest;
      }
    }
    return highest;
  }
}
