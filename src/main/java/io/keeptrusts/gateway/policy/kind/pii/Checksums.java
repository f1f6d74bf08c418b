package io.keeptrusts.gateway.policy.kind.pii;

import java.time.DateTimeException;
import java.time.LocalDate;

/**
 * Check digits and the dates inside identifiers. All methods ignore separators; none allocates more
 * than the body.
 */
final class Checksums {
  private static final int[][] DIHEDRAL = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5}, {2, 3, 4, 0, 1, 7, 8, 9, 5, 6},
    {3, 4, 0, 1, 2, 8, 9, 5, 6, 7}, {4, 0, 1, 2, 3, 9, 5, 6, 7, 8}, {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
    {6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3}, {8, 7, 6, 5, 9, 3, 2, 1, 0, 4},
    {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}
  };
  private static final int[][] PERMUTATION = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4}, {5, 8, 0, 3, 7, 9, 6, 1, 4, 2},
    {8, 9, 1, 6, 0, 4, 3, 5, 2, 7}, {9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
    {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}
  };

  private Checksums() {}

  /** The digits of the body. */
  static String digits(CharSequence body) {
    var digits = new StringBuilder(body.length());
    for (int i = 0; i < body.length(); i++) {
      char c = body.charAt(i);
      if (c >= '0' && c <= '9') {
        digits.append(c);
      }
    }
    return digits.toString();
  }

  /** The letters (in upper case) and digits of the body. */
  static String alphanumerics(CharSequence body) {
    var kept = new StringBuilder(body.length());
    for (int i = 0; i < body.length(); i++) {
      char c = body.charAt(i);
      if (c >= '0' && c <= '9' || c >= 'A' && c <= 'Z') {
        kept.append(c);
      } else if (c >= 'a' && c <= 'z') {
        kept.append((char) (c - 32));
      }
    }
    return kept.toString();
  }

  /** ISO/IEC 7812-1 annex B. */
  static boolean luhn(CharSequence body) {
    String digits = digits(body);
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int doubled = digit * 2;
      sum += i % 2 == 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
    }
    return sum % 10 == 0;
  }

  /** Verhoeff's check digit over the dihedral group of order ten. */
  static boolean verhoeff(CharSequence body) {
    String digits = digits(body);
    int check = 0;
    for (int i = 0; i < digits.length(); i++) {
      check = DIHEDRAL[check][PERMUTATION[i % 8][digits.charAt(digits.length() - 1 - i) - '0']];
    }
    return check == 0;
  }

  /** ISO 7064 mod 11,10: the last digit checks the ones before. */
  static boolean mod11and10(String digits) {
    int product = 10;
    for (int i = 0; i < digits.length() - 1; i++) {
      int sum = (digits.charAt(i) - '0' + product) % 10;
      product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    return (11 - product) % 10 == digits.charAt(digits.length() - 1) - '0';
  }

  /** The digits, weighted one by one. */
  static int weighted(String digits, int... weights) {
    int sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += (digits.charAt(i) - '0') * weights[i];
    }
    return sum;
  }

  /**
   * The remainder of a decimal number of any length; letters count as A = 10 ... Z = 35, as in ISO
   * 7064 mod 97,10.
   */
  static int remainder(String number, int modulus) {
    int rest = 0;
    for (int i = 0; i < number.length(); i++) {
      int value = Character.digit(number.charAt(i), 36);
      rest = (rest * (value > 9 ? 100 : 10) + value) % modulus;
    }
    return rest;
  }

  static boolean sameDigit(String digits) {
    return digits.chars().allMatch(c -> c == digits.charAt(0));
  }

  /** A day that was or will be; years of two digits may mean either century. */
  static boolean date(int year, int month, int day) {
    try {
      LocalDate.of(year < 100 ? 2000 + year : year, month, day);
      return true;
    } catch (DateTimeException notADay) {
      return year < 100 && year % 4 == 0 && month == 2 && day == 29;
    }
  }

  /** A number out of {@code length} digits from {@code at}. */
  static int number(String digits, int at, int length) {
    return Integer.parseInt(digits, at, at + length, 10);
  }

  /** {@code yymmdd} at the beginning. */
  static boolean startsWithDate(String digits) {
    return date(number(digits, 0, 2), number(digits, 2, 2), number(digits, 4, 2));
  }
}
