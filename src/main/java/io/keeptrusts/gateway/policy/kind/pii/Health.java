package io.keeptrusts.gateway.policy.kind.pii;

import static io.keeptrusts.gateway.policy.kind.pii.Context.END;
import static io.keeptrusts.gateway.policy.kind.pii.Context.after;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.List;

/** Numbers that tie a person to a record of care; on with {@code healthcare_mode}. */
public final class Health {
  public static final List<Rule> RULES =
      List.of(
          Rule.of("MRN", "(?i)[a-z]{0,4}-?\\d[a-z0-9-]{3,14}")
              .after(
                  after(
                      "mrn|medical record|med rec|patient id|patient number|chart number|hospital number"
                          + "|case number"))
              .before(END)
              .when(Health::mostlyDigits),
          Rule.of("INSURANCE_ID", "(?i)[a-z]{0,5}-?\\d[a-z0-9-]{4,16}")
              .after(
                  after(
                      "insurance|insurance id|insurance policy|health insurance|health plan|member id|member"
                          + "|subscriber id|subscriber|policy|policy number|group number|medicaid|beneficiary"))
              .before(END)
              .when(Health::mostlyDigits),
          Rule.of("NPI", "[12]\\d{9}")
              .after(after("npi|national provider identifier|provider number|provider id"))
              .before(END)
              .when(Health::npi),
          Rule.of("DEA_NUMBER", "(?i)[abcdefghjklmprstux][a-z9]\\d{7}")
              .after(after("dea|dea registration"))
              .before(END)
              .when(Health::dea));

  private Health() {}

  private static boolean mostlyDigits(CharSequence body) {
    return Checksums.digits(body).length() >= 4;
  }

  /** 45 CFR 162.406: Luhn with the issuer prefix 80840. */
  static boolean npi(CharSequence body) {
    return Checksums.luhn("80840" + Checksums.digits(body));
  }

  static boolean dea(CharSequence body) {
    String digits = Checksums.digits(body.subSequence(2, 9));
    return (Checksums.weighted(digits, 1, 2, 1, 2, 1, 2)) % 10 == digits.charAt(6) - '0';
  }
}
