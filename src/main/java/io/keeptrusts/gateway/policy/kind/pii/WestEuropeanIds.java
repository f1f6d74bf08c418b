package io.keeptrusts.gateway.policy.kind.pii;

import static io.keeptrusts.gateway.policy.kind.pii.Checksums.alphanumerics;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.date;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.digits;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.luhn;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.number;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.remainder;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.weighted;
import static io.keeptrusts.gateway.policy.kind.pii.Ids.anywhere;
import static io.keeptrusts.gateway.policy.kind.pii.Ids.said;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.List;

/** France, Italy, Spain, Portugal, the Low Countries, Switzerland, Greece. */
final class WestEuropeanIds {
  static final List<Rule> RULES =
      List.of(
          anywhere("ES_DNI", "\\d{8}-?[A-HJ-NP-TV-Z]", WestEuropeanIds::dni),
          anywhere("ES_NIE", "[XYZ]-?\\d{7}-?[A-HJ-NP-TV-Z]", WestEuropeanIds::dni),
          said("ES_DNI", "dni|nif|nie", "(?i)[xyz]?-?\\d{7,8}-?[a-z]", WestEuropeanIds::dni),
          anywhere(
              "IT_FISCAL_CODE",
              "(?i)[a-z]{6}[0-9lmnp-v]{2}[abcdehlmprst][0-9lmnp-v]{2}[a-z][0-9lmnp-v]{3}[a-z]",
              WestEuropeanIds::fiscalCode),
          anywhere(
              "FR_NIR",
              "[12] ?\\d{2} ?(0[1-9]|1[0-2]|[2-9]\\d) ?(\\d{2}|2[AB]) ?\\d{3} ?\\d{3} ?\\d{2}",
              WestEuropeanIds::nir),
          said(
              "NL_BSN",
              "bsn|burgerservicenummer|sofi|citizen service",
              "\\d{4}[. ]?\\d{2}[. ]?\\d{3}|\\d{9}",
              WestEuropeanIds::bsn),
          anywhere(
              "BE_NATIONAL_ID",
              "\\d{2}\\.\\d{2}\\.\\d{2}-\\d{3}\\.\\d{2}",
              WestEuropeanIds::belgian),
          anywhere("CH_AHV", "756\\.\\d{4}\\.\\d{4}\\.\\d{2}", WestEuropeanIds::ahv),
          said("CH_AHV", "ahv|avs|oasi", "756\\d{10}", WestEuropeanIds::ahv),
          said(
              "PT_NIF",
              "nif|contribuinte",
              "[1-35689]\\d{2} ?\\d{3} ?\\d{3}",
              WestEuropeanIds::portuguese),
          said("ES_CIF", "cif|nif", "[ABCDEFGHJNPQRSUVW]-?\\d{7}-?[0-9A-J]", WestEuropeanIds::cif),
          said(
              "ES_SOCIAL_SECURITY",
              "seguridad social|nuss|naf|afiliaci(o|\u00f3)n",
              "\\d{2}[ /-]?\\d{8}[ /-]?\\d{2}",
              WestEuropeanIds::nuss),
          said("FR_SIREN", "siren|siret", "\\d{3} ?\\d{3} ?\\d{3}( ?\\d{5})?", Checksums::luhn),
          said(
              "FR_TAX_ID",
              "num(e|\u00e9)ro fiscal|spi|r(e|\u00e9)f(e|\u00e9)rence fiscale",
              "[0-3]\\d ?\\d{2} ?\\d{3} ?\\d{3} ?\\d{3}",
              WestEuropeanIds::spi),
          said(
              "FR_ID_CARD",
              "carte d'identit(e|\u00e9)|carte nationale d'identit(e|\u00e9)|cni",
              "\\d{12}|[A-Z0-9]{9}",
              body -> digits(body).length() >= 4),
          said("IT_VAT", "partita iva|p\\.? ?iva|iva", "\\d{11}", Checksums::luhn),
          said(
              "IT_ID_CARD",
              "carta d'identit(a|\u00e0)|carta d.identita|carta identit(a|\u00e0)",
              "(?i)[a-z]{2} ?\\d{7}|\\d{7}[a-z]{2}|[a-z]{2}\\d{5}[a-z]{2}",
              Ids.ANY),
          said(
              "IT_DRIVER_LICENSE",
              "patente|patente di guida",
              "(?i)[a-z]{2}\\d{7}[a-z]|u1[a-z0-9]{7}[a-z]",
              Ids.ANY),
          said(
              "GR_AMKA",
              "amka|\u03b1\u03bc\u03ba\u03b1",
              "\\d{11}",
              body ->
                  luhn(body)
                      && date(
                          number(digits(body), 4, 2),
                          number(digits(body), 2, 2),
                          number(digits(body), 0, 2))),
          said(
              "GR_AFM",
              "afm|\u03b1\u03c6\u03bc",
              "\\d{9}",
              body ->
                  weighted(digits(body), 256, 128, 64, 32, 16, 8, 4, 2) % 11 % 10
                      == digits(body).charAt(8) - '0'),
          said("LU_ID", "matricule|numm(e|\u00e9)ro matricule", "(19|20)\\d{11}", Ids.ANY));

