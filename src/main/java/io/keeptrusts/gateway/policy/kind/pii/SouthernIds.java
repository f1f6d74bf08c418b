package io.keeptrusts.gateway.policy.kind.pii;

import static io.keeptrusts.gateway.policy.kind.pii.Checksums.digits;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.luhn;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.number;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.startsWithDate;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.weighted;
import static io.keeptrusts.gateway.policy.kind.pii.Ids.anywhere;
import static io.keeptrusts.gateway.policy.kind.pii.Ids.said;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.List;

/** Australia, New Zealand, Africa, the Middle East, Turkey. */
final class SouthernIds {
  static final List<Rule> RULES =
      List.of(
          said(
              "AU_TFN",
              "tfn|tax file",
              "\\d{3} ?\\d{3} ?\\d{3}",
              body -> weighted(digits(body), 1, 4, 3, 7, 5, 8, 6, 9, 10) % 11 == 0),
          said(
              "AU_ABN",
              "abn|australian business",
              "\\d{2} ?\\d{3} ?\\d{3} ?\\d{3}",
              SouthernIds::abn),
          said(
              "ZA_ID",
              "id|identity|said|south african id",
              "\\d{13}",
              body -> luhn(body) && startsWithDate(digits(body))),
          said("TR_TCKN", "tckn|tc kimlik|kimlik", "[1-9]\\d{10}", SouthernIds::turkish),
          said(
              "AU_ACN",
              "acn|australian company",
              "\\d{3} ?\\d{3} ?\\d{3}",
              body ->
                  Math.floorMod(-weighted(digits(body), 8, 7, 6, 5, 4, 3, 2, 1), 10)
                      == digits(body).charAt(8) - '0'),
          said(
              "AU_MEDICARE",
              "medicare|medicare card",
              "[2-6]\\d{3}[ -]?\\d{5}[ -]?\\d([ /-]?\\d)?",
              body ->
                  weighted(digits(body), 1, 3, 7, 9, 1, 3, 7, 9) % 10
                      == digits(body).charAt(8) - '0'),
          said("NZ_IRD", "ird|inland revenue", "\\d{2,3}[- ]?\\d{3}[- ]?\\d{3}", SouthernIds::ird),
          said("NG_NIN", "nin|national identification", "\\d{11}", Ids.ANY),
          said("NG_BVN", "bvn|bank verification", "\\d{11}", Ids.ANY),
          said(
              "IL_ID",
              "teudat zehut|israeli id|\u05ea\u05e2\u05d5\u05d3\u05ea \u05d6\u05d4\u05d5\u05ea",
              "\\d{9}",
              Checksums::luhn),
          anywhere("AE_EMIRATES_ID", "784-\\d{4}-\\d{7}-\\d", Checksums::luhn),
          said("AE_EMIRATES_ID", "emirates id|eid", "784\\d{12}", Checksums::luhn),
          said("SA_ID", "iqama|saudi id|national id", "[12]\\d{9}", Checksums::luhn));

  private SouthernIds() {}

  /** Two sets of weights; the second decides where the first leaves ten. */
  static boolean ird(CharSequence body) {
    String digits = digits(body).length() == 8 ? "0" + digits(body) : digits(body);
    int check = Math.floorMod(-weighted(digits, 3, 2, 7, 6, 5, 4, 3, 2), 11);
    if (check == 10) {
      check = Math.floorMod(-weighted(digits, 7, 4, 3, 2, 5, 2, 7, 6), 11);
    }
    return digits.length() == 9
        && number(digits, 0, 3) > 9
        && number(digits, 0, 3) < 150
        && check == digits.charAt(8) - '0';
  }

  static boolean abn(CharSequence body) {
    return (weighted(digits(body), 10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19) - 10) % 89 == 0;
  }

  static boolean turkish(CharSequence body) {
    String digits = digits(body);
    int odd = weighted(digits, 1, 0, 1, 0, 1, 0, 1, 0, 1);
    int even = weighted(digits, 0, 1, 0, 1, 0, 1, 0, 1);
    return Math.floorMod(odd * 7 - even, 10) == digits.charAt(9) - '0'
        && (odd + even + digits.charAt(9) - '0') % 10 == digits.charAt(10) - '0';
  }
}
