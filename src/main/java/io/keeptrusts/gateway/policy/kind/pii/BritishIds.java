package io.keeptrusts.gateway.policy.kind.pii;

import static io.keeptrusts.gateway.policy.kind.pii.Checksums.alphanumerics;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.date;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.digits;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.number;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.weighted;
import static io.keeptrusts.gateway.policy.kind.pii.Ids.anywhere;
import static io.keeptrusts.gateway.policy.kind.pii.Ids.said;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.List;

/** The United Kingdom and Ireland. */
final class BritishIds {
  static final List<Rule> RULES =
      List.of(
          anywhere(
              "UK_NINO",
              "[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?\\d{2}[ -]?\\d{2}[ -]?\\d{2}[ -]?[A-D]",
              BritishIds::nino),
          said(
              "UK_NINO",
              "ni|nino|national insurance",
              "(?i)[a-ceghj-pr-tw-z][a-ceghj-npr-tw-z][ -]?\\d{2}[ -]?\\d{2}[ -]?\\d{2}[ -]?[a-d]",
              BritishIds::nino),
          said("UK_NHS", "nhs|patient nhs", "\\d{3}[ -]?\\d{3}[ -]?\\d{4}", BritishIds::nhs),
          said("IE_PPS", "pps|ppsn|ppsn?o", "(?i)\\d{7}[a-w][a-iw]?", BritishIds::pps),
          said(
              "UK_UTR",
              "utr|unique taxpayer|unique taxpayer reference|self assessment",
              "\\d{5} ?\\d{5}K?",
              BritishIds::utr),
          anywhere(
              "UK_DRIVING_LICENCE",
              "[A-Z]{2}[A-Z9]{3} ?\\d[0156]\\d[0-3]\\d{2} ?[A-Z][A-Z9]\\d ?[A-Z]{2}",
              BritishIds::drivingLicence),
          said(
              "UK_VAT",
              "vat|vat registration|vat reg|vat number",
              "(GB ?)?\\d{3} ?\\d{4} ?\\d{2}",
              BritishIds::vat));

  private BritishIds() {}

  static boolean utr(CharSequence body) {
    String digits = digits(body);
    int sum = weighted(digits, 0, 6, 7, 8, 9, 10, 5, 4, 3, 2);
    return "21987654321".charAt(sum % 11) == digits.charAt(0);
  }

  /** The holder's birthday: decade, month (plus 50 for women), day, year. */
  static boolean drivingLicence(CharSequence body) {
    String digits = digits(alphanumerics(body).substring(5, 11));
    int month = number(digits, 1, 2);
    return date(2000, month > 50 ? month - 50 : month, number(digits, 3, 2));
  }

  /** The old check digits and those from 2010 on. */
  static boolean vat(CharSequence body) {
    int rest = weighted(digits(body), 8, 7, 6, 5, 4, 3, 2, 10, 1) % 97;
    return rest == 0 || rest == 42 || rest == 55;
  }

  private static boolean nino(CharSequence body) {
    return switch (alphanumerics(body).substring(0, 2)) {
      case "BG", "GB", "KN", "NK", "NT", "TN", "ZZ" -> false;
      default -> true;
    };
  }

  static boolean nhs(CharSequence body) {
    String digits = digits(body);
    int check = (11 - weighted(digits, 10, 9, 8, 7, 6, 5, 4, 3, 2) % 11) % 11;
    return check == digits.charAt(9) - '0';
  }

  static boolean pps(CharSequence body) {
    String pps = alphanumerics(body);
    int second = pps.length() > 8 && pps.charAt(8) != 'W' ? pps.charAt(8) - 'A' + 1 : 0;
    int sum = weighted(pps, 8, 7, 6, 5, 4, 3, 2) + second * 9;
    return "WABCDEFGHIJKLMNOPQRSTUV".charAt(sum % 23) == pps.charAt(7);
  }
}
