package io.keeptrusts.gateway.policy.kind.pii;

import static io.keeptrusts.gateway.policy.kind.pii.Checksums.digits;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.number;
import static io.keeptrusts.gateway.policy.kind.pii.Checksums.weighted;
import static io.keeptrusts.gateway.policy.kind.pii.Context.END;
import static io.keeptrusts.gateway.policy.kind.pii.Context.NUMBER_START;
import static io.keeptrusts.gateway.policy.kind.pii.Context.START;
import static io.keeptrusts.gateway.policy.kind.pii.Context.after;
import static io.keeptrusts.gateway.policy.kind.pii.Context.afterWord;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Cards and bank accounts. */
final class Payments {
  private static final String CARD_WORDS =
      "card|credit ?card|debit ?card|visa|master ?card|amex|american express" + "|discover|cc";

  /** What PCI DSS calls account and sensitive authentication data. */
  static final List<Rule> CARDS =
      List.of(
          Rule.of("CREDIT_CARD", "\\d([ -]?\\d){11,18}")
              .after(NUMBER_START)
              .before(END)
              .when(Payments::card),
          Rule.of("CREDIT_CARD", "\\d{12}|\\d([ -]?\\d){12,18}")
              .after(after(CARD_WORDS))
              .before(END)
              .when(Payments::checked),
          Rule.of("CVV", "\\d{3,4}")
              .after(
                  after(
                      "cvv|cvv2|cvc|cvc2|cvn|security code|card verification (value|code|number)|card code"))
              .before(END),
          Rule.of("CARD_EXPIRY", "(0[1-9]|1[0-2]) ?[/-] ?(20)?[2-4]\\d")
              .after(
                  after(
                      "exp|expiry|expires|expiration|expiry date|expiration date|exp date|valid (thru|through"
                          + "|until|till)|good thru"))
              .before(END),
          Rule.of("CARD_HOLDER", "[A-Z][A-Za-z'-]{1,30}( [A-Z]\\.?)?( [A-Z][A-Za-z'-]{1,30}){1,2}")
              .after(
                  "([Cc]ard ?[Hh]older|CARD ?HOLDER|[Nn]ame on (the )?card)( [Nn]ame)?( is|:| -|=) *")
              .before(END));

  static final List<Rule> ACCOUNTS =
      List.of(
          Rule.of("IBAN", "(?i)[a-z]{2}\\d{2}([ -]?[a-z0-9]){11,30}")
              .after(START)
              .before(END)
              .when(Payments::iban),
          Rule.of("ROUTING_NUMBER", "\\d{4}-?\\d{4}-?\\d")
              .after(after("aba|routing|rtn|routing transit"))
              .before(END)
              .when(Payments::routing),
          Rule.of("BANK_ACCOUNT", "\\d[\\d -]{4,18}\\d")
              .after(
                  after(
                      "bank account|account (number|no|nr)|acct|acct (number|no)|checking account"
                          + "|savings account|konto(nummer)?"))
              .before(END)
              .when(body -> digits(body).length() >= 6),
          Rule.of("SORT_CODE", "\\d{2}[ -]?\\d{2}[ -]?\\d{2}")
              .after(after("sort ?code"))
              .before(END),
          Rule.of("BIC", "[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
              .after(afterWord("bic|swift|bic/swift|swift/bic" + "|swift code|bic code"))
              .before(END)
              .when(Payments::bic));

  /** ISO 13616: the length of an IBAN by country. */
  private static final Map<String, Integer> IBAN_LENGTHS = new HashMap<>();

  static {
    String lengths =
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 "
            + "EG29 ES24 "
            + "FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 "
            + "KZ20 LB28 LC32 "
            + "LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 "
            + "PT25 QA29 RO24 "
            + "RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";
    for (String country : lengths.split(" ")) {
      IBAN_LENGTHS.put(country.substring(0, 2), Integer.valueOf(country.substring(2)));
    }
  }

  private static final Set<String> COUNTRIES =
      Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2);

  private Payments() {}

  static boolean card(CharSequence body) {
    return brand(digits(body)) && checked(body);
  }

  /** Enough after a word such as "card": the issuer may be any. */
  static boolean checked(CharSequence body) {
    return grouped(body) && Checksums.luhn(body) && !Checksums.sameDigit(digits(body));
  }

  /** Groups of a card have two digits or more: a list of single digits is no card. */
  private static boolean grouped(CharSequence body) {
    int run = 0;
    for (int i = 0; i < body.length(); i++) {
      boolean digit = Character.isDigit(body.charAt(i));
      if (!digit && run == 1) {
        return false;
      }
      run = digit ? run + 1 : 0;
    }
    return run > 1;
  }

  /** Issuer prefixes and the lengths in use with them. */
  private static boolean brand(String digits) {
    int length = digits.length();
    int two = number(digits, 0, 2);
    int three = number(digits, 0, 3);
    int four = number(digits, 0, 4);
    return switch (two / 10) {
      case 1 -> four == 1800 && length == 15;
      case 2 ->
          four == 2131 && length == 15
              || length == 16 && (four >= 2200 && four <= 2204 || four >= 2221 && four <= 2720);
      case 3 ->
          (two == 34 || two == 37) && length == 15
              || (two == 30 && three <= 305 || three == 309 || two == 36 || two >= 38)
                  && length == 14
              || two == 35 && length >= 16;
      case 4 -> length == 13 || length == 16 || length == 19;
      case 5 -> two >= 51 && two <= 55 ? length == 16 : maestro(four) || length == 16 && two != 59;
      case 6 ->
          maestro(four)
              || length >= 16
                  && (four == 6011
                      || three >= 644 && three <= 659
                      || two == 62
                      || two == 60
                      || two == 67);
      case 8 -> two == 81 && length >= 16;
      default -> false;
    };
  }

  private static boolean maestro(int four) {
    return switch (four) {
      case 5018, 5020, 5038, 5893, 6304, 6390, 6759, 6761, 6762, 6763 -> true;
      default -> false;
    };
  }

  static boolean iban(CharSequence body) {
    String iban = Checksums.alphanumerics(body);
    return iban.length() == IBAN_LENGTHS.getOrDefault(iban.substring(0, 2), -1)
        && Checksums.remainder(iban.substring(4) + iban.substring(0, 4), 97) == 1;
  }

  static boolean routing(CharSequence body) {
    String digits = digits(body);
    int district = number(digits, 0, 2);
    return (district <= 12
            || district >= 21 && district <= 32
            || district >= 61 && district <= 72
            || district == 80)
        && !Checksums.sameDigit(digits)
        && weighted(digits, 3, 7, 1, 3, 7, 1, 3, 7, 1) % 10 == 0;
  }

  private static boolean bic(CharSequence body) {
    return COUNTRIES.contains(body.toString().substring(4, 6));
  }
}
