package io.keeptrusts.gateway.policy.kind.citation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that a run of words says, by value: {@code 1.2 million}, {@code twelve}, {@code 3rd}.
 */
final class Numbers {

  /**
   * @param value as said, scale words applied
   * @param digits how many digits of it were said; a source's number rounded to them is the same
   * @param spelt written as a word
   */
  record Amount(double value, int digits, boolean spelt) {

    boolean isYear() {
      return value >= 1000 && value < 2200 && value == Math.rint(value) && digits == 4;
    }

    /** Whether {@code said} may stand for this one. */
    boolean isSaidBy(Amount said) {
      if (value == said.value) {
        return true;
      }
      if (value == 0 || said.digits < 2 || said.isYear() || Double.isInfinite(value)) {
        return false;
      }
      double unit = Math.pow(10, Math.floor(Math.log10(Math.abs(value))) + 1 - said.digits);
      return Math.abs(Math.rint(value / unit) * unit - said.value) < unit / 100;
    }
  }

  private static final Map<String, Integer> SPELT =
      Map.ofEntries(
          Map.entry("two", 2),
          Map.entry("three", 3),
          Map.entry("four", 4),
          Map.entry("five", 5),
          Map.entry("six", 6),
          Map.entry("seven", 7),
          Map.entry("eight", 8),
          Map.entry("nine", 9),
          Map.entry("ten", 10),
          Map.entry("eleven", 11),
          Map.entry("twelve", 12),
          Map.entry("fifteen", 15),
          Map.entry("twenty", 20),
          Map.entry("thirty", 30),
          Map.entry("forty", 40),
          Map.entry("fifty", 50),
          Map.entry("sixty", 60),
          Map.entry("seventy", 70),
          Map.entry("eighty", 80),
          Map.entry("ninety", 90));

  private static final Map<String, Integer> MONTHS =
      Map.ofEntries(
          Map.entry("january", 1),
          Map.entry("february", 2),
          Map.entry("march", 3),
          Map.entry("april", 4),
          Map.entry("may", 5),
          Map.entry("june", 6),
          Map.entry("july", 7),
          Map.entry("august", 8),
          Map.entry("september", 9),
          Map.entry("october", 10),
          Map.entry("november", 11),
          Map.entry("december", 12));

  private Numbers() {}

  /**
   * @param lenient also what a number might be without its scale word, and months by their number:
   *     for what a source says
   */
  static List<Amount> of(Words words, int from, int to, boolean lenient) {
    List<Amount> numbers = new ArrayList<>();
    for (int i = from; i < to; i++) {
      String word = words.word(i).toLowerCase(Locale.ROOT);
      Amount number = words.isNumber(i) ? number(word) : spelt(word, lenient);
      if (number != null) {
        double scale = i + 1 < to ? scale(words.word(i + 1)) : 1;
        if (scale != 1) {
          numbers.add(new Amount(number.value * scale, number.digits, number.spelt));
        }
        if (scale == 1 || lenient) {
          numbers.add(number);
        }
      }
    }
    return numbers;
  }

  private static Amount number(String word) {
    double value = 0;
    double place = 0;
    int digits = 0;
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (Character.isDigit(c)) {
        int digit = Character.digit(c, 10);
        value = place == 0 ? value * 10 + digit : value + digit * place;
        place /= 10;
        digits++;
      } else if (c == '.') {
        place = place == 0 ? 0.1 : place;
      } else if (c != ',') {
        break;
      }
    }
    return new Amount(Math.rint(value * 1e6) / 1e6, digits, false);
  }

  private static @Nullable Amount spelt(String word, boolean months) {
    Integer value = SPELT.get(word);
    if (value == null && months) {
      value = MONTHS.get(word);
    }
    return value == null ? null : new Amount(value, value < 10 ? 1 : 2, true);
  }

  private static double scale(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "thousand", "tausend", "k" -> 1e3;
      case "million", "millions", "mio", "millionen", "mn" -> 1e6;
      case "billion", "billions", "bn", "milliarden", "mrd" -> 1e9;
      case "trillion", "trillions", "billionen" -> 1e12;
      default -> 1;
    };
  }
}