  private WestEuropeanIds() {}

  /** Luhn over the seven digits; public bodies have a letter instead of the digit. */
  static boolean cif(CharSequence body) {
    String cif = alphanumerics(body);
    int check = 0;
    while (check < 10 && !luhn(cif.substring(1, 8) + check)) {
      check++;
    }
    char last = cif.charAt(8);
    return last == '0' + check || last == "JABCDEFGHI".charAt(check);
  }

  /** The last two digits are the rest of the others by 97. */
  static boolean nuss(CharSequence body) {
    String digits = digits(body);
    String serial = digits.substring(2, 10);
    String number =
        digits.substring(0, 2) + (serial.startsWith("0") ? serial.substring(1) : serial);
    return remainder(number, 97) == number(digits, 10, 2);
  }

  static boolean spi(CharSequence body) {
    String digits = digits(body);
    return Long.parseLong(digits.substring(0, 10)) % 511 == number(digits, 10, 3);
  }

  static boolean dni(CharSequence body) {
    String dni = alphanumerics(body);
    int first = "XYZ".indexOf(dni.charAt(0));
    String digits = (first < 0 ? "" : Integer.toString(first)) + digits(body);
    return digits.length() == 8
        && "TRWAGMYFPDXBNJZSQVHLCKE".charAt(Integer.parseInt(digits) % 23)
            == dni.charAt(dni.length() - 1);
  }

  static boolean fiscalCode(CharSequence body) {
    String code = alphanumerics(body);
    String odd = "BAFHJNPRTVCESULDGIMOQKWZYX";
    int sum = 0;
    for (int i = 0; i < 15; i++) {
      char c = code.charAt(i);
      int value = c <= '9' ? c - '0' : c - 'A';
      sum += i % 2 == 1 ? value : odd.charAt(value) - 'A';
    }
    return code.charAt(15) == 'A' + sum % 26;
  }

  static boolean nir(CharSequence body) {
    String nir = alphanumerics(body);
    String number = nir.substring(0, 13).replace("2A", "19").replace("2B", "18");
    return number.chars().allMatch(Character::isDigit)
        && 97 - remainder(number, 97) == number(nir, 13, 2);
  }

  static boolean bsn(CharSequence body) {
    String digits = digits(body);
    return weighted(digits, 9, 8, 7, 6, 5, 4, 3, 2, -1) % 11 == 0 && !Checksums.sameDigit(digits);
  }

  static boolean belgian(CharSequence body) {
    String digits = digits(body);
    int check = number(digits, 9, 2);
    return check == 97 - remainder(digits.substring(0, 9), 97)
        || check == 97 - remainder("2" + digits.substring(0, 9), 97);
  }

  static boolean ahv(CharSequence body) {
    return weighted(digits(body), 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1) % 10 == 0;
  }

  static boolean portuguese(CharSequence body) {
    String digits = digits(body);
    int check = 11 - weighted(digits, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
    return (check > 9 ? 0 : check) == digits.charAt(8) - '0';
  }
}
