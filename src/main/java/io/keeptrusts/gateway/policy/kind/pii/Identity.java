package io.keeptrusts.gateway.policy.kind.pii;

import static io.keeptrusts.gateway.policy.kind.pii.Context.END;
import static io.keeptrusts.gateway.policy.kind.pii.Context.START;
import static io.keeptrusts.gateway.policy.kind.pii.Context.after;
import static io.keeptrusts.gateway.policy.kind.pii.Context.afterWord;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.List;

/** Papers that say who somebody is, in any country, and dates of birth. */
final class Identity {
  private static final String MONTH =
      "(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?"
          + "|dec(ember)?)";

  private static final String BIRTHDAY =
      "(?i)\\d{1,2}[./-]\\d{1,2}[./-](\\d{2}|\\d{4})|\\d{4}[./-]\\d{1,2}[./-]\\d{1,2}|\\d{1,2}(st|nd|rd|th"
          + "|\\.)? (of )?"
          + MONTH
          + "\\.?,? \\d{4}|"
          + MONTH
          + "\\.? \\d{1,2}(st|nd|rd|th)?,? \\d{4}";

  static final List<Rule> RULES =
      List.of(
          Rule.of("PASSPORT", "(?i)[a-z]{0,2}\\d{6,9}[a-z]?")
              .after(after("passports?|passeport|reisepass|pasaporte" + "|passaporto"))
              .before(END),
          Rule.of("PASSPORT", "[A-Z]\\d{8}").after(after("travel document")).before(END),
          Rule.of("DRIVER_LICENSE", "(?i)[a-z]{0,3}\\d[a-z0-9-]{4,16}")
              .after(
                  after("driver'?s?'? licen[cs]e|driving licen[cs]e|dl#?|f(u|ue|\u00fc)hrerschein"))
              .before(END)
              .when(body -> Checksums.digits(body).length() >= 5),
          Rule.of("DRIVER_LICENSE", "[A-Z]{2,5}9{0,3}\\d{6}[A-Z0-9]{5,7}")
              .after(after("driver'?s?'? licen[cs]e|driving licen[cs]e"))
              .before(END),
          Rule.of("DATE_OF_BIRTH", BIRTHDAY)
              .after(
                  after(
                          "d\\.?o\\.?b\\.?|date of birth|birth ?date|birthday|born|born on|geboren|geburtsdatum"
                              + "|n[e\u00e9]e? le|fecha de nacimiento|birth_date|date_of_birth")
                      + "(on |am )?")
              .before(END),
          Rule.of("LICENSE_PLATE", "(?i)[a-z0-9]{1,4}[ -]?[a-z0-9]{2,4}")
              .after(afterWord("licen[cs]e plate|number plate|plate number"))
              .before(END)
              .when(body -> !Checksums.digits(body).isEmpty()),
          Rule.of("VIN", "(?i)[a-hj-npr-z0-9]{17}").after(START).before(END).when(Identity::vin),
          Rule.of("PIN", "\\d{4,8}").after(after("pin|pin ?code|passcode")).before(END));

  private Identity() {}

  /** ISO 3779 with the check digit of 49 CFR 565.15. */
  static boolean vin(CharSequence body) {
    String vin = Checksums.alphanumerics(body);
    String values = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ";
    int[] weights = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
    int sum = 0;
    int letters = 0;
    for (int i = 0; i < 17; i++) {
      char c = vin.charAt(i);
      letters += Character.isLetter(c) ? 1 : 0;
      sum += values.indexOf(c) % 10 * weights[i];
    }
    return letters >= 3 && letters <= 14 && vin.charAt(8) == "0123456789X".charAt(sum % 11);
  }
}
