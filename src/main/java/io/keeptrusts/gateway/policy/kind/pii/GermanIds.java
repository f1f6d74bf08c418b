package io.keeptrusts.gateway.policy.kind.pii;

import static io.keeptrusts.gateway.policy.kind.pii.Checksums.alphanumerics;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.date;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.digits;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.number;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.weighted;
import static io.keeptrusts.gateway.policy.kind.pii.Ids.anywhere;
import static io.keeptrusts.gateway.policy.kind.pii.Ids.said;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.Arrays;
import java.util.List;

/** Germany and Austria. */
final class GermanIds {
  static final List<Rule> RULES =
      List.of(
          said(
              "DE_TAX_ID",
              "steuer-?id|steuer-?idnr|idnr|steuerliche identifikationsnummer"
                  + "|steueridentifikationsnummer|tax id|tin",
              "\\d{2} ?\\d{3} ?\\d{3} ?\\d{3}",
              GermanIds::germanTax),
          anywhere("DE_TAX_ID", "[1-9]\\d \\d{3} \\d{3} \\d{3}", GermanIds::germanTax),
          said(
              "DE_TAX_NUMBER",
              "steuernummer|steuer-?nr|st-?nr",
              "\\d{2,3}[ /]\\d{3,4}[ /]\\d{4,5}|\\d{10,11}|\\d{13}",
              Ids.ANY),
          said(
              "DE_ID_CARD",
              "personalausweis|personalausweisnummer|personalausweis-?nr|ausweisnummer|ausweis-?nr|ausweis",
              "[CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{8}\\d?",
              GermanIds::travelDocument),
          said(
              "DE_PASSPORT",
              "reisepass|reisepassnummer|reisepass-?nr|passnummer|pass-?nr",
              "[CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{8}\\d?",
              GermanIds::travelDocument),
          anywhere("DE_SOCIAL_SECURITY", "\\d{2} ?\\d{6} ?[A-Z] ?\\d{3}", GermanIds::pension),
          said(
              "DE_HEALTH_INSURANCE",
              "kvnr|krankenversicherung|krankenversichertennummer|krankenversicherungsnummer|versichertennummer|gesundheitskarte|krankenkasse",
              "[A-Z]\\d{9}",
              GermanIds::health),
          anywhere("DE_VAT", "DE ?[1-9]\\d{8}", body -> Checksums.mod11and10(digits(body))),
          said(
              "AT_SVNR",
              "svnr|sv-?nummer|sv-?nr|sozialversicherungsnummer|versicherungsnummer",
              "[1-9]\\d{3} ?\\d{6}",
              GermanIds::austrian),
          said(
              "VAT_ID",
              "vat|vat id|vat no|ust-?id|ust-?idnr|ust-?id-?nr|uid|uid-?nr|tva|iva|btw|btw-?nr|moms",
              "(AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI)[ -]?[A-Z0-9.+*-]{7,14}",
              body -> digits(body).length() >= 7));

  private GermanIds() {}

  /** ICAO 9303: weights 7, 3, 1; people often leave the check digit out. */
  static boolean travelDocument(CharSequence body) {
    String document = alphanumerics(body);
    int sum = 0;
    for (int i = 0; i < 9; i++) {
      sum += Character.digit(document.charAt(i), 36) * (i % 3 == 0 ? 7 : i % 3 == 1 ? 3 : 1);
    }
    return !digits(body).isEmpty()
        && (document.length() == 9 || sum % 10 == document.charAt(9) - '0');
  }

  /** Area, birthday, initial, serial number, check digit. */
  static boolean pension(CharSequence body) {
    String number = alphanumerics(body);
    String digits = spelled(number, 8);
    return date(number(digits, 6, 2), number(digits, 4, 2), number(digits, 2, 2) % 50)
        && crossSums(digits, 2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1) % 10 == digits.charAt(12) - '0';
  }

  static boolean health(CharSequence body) {
    String digits = spelled(alphanumerics(body), 0);
    return crossSums(digits, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2) % 10 == digits.charAt(10) - '0';
  }

  static boolean austrian(CharSequence body) {
    String digits = digits(body);
    return weighted(digits, 3, 7, 9, 0, 5, 8, 4, 2, 1, 6) % 11 == digits.charAt(3) - '0';
  }

  /** The letter at an index as two digits, A is 01. */
  private static String spelled(String number, int at) {
    int letter = number.charAt(at) - 'A' + 1;
    return number.substring(0, at) + (letter < 10 ? "0" : "") + letter + number.substring(at + 1);
  }

  private static int crossSums(String digits, int... weights) {
    int sum = 0;
    for (int i = 0; i < weights.length; i++) {
      int product = (digits.charAt(i) - '0') * weights[i];
      sum += product / 10 + product % 10;
    }
    return sum;
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
}
