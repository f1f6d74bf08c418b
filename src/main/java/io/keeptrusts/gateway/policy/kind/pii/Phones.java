package io.keeptrusts.gateway.policy.kind.pii;

import static io.keeptrusts.gateway.policy.kind.pii.Context.END;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import io.keeptrusts.gateway.policy.match.Rule;
import java.util.ArrayList;
import java.util.List;

/**
 * Telephone numbers. Without a word before it a number must be assigned: valid in libphonenumber's
 * numbering plans for its country code, or for one of the regions asked for when written the
 * national way. After a word such as "call" its shape is enough.
 */
final class Phones {
  private static final PhoneNumberUtil PLANS = PhoneNumberUtil.getInstance();

  /**
   * Where national numbers are known if the pack does not say: the larger countries of those that
   * begin them with a 0 or with an area code in brackets, and those of code 1.
   */
  static final List<String> REGIONS =
      List.of(
          "US", "CA", "GB", "DE", "FR", "IT", "CH", "AT", "BE", "NL", "SE", "FI", "IE", "AU", "NZ",
          "ZA", "IN", "JP", "BR", "TR", "HU", "RO", "BG", "SI", "IL", "KR");

  private static final String SEPARATOR = "([ .\\-/]|\\) ?-?)";

  /** Not a group of a longer number either. */
  private static final String NOT_IN_NUMBER = "^|[^\\w. -]|(^|[^\\w])[ -]|[A-Za-z_][ -]";

  private static final String SPOKEN =
      "(phone|telephone|tel|telefon|mobile|mobil|cell|cellphone|cellular|handy|fax|call|ring|dial|text|sms|whatsapp"
          + "|signal|telegram|hotline|landline|callback|voicemail|contact|reach|answer|answering|message|messages"
          + "|registered)";

  private static final String CONTEXT =
      "(?i)(^|[^a-z])"
          + SPOKEN
          + "[ \\t_:=#\"'.(\\[*/-]*((me|us|him|her|them|back|is|was|at|on|to|via|under|no|nr"
          + "|num|number|numbers|line|home|work|office|or|the|my|your)[ \\t_:=#\"'.(\\[*/-]+)*";

  private static final Rule INTERNATIONAL =
      Rule.of(
              "PHONE",
              "\\+[\\d][\\d]{0,2}[ .-]?(\\(0\\) ?)?\\(?\\d{1,5}\\)?([ .\\-/]?\\d{2,8}){1,5}")
          .after("^|[^\\w+]")
          .before(END)
          .cap(96)
          .when(Phones::international);

  private static final Rule NORTH_AMERICAN =
      Rule.of("PHONE", "(1[ .-])?(\\(\\d{3}\\) ?|\\d{3}[ .-])\\d{3}[ .-]\\d{4}")
          .after("^|[^\\w.+-]")
          .unless(Context.OF_TRADE)
          .before("[^\\w-]|$")
          .when(Phones::northAmerican);

  private static final Rule ANNOUNCED =
      Rule.of(
              "PHONE",
              "(\\+|00)?\\(?\\d{1,5}("
                  + SEPARATOR
                  + "(\\(0\\) ?)?)?\\d{2,8}("
                  + SEPARATOR
                  + "\\d{2,8}){0,4}")
          .after(CONTEXT)
          .before(END)
          .cap(96)
          .when(Phones::shaped);

  private Phones() {}

  /** Rules that know the national numbers of these regions. */
  static List<Rule> rules(List<String> regions) {
    var rules = new ArrayList<Rule>();
    rules.add(INTERNATIONAL);
    List<String> others =
        regions.stream().filter(at -> PLANS.getCountryCodeForRegion(at) != 1).toList();
    if (others.size() < regions.size()) {
      rules.add(NORTH_AMERICAN);
    }
    if (!others.isEmpty()) {
      rules.add(
          nationally(
              others, "\\(?0\\d{1,4}" + SEPARATOR + "\\d{2,8}(" + SEPARATOR + "\\d{2,8}){0,4}"));
      rules.add(nationally(others, "\\([1-9]\\d{1,3}\\)[ -]?\\d{3,5}[ -]\\d{3,4}"));
    }
    List<String> open = others.stream().filter(at -> !REGIONS.contains(at)).toList();
    if (!open.isEmpty()) {
      rules.add(nationally(open, "[1-9]\\d{1,3}([ .-]\\d{2,4}){2,3}"));
    }
    rules.add(ANNOUNCED);
    return List.copyOf(rules);
  }

