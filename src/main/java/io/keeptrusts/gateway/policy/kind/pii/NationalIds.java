package io.keeptrusts.gateway.policy.kind.pii;

import static io.keeptrusts.gateway.policy.kind.pii.Checksums.alphanumerics;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.date;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.digits;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.luhn;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.number;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.remainder;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.startsWithDate;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.weighted;
import static io.keeptrusts.gateway.policy.kind.pii.Context.END;
import static io.keeptrusts.gateway.policy.kind.pii.Context.after;

import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.match.Validator;
import java.util.Arrays;
import java.util.List;

/**
 * Numbers a state gives a person, for tax or insurance. What has a shape of its own or a strong
 * check digit is found anywhere; a plain run of digits only after a word that says what it is.
 */
final class NationalIds {
  static final List<Rule> RULES =
      List.of(
          // North America
          anywhere("US_SSN", "\\d{3}-\\d{2}-\\d{4}|\\d{3} \\d{2} \\d{4}", NationalIds::ssn),
          said(
              "US_SSN",
              "ssn|ssns|soc|social security|social sec|social",
              "\\d{3}[-. ]?\\d{2}[-. ]?\\d{4}",
              NationalIds::ssn),
          anywhere("US_ITIN", "9\\d{2}[- ]\\d{2}[- ]\\d{4}", NationalIds::itin),
          said(
              "US_ITIN",
              "itin|individual taxpayer|tax id|taxpayer id",
              "9\\d{8}",
              NationalIds::itin),
          said("US_EIN", "ein|employer identification|fein|tax id", "\\d{2}-\\d{7}", body -> true),
          said(
              "US_MBI",
              "medicare|mbi|medicare beneficiary",
              "[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\\d-?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\\d-?[AC-HJKMNP-RT-Y]"
                  + "{2}\\d{2}",
              body -> true),
          said(
              "CA_SIN",
              "sin|social insurance|nas",
              "\\d{3}[- ]?\\d{3}[- ]?\\d{3}",
              Checksums::luhn),
          anywhere(
              "MX_CURP",
              "[A-Z][AEIOUX][A-Z]{2}\\d{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[A-Z0-9]\\d",
              body -> startsWithDate(digits(body.subSequence(4, 10)))),
          // United Kingdom, Ireland
          anywhere(
              "UK_NINO",
              "[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?\\d{2}[ -]?\\d{2}[ -]?\\d{2}[ -]?[A-D]",
              NationalIds::nino),
          said(
              "UK_NINO",
              "ni|nino|national insurance",
              "(?i)[a-ceghj-pr-tw-z][a-ceghj-npr-tw-z][ -]?\\d{2}[ -]?\\d{2}[ -]?\\d{2}[ -]?[a-d]",
              NationalIds::nino),
          said("UK_NHS", "nhs|patient nhs", "\\d{3}[ -]?\\d{3}[ -]?\\d{4}", NationalIds::nhs),
          said("IE_PPS", "pps|ppsn|ppsn?o", "(?i)\\d{7}[a-w][a-iw]?", NationalIds::pps),
          // Continental Europe
          said(
              "DE_TAX_ID",
              "steuer-?id|steuer-?idnr|idnr|steuerliche identifikationsnummer"
                  + "|steueridentifikationsnummer|tax id|tin",
              "\\d{2} ?\\d{3} ?\\d{3} ?\\d{3}",
              NationalIds::germanTax),
          anywhere("DE_TAX_ID", "[1-9]\\d \\d{3} \\d{3} \\d{3}", NationalIds::germanTax),
          anywhere("ES_DNI", "\\d{8}-?[A-HJ-NP-TV-Z]", NationalIds::dni),
          anywhere("ES_NIE", "[XYZ]-?\\d{7}-?[A-HJ-NP-TV-Z]", NationalIds::dni),
          said("ES_DNI", "dni|nif|nie", "(?i)[xyz]?-?\\d{7,8}-?[a-z]", NationalIds::dni),
          anywhere(
              "IT_FISCAL_CODE",
              "(?i)[a-z]{6}[0-9lmnp-v]{2}[abcdehlmprst][0-9lmnp-v]{2}[a-z][0-9lmnp-v]{3}[a-z]",
              NationalIds::fiscalCode),
          anywhere(
              "FR_NIR",
              "[12] ?\\d{2} ?(0[1-9]|1[0-2]|[2-9]\\d) ?(\\d{2}|2[AB]) ?\\d{3} ?\\d{3} ?\\d{2}",
              NationalIds::nir),
          said(
              "NL_BSN",
              "bsn|burgerservicenummer|sofi|citizen service",
              "\\d{4}[. ]?\\d{2}[. ]?\\d{3}|\\d{9}",
              NationalIds::bsn),
          anywhere(
              "BE_NATIONAL_ID", "\\d{2}\\.\\d{2}\\.\\d{2}-\\d{3}\\.\\d{2}", NationalIds::belgian),
          said("PL_PESEL", "pesel", "\\d{11}", NationalIds::pesel),
          anywhere("CH_AHV", "756\\.\\d{4}\\.\\d{4}\\.\\d{2}", NationalIds::ahv),
          said("CH_AHV", "ahv|avs|oasi", "756\\d{10}", NationalIds::ahv),
          said(
              "PT_NIF",
              "nif|contribuinte",
              "[1-35689]\\d{2} ?\\d{3} ?\\d{3}",
              NationalIds::portuguese),
          // Nordic countries
          anywhere("SE_PERSONNUMMER", "(19|20)?\\d{6}[-+]\\d{4}", NationalIds::personnummer),
          said(
              "SE_PERSONNUMMER",
              "personnummer|personnr|pnr",
              "(19|20)?\\d{10}",
              NationalIds::personnummer),
          anywhere("FI_HETU", "[0-3]\\d[01]\\d{3}[-+A-FU-Y]\\d{3}[0-9A-Y]", NationalIds::hetu),
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
              NationalIds::norwegian),
          // Asia, Pacific, Africa, South America
          anywhere("IN_AADHAAR", "[2-9]\\d{3}[ -]\\d{4}[ -]\\d{4}", Checksums::verhoeff),
          said("IN_AADHAAR", "aadhaar|aadhar|uidai|uid", "[2-9]\\d{11}", Checksums::verhoeff),
          anywhere(
              "IN_PAN",
              "[A-Z]{3}[ABCFGHJLPT][A-Z]\\d{4}[A-Z]",
              body -> !alphanumerics(body).startsWith("0000", 5)),
          anywhere("CN_RESIDENT_ID", "[1-9]\\d{16}[\\dXx]", NationalIds::chinese),
          anywhere("KR_RRN", "\\d{6}-[1-8]\\d{6}", body -> startsWithDate(digits(body))),
          anywhere("SG_NRIC", "[STFGM]\\d{7}[A-Z]", NationalIds::nric),
          said(
              "AU_TFN",
              "tfn|tax file",
              "\\d{3} ?\\d{3} ?\\d{3}",
              body -> weighted(digits(body), 1, 4, 3, 7, 5, 8, 6, 9, 10) % 11 == 0),
          said(
              "AU_ABN",
              "abn|australian business",
              "\\d{2} ?\\d{3} ?\\d{3} ?\\d{3}",
              NationalIds::abn),
          said(
              "ZA_ID",
              "id|identity|said|south african id",
              "\\d{13}",
              body -> luhn(body) && startsWithDate(digits(body))),
          said("TR_TCKN", "tckn|tc kimlik|kimlik", "[1-9]\\d{10}", NationalIds::turkish),
          anywhere("BR_CPF", "\\d{3}\\.\\d{3}\\.\\d{3}-\\d{2}", NationalIds::cpf),
          said("BR_CPF", "cpf", "\\d{11}", NationalIds::cpf),
          anywhere("BR_CNPJ", "\\d{2}\\.\\d{3}\\.\\d{3}/\\d{4}-\\d{2}", NationalIds::cnpj),
          said("BR_CNPJ", "cnpj", "\\d{14}", NationalIds::cnpj));

  private NationalIds() {}

  private static Rule anywhere(String label, String body, Validator check) {
    return Rule.of(label, body).after("^|[^\\w.-]").before("[^\\w-]|$").cap(64).when(check);
  }

  private static Rule said(String label, String words, String body, Validator check) {
    return Rule.of(label, body).after(after(words)).before(END).cap(64).when(check);
  }

  static boolean ssn(CharSequence body) {
    String digits = digits(body);
    int area = number(digits, 0, 3);
    return area != 0
        && area != 666
        && area < 900
        && number(digits, 3, 2) != 0
        && number(digits, 5, 4) != 0;
  }

  static boolean itin(CharSequence body) {
    int group = number(digits(body), 3, 2);
    return group >= 50 && group <= 65
        || group >= 70 && group <= 88
        || group >= 90 && group <= 92
        || group >= 94;
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

  /** One digit of the first ten occurs twice or three times; ISO 7064 mod 11,10. */
  static boolean germanTax(CharSequence body) {
    String digits = digits(body);
    int[] seen = new int[10];
    digits.chars().limit(10).forEach(c -> seen[c - '0']++);
    long repeated = Arrays.stream(seen).filter(times -> times > 1).count();
    boolean rarely = Arrays.stream(seen).allMatch(times -> times < 4);
    return digits.charAt(0) != '0' && repeated == 1 && rarely && Checksums.mod11and10(digits);
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

  static boolean pesel(CharSequence body) {
    String digits = digits(body);
    return weighted(digits, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1) % 10 == 0
        && date(number(digits, 0, 2), number(digits, 2, 2) % 20, number(digits, 4, 2));
  }

  static boolean ahv(CharSequence body) {
    return weighted(digits(body), 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1) % 10 == 0;
  }

  static boolean portuguese(CharSequence body) {
    String digits = digits(body);
    int check = 11 - weighted(digits, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
    return (check > 9 ? 0 : check) == digits.charAt(8) - '0';
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

  static boolean cpf(CharSequence body) {
    String digits = digits(body);
    return !Checksums.sameDigit(digits)
        && weighted(digits, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10 == digits.charAt(9) - '0'
        && weighted(digits, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10
            == digits.charAt(10) - '0';
  }

  static boolean cnpj(CharSequence body) {
    String digits = digits(body);
    int first = 11 - weighted(digits, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
    int second = 11 - weighted(digits, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
    return !Checksums.sameDigit(digits)
        && (first > 9 ? 0 : first) == digits.charAt(12) - '0'
        && (second > 9 ? 0 : second) == digits.charAt(13) - '0';
  }
}
