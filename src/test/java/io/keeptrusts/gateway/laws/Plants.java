package io.keeptrusts.gateway.laws;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;

/**
 * Secrets to plant in a text: valid instances of what the lab's policies must mask, made up from
 * the documented formats.
 */
final class Plants {
  /** One kind of secret. */
  record Kind(String name, Function<Random, String> make) {}

  private static final String LOWER = "abcdefghijklmnopqrstuvwxyz";
  private static final String DIGITS = "0123456789";
  private static final String HEX = "0123456789abcdef";
  private static final String UPPER_DIGITS = LOWER.toUpperCase(Locale.ROOT) + DIGITS;
  private static final String WORD = LOWER + UPPER_DIGITS;

  /** Terms of the lab's dlp-filter. */
  static final List<String> TERMS = List.of("Project Falcon", "nightjar-7", "zmeevka");

  /** What the lab's dlp-filter looks for. */
  static final String PATTERN = "EMP-\\d{4,6}";

  /** What the lab's safety-filter blocks. */
  static final String BANNED = "crimson quay protocol";

  static final List<Kind> KINDS =
      List.of(
          kind(
              "EMAIL",
              r ->
                  some(r, LOWER, 3, 9)
                      + "."
                      + some(r, LOWER, 3, 9)
                      + "@"
                      + some(r, LOWER, 4, 9)
                      + ".com"),
          kind(
              "EMAIL, full width",
              r -> wide(some(r, LOWER, 4, 9) + "@" + some(r, LOWER, 4, 9) + ".org")),
          kind(
              "EMAIL, zero width",
              r ->
                  some(r, LOWER, 4, 5)
                      + "\u200B"
                      + some(r, LOWER, 4, 5)
                      + "@"
                      + some(r, LOWER, 5, 7)
                      + "\u200D.net"),
          kind("CREDIT_CARD", r -> card(r, "")),
          kind("CREDIT_CARD, spaces", r -> card(r, " ")),
          kind("CREDIT_CARD, dashes", r -> card(r, "-")),
          kind("CREDIT_CARD, full width", r -> wide(card(r, " "))),
          kind("IBAN", r -> iban(r, "")),
          kind("IBAN, spaces", r -> iban(r, " ")),
          kind(
              "US_SSN",
              r ->
                  (510 + r.nextInt(60))
                      + "-"
                      + (22 + r.nextInt(60))
                      + "-"
                      + (1234 + r.nextInt(8000))),
          kind("PHONE", r -> "+1 415 8" + some(r, "2345678", 2, 2) + " 4" + some(r, DIGITS, 3, 3)),
          kind(
              "PHONE, international",
              r -> "+49 30 2" + some(r, "345678", 3, 3) + " " + some(r, "345678", 4, 4)),
          kind(
              "IP",
              r ->
                  (11 + r.nextInt(80))
                      + "."
                      + (100 + r.nextInt(155))
                      + "."
                      + (100 + r.nextInt(155))
                      + "."
                      + (100 + r.nextInt(155))),
          kind(
              "IP, version 6",
              r -> "2a02:" + hex4(r) + ":" + hex4(r) + ":" + hex4(r) + "::" + hex4(r)),
          kind(
              "MAC",
              r -> "4a:" + hex2(r) + ":" + hex2(r) + ":" + hex2(r) + ":" + hex2(r) + ":" + hex2(r)),
          kind(
              "JWT",
              r ->
                  "eyJ"
                      + some(r, WORD, 20, 60)
                      + ".eyJ"
                      + some(r, WORD, 20, 200)
                      + "."
                      + some(r, WORD, 40, 90)),
          kind("PRIVATE_KEY", Plants::pem),
          kind("AWS_ACCESS_KEY", r -> "AKIA" + some(r, UPPER_DIGITS, 16, 16)),
          kind("GITHUB_TOKEN", r -> "ghp_" + some(r, WORD, 36, 36)),
          kind("OPENAI_KEY", r -> "sk-proj-" + some(r, WORD, 30, 120)),
          kind("STRIPE_KEY", r -> "sk_live_" + some(r, WORD, 24, 24)),
          kind(
              "BITCOIN_ADDRESS",
              r ->
                  r.nextBoolean()
                      ? "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"
                      : "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"),
          kind("ETHEREUM_ADDRESS", r -> "0x" + some(r, HEX, 40, 40)),
          kind("TERM", r -> TERMS.get(r.nextInt(TERMS.size()))),
          kind("TERM, zero width", r -> "night\u200Bjar-\u20607"),
          kind("PATTERN", r -> "EMP-" + some(r, DIGITS, 4, 6)));

  private Plants() {}

  static Kind pick(Random random) {
    return KINDS.get(random.nextInt(KINDS.size()));
  }

  /** A card number for a JSON number: digits only. */
  static String digits(Random random) {
    return card(random, "");
  }

  private static Kind kind(String name, Function<Random, String> make) {
    return new Kind(name, make);
  }

  static String some(Random random, String alphabet, int least, int most) {
    int length = least + random.nextInt(most - least + 1);
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static String hex2(Random random) {
    return some(random, HEX, 2, 2);
  }

  private static String hex4(Random random) {
    return some(random, "123456789abcdef", 1, 1) + some(random, HEX, 3, 3);
  }

  /** A Visa number whose last digit makes the Luhn sum a multiple of ten. */
  private static String card(Random random, String separator) {
    String digits = "4" + some(random, DIGITS, 14, 14);
    int sum = 0;
    for (int i = 0; i < 15; i++) {
      int digit = (digits.charAt(i) - '0') * (i % 2 == 0 ? 2 : 1);
      sum += digit > 9 ? digit - 9 : digit;
    }
    return groups(digits + (10 - sum % 10) % 10, separator);
  }

  /** A German account with its ISO 7064 check digits. */
  private static String iban(Random random, String separator) {
    String account = some(random, DIGITS, 18, 18);
    int check = 98 - new BigInteger(account + "131400").mod(BigInteger.valueOf(97)).intValue();
    return groups("DE" + (check < 10 ? "0" : "") + check + account, separator);
  }

  private static String groups(String text, String separator) {
    return String.join(separator, text.split("(?<=\\G.{4})"));
  }

  private static String pem(Random random) {
    StringBuilder key = new StringBuilder("-----BEGIN EC PRIVATE KEY-----\n");
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      key.append(some(random, WORD, 64, 64)).append('\n');
    }
    return key.append(some(random, WORD, 20, 40))
        .append("==\n-----END EC PRIVATE KEY-----")
        .toString();
  }

  private static String wide(String text) {
    StringBuilder wide = new StringBuilder();
    text.chars().forEach(c -> wide.append(c > ' ' && c < 0x7f ? (char) (c + 0xfee0) : (char) c));
    return wide.toString();
  }
}