  /** Reads the plans of regions, which the first number of a stream should not wait for. */
  static void prepare(List<String> regions) {
    regions.forEach(region -> valid(region, "2025550123"));
  }

  private static Rule nationally(List<String> regions, String body) {
    return Rule.of("PHONE", body)
        .after(NOT_IN_NUMBER)
        .unless(Context.OF_TRADE)
        .before(END)
        .cap(96)
        .when(number -> national(number, regions));
  }

  /**
   * The regions that a pack names.
   *
   * @param key where they stand, for the message
   * @throws IllegalArgumentException for a region without a numbering plan
   */
  static List<String> regions(String key, List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      if (!PLANS.getSupportedRegions().contains(names.get(i))) {
        throw new IllegalArgumentException(
            key + "[" + i + "]: no such region; write ISO 3166 codes such as US or DE");
      }
    }
    return List.copyOf(names);
  }

  static boolean international(CharSequence body) {
    String digits = Checksums.digits(withoutTrunk(body));
    if (digits.length() < 8 || digits.length() > 15) {
      return false;
    }
    for (int length = 1; length <= 3; length++) {
      int code = Checksums.number(digits, 0, length);
      if (!"ZZ".equals(PLANS.getRegionCodeForCountryCode(code))) {
        PhoneNumber number = number(code, digits.substring(length));
        return PLANS.isValidNumber(number)
            || code == 1 && fictional(digits.substring(length))
            || grouped(body) && !number.isItalianLeadingZero() && PLANS.isPossibleNumber(number);
      }
    }
    return false;
  }

  static boolean northAmerican(CharSequence body) {
    String digits = Checksums.digits(body);
    String national = digits.substring(digits.length() - 10);
    return PLANS.isValidNumber(number(1, national)) || fictional(national);
  }

  private static boolean national(CharSequence body, List<String> regions) {
    String digits = Checksums.digits(body);
    boolean trunk = digits.startsWith("0");
    if (digits.length() < (trunk ? 9 : 8)
        || digits.length() > 12
        || digits.startsWith("00")
        || date(body)) {
      return false;
    }
    String national = trunk ? digits.substring(1) : digits;
    return regions.stream()
        .anyMatch(region -> valid(region, trunk && region.equals("IT") ? digits : national));
  }

  /** Right only after a word that announces a number. */
  static boolean shaped(CharSequence body) {
    int digits = Checksums.digits(body).length();
    return digits >= 7 && digits <= 15 && !date(body);
  }

  private static boolean valid(String region, String national) {
    PhoneNumber number = number(PLANS.getCountryCodeForRegion(region), national);
    // The length decides most cases, and at a small part of the cost.
    return PLANS.isPossibleNumber(number) && PLANS.isValidNumberForRegion(number, region);
  }

  private static PhoneNumber number(int country, String national) {
    var number =
        new PhoneNumber().setCountryCode(country).setNationalNumber(Long.parseLong(national));
    return national.startsWith("0") ? number.setItalianLeadingZero(true) : number;
  }

  /** Area code 555 belongs to nobody; people write it where they mean a number. */
  private static boolean fictional(String national) {
    return national.length() == 10 && national.startsWith("555") && !Checksums.sameDigit(national);
  }

  /** A plus, a country's code and groups are a number on sight, assigned or not. */
  private static boolean grouped(CharSequence body) {
    return body.chars().filter(c -> c < '0' || c > '9').count() >= 3;
  }

  private static String withoutTrunk(CharSequence body) {
    return body.toString().replace("(0)", "");
  }

  /** Day, month and year with the same separator: {@code 01.12.2024}, {@code 2024-12-01}. */
  private static boolean date(CharSequence body) {
    String[] parts = body.toString().split("[./\\- ]", -1);
    if (parts.length != 3) {
      return false;
    }
    int[] lengths = {parts[0].length(), parts[1].length(), parts[2].length()};
    return lengths[1] <= 2
        && (lengths[0] <= 2 && (lengths[2] == 4 || lengths[2] == 2)
            || lengths[0] == 4 && lengths[2] <= 2);
  }
}
