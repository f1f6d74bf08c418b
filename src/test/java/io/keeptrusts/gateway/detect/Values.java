package io.keeptrusts.gateway.detect;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Random;

/** Values that are valid by their check digits, and values that are not by a single digit. */
final class Values {
  private final Random random;

  Values(long seed) {
    random = new Random(seed);
  }

  /** A value for a placeholder of the templates; null for what no pattern finds. */
  String of(String placeholder, boolean valid) {
    return switch (placeholder) {
      case "credit_card_number" -> card(valid);
      case "iban" -> iban(valid);
      case "ssn" -> ssn(valid);
      case "ip_address" -> ip(valid);
      case "email" -> mail(valid);
      default -> null;
    };
  }

  private String card(boolean valid) {
    String[] prefixes = {"4", "51", "2221", "37", "6011", "3528", "36", "6759"};
    int[] lengths = {16, 16, 16, 15, 16, 16, 14, 16};
    int brand = random.nextInt(prefixes.length);
    String number = prefixes[brand] + digits(lengths[brand] - prefixes[brand].length() - 1);
    int check = 0;
    while (!luhn(number + check)) {
      check++;
    }
    String card = number + (valid ? check : (check + 1 + random.nextInt(9)) % 10);
    return switch (random.nextInt(3)) {
      case 0 -> card.replaceAll("(\\d{4})(?=\\d)", "$1 ");
      case 1 -> card.replaceAll("(\\d{4})(?=\\d)", "$1-");
      default -> card;
    };
  }

  private String iban(boolean valid) {
    String[] countries = {"GB", "DE", "NL", "ES", "CH", "BE"};
    int[] lengths = {14, 18, 10, 20, 17, 12};
    int at = random.nextInt(countries.length);
    String country = countries[at];
    String account = (at % 2 == 0 && at < 3 ? letters(4) : "") + digits(lengths[at]);
    var spelled = new StringBuilder();
    (account + country + "00").chars().forEach(c -> spelled.append(Character.digit(c, 36)));
    int check = 98 - new BigInteger(spelled.toString()).mod(BigInteger.valueOf(97)).intValue();
    int shown = valid ? check : (check + 1 + random.nextInt(90)) % 97;
    String iban = country + String.format("%02d", shown) + account;
    return random.nextBoolean() ? iban : iban.replaceAll("(.{4})(?=.)", "$1 ");
  }

  private String ssn(boolean valid) {
    int area = 1 + random.nextInt(899);
    String bad = random.nextBoolean() ? "666" : "000";
    return (valid && area != 666 ? String.format("%03d", area) : valid ? "219" : bad)
        + "-"
        + String.format("%02d", 1 + random.nextInt(99))
        + "-"
        + String.format("%04d", 1 + random.nextInt(9999));
  }

  private String ip(boolean valid) {
    if (!valid) {
      return (256 + random.nextInt(700)) + "." + octet() + "." + octet() + "." + octet();
    }
    return switch (random.nextInt(4)) {
      case 0 -> "2001:db8:" + hex() + ":" + hex() + "::" + hex();
      case 1 -> "fe80::" + hex() + ":" + hex() + ":" + hex() + ":" + hex();
      default -> (1 + random.nextInt(126)) + "." + octet() + "." + octet() + "." + octet();
    };
  }

  private String mail(boolean valid) {
    String name = letters(6).toLowerCase(Locale.ROOT) + "." + digits(2);
    return valid ? name + "@mail.example.org" : name + "@localhost";
  }

  private int octet() {
    return random.nextInt(256);
  }

  private String hex() {
    return Integer.toHexString(0x1000 + random.nextInt(0xEFFF));
  }

  private String digits(int count) {
    var digits = new StringBuilder();
    for (int i = 0; i < count; i++) {
      digits.append((char) ('0' + random.nextInt(10)));
    }
    return digits.toString();
  }

  private String letters(int count) {
    var letters = new StringBuilder();
    for (int i = 0; i < count; i++) {
      letters.append((char) ('A' + random.nextInt(26)));
    }
    return letters.toString();
  }

  private static boolean luhn(String digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      sum += i % 2 == 0 ? digit : digit * 2 / 10 + digit * 2 % 10;
    }
    return sum % 10 == 0;
  }
}
