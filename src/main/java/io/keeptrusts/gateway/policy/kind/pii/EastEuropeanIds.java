package io.keeptrusts.gateway.policy.kind.pii;

import static io.keeptrusts.gateway.policy.kind.pii.Checksums.alphanumerics;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.date;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.digits;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.number;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.startsWithDate;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.weighted;
import static io.keeptrusts.gateway.policy.kind.pii.Ids.anywhere;
import static io.keeptrusts.gateway.policy.kind.pii.Ids.said;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.List;

/** Poland to Bulgaria, Ukraine, Russia. */
final class EastEuropeanIds {
  static final List<Rule> RULES =
      List.of(
          said("PL_PESEL", "pesel", "\\d{11}", EastEuropeanIds::pesel),
          said(
              "PL_NIP",
              "nip",
              "\\d{3}[- ]?\\d{3}[- ]?\\d{2}[- ]?\\d{2}|\\d{3}-\\d{2}-\\d{2}-\\d{3}",
              body -> weighted(digits(body), 6, 5, 7, 2, 3, 4, 5, 6, 7, -1) % 11 == 0),
          said(
              "PL_REGON",
              "regon",
              "\\d{9}",
              body ->
                  weighted(digits(body), 8, 9, 2, 3, 4, 5, 6, 7) % 11 % 10
                      == digits(body).charAt(8) - '0'),
          said(
              "PL_ID_CARD",
              "dow(o|\u00f3)d|dow(o|\u00f3)d osobisty|dowodu|dowodu osobistego",
              "[A-Z]{3} ?\\d{6}",
              EastEuropeanIds::polishCard),
          anywhere("CZ_SK_BIRTH_NUMBER", "\\d{6}/\\d{4}", EastEuropeanIds::birthNumber),
          said(
              "CZ_SK_BIRTH_NUMBER",
              "rodn(e|\u00e9) (c|\u010d)(i|\u00ed)slo|r\\.?(c|\u010d)",
              "\\d{6}/?\\d{4}",
              EastEuropeanIds::birthNumber),
          said("RO_CNP", "cnp|cod numeric personal", "[1-8]\\d{12}", EastEuropeanIds::cnp),
          said(
              "BG_EGN",
              "egn|\u0435\u0433\u043d",
              "\\d{10}",
              body ->
                  weighted(digits(body), 2, 4, 8, 5, 10, 9, 7, 3, 6) % 11 % 10
                      == digits(body).charAt(9) - '0'),
          said(
              "HU_TAX_ID",
              "ad(o|\u00f3)azonos(i|\u00ed)t(o|\u00f3)( jel)?",
              "8\\d{9}",
              body ->
                  weighted(digits(body), 1, 2, 3, 4, 5, 6, 7, 8, 9) % 11
                      == digits(body).charAt(9) - '0'),
          said(
              "HU_TAJ",
              "taj|taj-?sz(a|\u00e1)m",
              "\\d{3}[ -]?\\d{3}[ -]?\\d{3}",
              body ->
                  weighted(digits(body), 3, 7, 3, 7, 3, 7, 3, 7) % 10
                      == digits(body).charAt(8) - '0'),
          said("HR_OIB", "oib", "\\d{11}", body -> Checksums.mod11and10(digits(body))),
          said("JMBG", "jmbg|em(s|\u0161)o", "\\d{13}", EastEuropeanIds::jmbg),
          said(
              "UA_TAX_ID",
              "rnokpp|ipn|\u0456\u043f\u043d|\u0440\u043d\u043e\u043a\u043f\u043f",
              "\\d{10}",
              body ->
                  Math.floorMod(weighted(digits(body), -1, 5, 7, 9, 4, 6, 10, 5, 7), 11) % 10
                      == digits(body).charAt(9) - '0'),
          anywhere("RU_SNILS", "\\d{3}-\\d{3}-\\d{3}[- ]\\d{2}", EastEuropeanIds::snils),
          said("RU_INN", "inn|\u0438\u043d\u043d", "\\d{12}|\\d{10}", EastEuropeanIds::inn),
          said(
              "RU_PASSPORT",
              "\u043f\u0430\u0441\u043f\u043e\u0440\u0442|\u043f\u0430\u0441\u043f\u043e\u0440\u0442\u0430",
              "\\d{2} ?\\d{2} ?\\d{6}",
              Ids.ANY));

  private EastEuropeanIds() {}

  /** Weights 7, 3, 1 over letters and digits; the fourth character is the check digit. */
  static boolean polishCard(CharSequence body) {
    String card = alphanumerics(body);
    int[] weights = {7, 3, 1, 9, 7, 3, 1, 7, 3};
    int sum = 0;
    for (int i = 0; i < 9; i++) {
      sum += Character.digit(card.charAt(i), 36) * weights[i];
    }
    return sum % 10 == 0;
  }

  /** Divisible by eleven; 50 is added to the month of women, 20 when a day runs out of numbers. */
  static boolean birthNumber(CharSequence body) {
    String digits = digits(body);
    long number = Long.parseLong(digits);
    return (number % 11 == 0 || number / 10 % 11 == 10 && number % 10 == 0)
        && date(number(digits, 0, 2), number(digits, 2, 2) % 50 % 20, number(digits, 4, 2));
  }

  static boolean cnp(CharSequence body) {
    String digits = digits(body);
    int check = weighted(digits, 2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9) % 11;
    return (check == 10 ? 1 : check) == digits.charAt(12) - '0'
        && startsWithDate(digits.substring(1));
  }

  static boolean jmbg(CharSequence body) {
    String digits = digits(body);
    int check = Math.floorMod(-weighted(digits, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), 11);
    return check % 10 == digits.charAt(12) - '0'
        && date(number(digits, 5, 2), number(digits, 2, 2), number(digits, 0, 2));
  }

  static boolean snils(CharSequence body) {
    String digits = digits(body);
    int check = weighted(digits, 9, 8, 7, 6, 5, 4, 3, 2, 1) % 101 % 100;
    return check == number(digits, 9, 2);
  }

  /** Ten digits for a business, twelve for a person. */
  static boolean inn(CharSequence body) {
    String digits = digits(body);
    if (digits.length() == 10) {
      return weighted(digits, 2, 4, 10, 3, 5, 9, 4, 6, 8) % 11 % 10 == digits.charAt(9) - '0';
    }
    return weighted(digits, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8) % 11 % 10 == digits.charAt(10) - '0'
        && weighted(digits, 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8) % 11 % 10 == digits.charAt(11) - '0';
  }

  static boolean pesel(CharSequence body) {
    String digits = digits(body);
    return weighted(digits, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1) % 10 == 0
        && date(number(digits, 0, 2), number(digits, 2, 2) % 20, number(digits, 4, 2));
  }
}
