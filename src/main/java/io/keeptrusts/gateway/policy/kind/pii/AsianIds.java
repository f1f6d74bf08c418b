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

/** East and South-East Asia. */
final class AsianIds {
  static final List<Rule> RULES =
      List.of(
          anywhere("CN_RESIDENT_ID", "[1-9]\\d{16}[\\dXx]", AsianIds::chinese),
          anywhere("KR_RRN", "\\d{6}-[1-8]\\d{6}", body -> startsWithDate(digits(body))),
          anywhere("SG_NRIC", "[STFGM]\\d{7}[A-Z]", AsianIds::nric),
          anywhere("HK_ID", "[A-Z]{1,2}\\d{6}\\([0-9A]\\)", AsianIds::hongKong),
          anywhere("TW_ID", "[A-Z][1289]\\d{8}", AsianIds::taiwanese),
          said(
              "JP_MY_NUMBER",
              "my ?number|\u500b\u4eba\u756a\u53f7|\u30de\u30a4\u30ca\u30f3\u30d0\u30fc",
              "\\d{4}[ -]?\\d{4}[ -]?\\d{4}",
              AsianIds::myNumber),
          anywhere("KR_BRN", "\\d{3}-\\d{2}-\\d{5}", AsianIds::koreanBusiness),
          anywhere("KR_DRIVER_LICENSE", "(1[1-9]|2[0-8])-\\d{2}-\\d{6}-\\d{2}", Ids.ANY),
          said(
              "KR_PASSPORT",
              "\uc5ec\uad8c|korean passport",
              "[MSROD](\\d{8}|\\d{3}[A-Z]\\d{4})",
              Ids.ANY),
          said(
              "SG_UEN",
              "uen|unique entity",
              "\\d{8}[A-Z]|(19|20)\\d{7}[A-Z]|[TSR]\\d{2}[A-Z]{2}\\d{4}[A-Z]",
              Ids.ANY),
          anywhere(
              "MY_NRIC",
              "\\d{6}-\\d{2}-\\d{4}",
              body -> startsWithDate(digits(body)) && number(digits(body), 6, 2) != 0),
          said(
              "MY_NRIC",
              "nric|mykad|kad pengenalan",
              "\\d{12}",
              body -> startsWithDate(digits(body))),
          anywhere("TH_TNIN", "[1-8]-\\d{4}-\\d{5}-\\d{2}-\\d", AsianIds::thai),
          said(
              "TH_TNIN",
              "tnin|thai id|thai national id|national id|citizen id|\u0e1a\u0e31\u0e15\u0e23\u0e1b\u0e23\u0e30\u0e0a\u0e32\u0e0a\u0e19",
              "[1-8]\\d{12}",
              AsianIds::thai),
          said(
              "ID_NIK",
              "nik|ktp",
              "\\d{16}",
              body ->
                  date(
                      number(digits(body), 10, 2),
                      number(digits(body), 8, 2),
                      number(digits(body), 6, 2) % 40)),
          said("PH_UMID", "umid|crn|common reference", "\\d{4}-?\\d{7}-?\\d", Ids.ANY),
          said("PH_SSS", "sss", "\\d{2}-?\\d{7}-?\\d", Ids.ANY),
          said("PH_TIN", "tin|bir tin", "\\d{3}-\\d{3}-\\d{3}(-\\d{3,5})?", Ids.ANY),
          said(
              "PH_PHILSYS", "philsys|philid|psn|pcn", "\\d{4}-?\\d{4}-?\\d{4}(-?\\d{4})?", Ids.ANY),
          said(
              "VN_ID", "cccd|cmnd|c(a|\u0103)n c(u|\u01b0)(o|\u1edb)c", "\\d{12}|\\d{9}", Ids.ANY));

  private AsianIds() {}

  static boolean hongKong(CharSequence body) {
    String id = alphanumerics(body);
    String padded = id.length() == 8 ? " " + id : id;
    int sum = 0;
    for (int i = 0; i < 9; i++) {
      char c = padded.charAt(i);
      sum += (c == ' ' ? 36 : Character.digit(c, 36)) * (9 - i);
    }
    return sum % 11 == 0;
  }

  /** The letter counts as two digits, by the place of registration. */
  static boolean taiwanese(CharSequence body) {
    int place = "ABCDEFGHJKLMNPQRSTUVXYWZIO".indexOf(body.charAt(0)) + 10;
    return weighted(place + digits(body), 1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1) % 10 == 0;
  }

  static boolean myNumber(CharSequence body) {
    String digits = digits(body);
    int rest = weighted(digits, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11;
    return (rest <= 1 ? 0 : 11 - rest) == digits.charAt(11) - '0';
  }

  static boolean koreanBusiness(CharSequence body) {
    String digits = digits(body);
    int sum = weighted(digits, 1, 3, 7, 1, 3, 7, 1, 3, 5) + (digits.charAt(8) - '0') * 5 / 10;
    return Math.floorMod(-sum, 10) == digits.charAt(9) - '0';
  }

  static boolean thai(CharSequence body) {
    String digits = digits(body);
    int sum = weighted(digits, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2);
    return (11 - sum % 11) % 10 == digits.charAt(12) - '0';
  }

  static boolean chinese(CharSequence body) {
    String id = alphanumerics(body);
    int sum = weighted(id, 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2);
    return date(number(id, 6, 4), number(id, 10, 2), number(id, 12, 2))
        && "10X98765432".charAt(sum % 11) == id.charAt(17);
  }

  static boolean nric(CharSequence body) {
    String id = alphanumerics(body);
    char kind = id.charAt(0);
    int offset = kind == 'T' || kind == 'G' ? 4 : kind == 'M' ? 3 : 0;
    int rest = (weighted(id.substring(1), 2, 7, 6, 5, 4, 3, 2) + offset) % 11;
    String letters =
        kind == 'S' || kind == 'T' ? "JZIHGFEDCBA" : kind == 'M' ? "XWUTRQPNJLK" : "XWUTRQPNMLK";
    return letters.charAt(rest) == id.charAt(8);
  }
}
