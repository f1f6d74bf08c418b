package io.keeptrusts.gateway.policy.kind.pii;

import static io.keeptrusts.gateway.policy.kind.pii.Checksums.alphanumerics;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.date;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.digits;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.luhn;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.number;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.startsWithDate;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.weighted;
import static io.keeptrusts.gateway.policy.kind.pii.Ids.anywhere;
import static io.keeptrusts.gateway.policy.kind.pii.Ids.said;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.List;

/** The Nordic and the Baltic countries. */
final class NorthEuropeanIds {
  static final List<Rule> RULES =
      List.of(
          anywhere("SE_PERSONNUMMER", "(19|20)?\\d{6}[-+]\\d{4}", NorthEuropeanIds::personnummer),
          said(
              "SE_PERSONNUMMER",
              "personnummer|personnr|pnr",
              "(19|20)?\\d{10}",
              NorthEuropeanIds::personnummer),
          anywhere("FI_HETU", "[0-3]\\d[01]\\d{3}[-+A-FU-Y]\\d{3}[0-9A-Y]", NorthEuropeanIds::hetu),
          said(
              "DK_CPR",
              "cpr|cpr-?nr|cpr-?nummer|personnummer",
              "[0-3]\\d[01]\\d{3}-?\\d{4}",
              body ->
                  date(
                      2000 + number(digits(body), 4, 2),
                      number(digits(body), 2, 2),
                      number(digits(body), 0, 2))),
          said(
              "NO_FNR",
              "f(o|\u00f8)dselsnummer|fnr|personnummer",
              "\\d{6} ?\\d{5}",
              NorthEuropeanIds::norwegian),
          said(
              "SE_ORG_NUMBER",
              "org\\.?-?nr|org\\.? ?nummer|organisationsnummer",
              "\\d{6}-?\\d{4}",
              Checksums::luhn),
          said(
              "FI_HETU",
              "hetu|henkil(o|\u00f6)tunnus|personbeteckning",
              "(?i)[0-3]\\d[01]\\d{3}[-+a-fu-y]\\d{3}[0-9a-y]",
              NorthEuropeanIds::hetu),
          said("FI_BUSINESS_ID", "y-tunnus|fo-nummer", "\\d{7}-\\d", Ids.ANY),
          said("IS_KENNITALA", "kennitala|kt", "\\d{6}-?\\d{4}", NorthEuropeanIds::kennitala),
          said(
              "EE_LT_ID",
              "isikukood|asmens kodas|personal code",
              "[1-6]\\d{10}",
              NorthEuropeanIds::baltic),
          said("LV_ID", "personas kods", "\\d{6}-?\\d{5}", Ids.ANY));

  private NorthEuropeanIds() {}

  static boolean kennitala(CharSequence body) {
    String digits = digits(body);
    return weighted(digits, 3, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0
        && date(number(digits, 4, 2), number(digits, 2, 2), number(digits, 0, 2) % 40);
  }

  /** Estonia and Lithuania; where the first weights leave ten, the second ones decide. */
  static boolean baltic(CharSequence body) {
    String digits = digits(body);
    int check = weighted(digits, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1) % 11;
    if (check == 10) {
      check = weighted(digits, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3) % 11 % 10;
    }
    return check == digits.charAt(10) - '0' && startsWithDate(digits.substring(1));
  }

  /** Days above 60 are coordination numbers. */
  static boolean personnummer(CharSequence body) {
    String digits = digits(body);
    String number = digits.substring(digits.length() - 10);
    return luhn(number)
        && date(number(number, 0, 2), number(number, 2, 2), number(number, 4, 2) % 60);
  }

  static boolean hetu(CharSequence body) {
    String hetu = alphanumerics(body);
    String digits = digits(body.subSequence(0, 6)) + digits(body.subSequence(7, 10));
    return date(number(digits, 4, 2), number(digits, 2, 2), number(digits, 0, 2))
        && "0123456789ABCDEFHJKLMNPRSTUVWXY".charAt(Integer.parseInt(digits) % 31)
            == hetu.charAt(hetu.length() - 1);
  }

  static boolean norwegian(CharSequence body) {
    String digits = digits(body);
    return weighted(digits, 3, 7, 6, 1, 8, 9, 4, 5, 2, 1) % 11 == 0
        && weighted(digits, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0;
  }
}
