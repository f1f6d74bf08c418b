package io.keeptrusts.gateway.policy.kind.pii;

import static io.keeptrusts.gateway.policy.kind.pii.Checksums.alphanumerics;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.digits;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.number;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.startsWithDate;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.weighted;
import static io.keeptrusts.gateway.policy.kind.pii.Ids.anywhere;
import static io.keeptrusts.gateway.policy.kind.pii.Ids.said;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.List;

/** The Americas. */
final class AmericanIds {
  static final List<Rule> RULES =
      List.of(
          anywhere("US_SSN", "\\d{3}-\\d{2}-\\d{4}|\\d{3} \\d{2} \\d{4}", AmericanIds::ssn)
              .unless(Context.OF_TRADE),
          said(
              "US_SSN",
              "ssn|ssns|soc|social security|social sec|social",
              "\\d{3}[-. ]?\\d{2}[-. ]?\\d{4}",
              AmericanIds::ssn),
          anywhere("US_ITIN", "9\\d{2}[- ]\\d{2}[- ]\\d{4}", AmericanIds::itin),
          said(
              "US_ITIN",
              "itin|individual taxpayer|tax id|taxpayer id",
              "9\\d{8}",
              AmericanIds::itin),
          said("US_EIN", "ein|employer identification|fein|tax id", "\\d{2}-\\d{7}", Ids.ANY),
          said(
              "US_MBI",
              "medicare|mbi|medicare beneficiary",
              "[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\\d-?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\\d-?[AC-HJKMNP-RT-Y]"
                  + "{2}\\d{2}",
              Ids.ANY),
          said(
              "CA_SIN",
              "sin|social insurance|nas",
              "\\d{3}[- ]?\\d{3}[- ]?\\d{3}",
              Checksums::luhn),
          anywhere(
              "MX_CURP",
              "[A-Z][AEIOUX][A-Z]{2}\\d{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[A-Z0-9]\\d",
              AmericanIds::curp),
          anywhere("BR_CPF", "\\d{3}\\.\\d{3}\\.\\d{3}-\\d{2}", AmericanIds::cpf),
          said("BR_CPF", "cpf", "\\d{11}", AmericanIds::cpf),
          anywhere("BR_CNPJ", "\\d{2}\\.\\d{3}\\.\\d{3}/\\d{4}-\\d{2}", AmericanIds::cnpj),
          said("BR_CNPJ", "cnpj", "\\d{14}", AmericanIds::cnpj),
          anywhere(
              "US_MBI",
              "[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\\d-[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\\d-[AC-HJKMNP-RT-Y]{2}\\d{2}",
              Ids.ANY),
          anywhere("MX_RFC", "[A-Z&]{3,4}\\d{6}[A-Z0-9]{2}[0-9A]", AmericanIds::rfc),
          anywhere("AR_CUIT", "(20|2[34567]|3[034])-\\d{8}-\\d", AmericanIds::cuit),
          said("AR_CUIT", "cuit|cuil", "\\d{11}", AmericanIds::cuit),
          said(
              "AR_DNI",
              "documento nacional de identidad|dni argentino",
              "\\d{1,2}\\.?\\d{3}\\.?\\d{3}",
              Ids.ANY),
          anywhere("CL_RUT", "\\d{1,2}\\.\\d{3}\\.\\d{3}-[\\dKk]", AmericanIds::rut),
          said("CL_RUT", "rut|run", "\\d{7,8}-?[\\dKk]", AmericanIds::rut),
          said("CO_NIT", "nit", "\\d{3}\\.?\\d{3}\\.?\\d{3}-?\\d", AmericanIds::nit),
          said(
              "CO_CEDULA",
              "c(e|\u00e9)dula|cedula de ciudadania",
              "\\d{1,3}\\.?\\d{3}\\.?\\d{3}|\\d{6,10}",
              Ids.ANY));

  private AmericanIds() {}

  private static final String MEXICAN = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ ";

  /** Date of birth or foundation, and the check digit of the tax administration. */
  static boolean rfc(CharSequence body) {
    String rfc = body.toString();
    String padded = rfc.length() == 12 ? " " + rfc : rfc;
    int sum = 0;
    for (int i = 0; i < 12; i++) {
      sum += MEXICAN.indexOf(padded.charAt(i)) * (13 - i);
    }
    return startsWithDate(padded.substring(4))
        && padded.charAt(12) == MEXICAN.charAt(Math.floorMod(-sum, 11));
  }

  /** Its eighteenth character checks the others; the alphabet has a letter after N. */
  static boolean curp(CharSequence body) {
    String curp = body.toString();
    int sum = 0;
    for (int i = 0; i < 17; i++) {
      char c = curp.charAt(i);
      int value = c <= '9' ? c - '0' : c - 'A' + (c > 'N' ? 11 : 10);
      sum += value * (18 - i);
    }
    return startsWithDate(curp.substring(4)) && Math.floorMod(-sum, 10) == curp.charAt(17) - '0';
  }

  static boolean cuit(CharSequence body) {
    String digits = digits(body);
    int check = Math.floorMod(-weighted(digits, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), 11);
    return Math.min(check, 9) == digits.charAt(10) - '0';
  }

  static boolean rut(CharSequence body) {
    String rut = alphanumerics(body);
    int sum = 0;
    for (int i = rut.length() - 2, weight = 2; i >= 0; i--, weight = weight == 7 ? 2 : weight + 1) {
      sum += (rut.charAt(i) - '0') * weight;
    }
    return "0123456789K".charAt(Math.floorMod(-sum, 11)) == rut.charAt(rut.length() - 1);
  }

  static boolean nit(CharSequence body) {
    String digits = digits(body);
    int sum = weighted(digits, 41, 37, 29, 23, 19, 17, 13, 7, 3);
    return "01987654321".charAt(sum % 11) == digits.charAt(9);
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
