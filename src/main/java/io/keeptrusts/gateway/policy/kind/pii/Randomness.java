package io.keeptrusts.gateway.policy.kind.pii;

import java.util.BitSet;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Tells values that a generator drew from names, words and placeholders. Thresholds were chosen on
 * generated keys of ten characters and more and on identifiers of source code.
 */
final class Randomness {
  /** The most frequent pairs of letters in English words and in names of programs. */
  private static final String PAIRS =
      "th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ic"
          + " ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut ss so rs"
          + " un lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai sh ir su id os iv ia am fi ci vi pl"
          + " ig tu ev ld ry mp fe bl ab gh ty op wo sa ay ex ke ui if ap up do ep ey ag ck ue rd";

  private static final BitSet COMMON = new BitSet();

  static {
    Stream.of(PAIRS.split(" ")).forEach(pair -> COMMON.set(index(pair.charAt(0), pair.charAt(1))));
  }

  /** What people write where a key belongs. */
  private static final String[] STAND_INS = {
    "example",
    "placeholder",
    "xxxxx",
    "changeme",
    "redacted",
    "dummy",
    "your-",
    "your_",
    "yourkey",
    "yourtoken",
    "<",
    "...",
    "{{",
    "123456789012",
    "abcdefghijk"
  };

  private Randomness() {}

  /** Shannon's, in bits per character. */
  static double entropy(CharSequence body) {
    int[] counts = new int[128];
    for (int i = 0; i < body.length(); i++) {
      counts[body.charAt(i) & 127]++;
    }
    double bits = 0;
    for (int count : counts) {
      if (count > 0) {
        double share = (double) count / body.length();
        bits -= share * Math.log(share) / Math.log(2);
      }
    }
    return bits;
  }

  /** A token in its vendor's format, unless it is there to show the format. */
  static boolean issued(CharSequence body) {
    return entropy(body) >= 2.0 && !contains(body, STAND_INS) && !wordy(body, 0.75, 12);
  }

  /** After a word such as "secret": letters and digits, many different ones. */
  static boolean random(CharSequence body) {
    return drawn(body, 3.0) && !standIn(body) && !wordy(body, 0.65, 6);
  }

  /** After a word such as "key", which stands before much else. */
  static boolean veryRandom(CharSequence body) {
    return drawn(body, 3.4) && !standIn(body) && !wordy(body, 0.6, 4) && !compound(body);
  }

  /** After the name of a service: also numbers, and letters that spell nothing. */
  static boolean keyLike(CharSequence body) {
    if (standIn(body) || wordy(body, 0.7, 7) || compound(body)) {
      return false;
    }
    double bits = entropy(body);
    return mixed(body)
        ? bits >= 2.2
        : digits(body) > 0
            ? body.length() >= 14 && bits >= 2.0 && digits(body) == body.length()
            : bits >= 3.0 && letters(body) == body.length() && !wordy(body, 0.5, 5);
  }

  /** Whole groups of base64 that are no words. */
  static boolean encoded(CharSequence body) {
    return body.length() % 4 == 0
        && entropy(body) >= 2.8
        && !standIn(body)
        && !wordy(body, 0.75, 6);
  }

  /** Something besides letters, as people choose passwords; words such as "required" are none. */
  static boolean password(CharSequence body) {
    boolean letters = letters(body) > 0;
    boolean other =
        body.chars()
            .anyMatch(c -> !Character.isLetter(c) && c != '_' && c != '.' && c != '-' && c != '*');
    return letters && other && entropy(body) >= 2.0 && !standIn(body) && !reference(body);
  }

  /** In quotation marks letters alone will do, if they spell nothing. */
  static boolean quotedPassword(CharSequence body) {
    return password(body)
        || entropy(body) >= 2.0
            && !standIn(body)
            && !reference(body)
            && (digits(body) > 5 || letters(body) > 5 && !wordy(body, 0.34, 0));
  }

  /** A version, a date, a path: parts of letters and parts of digits, kept apart by signs. */
  private static boolean compound(CharSequence body) {
    int mixed = 0;
    boolean signs = false;
    for (int i = 1; i < body.length() && body.length() < 30; i++) {
      signs |= "-.:/|_".indexOf(body.charAt(i)) >= 0;
      mixed += digit(body.charAt(i)) && letter(body.charAt(i - 1)) ? 1 : 0;
      mixed += letter(body.charAt(i)) && digit(body.charAt(i - 1)) ? 1 : 0;
    }
    return signs && mixed < 3;
  }

  /** Letters and digits, or letters of both cases that spell nothing. */
  private static boolean drawn(CharSequence body, double bits) {
    double entropy = entropy(body);
    return entropy >= bits
        && (mixed(body)
            || letters(body) >= 16
                && entropy >= 3.7
                && body.chars().anyMatch(Character::isUpperCase)
                && body.chars().anyMatch(Character::isLowerCase)
                && !wordy(body, 0.45, 4));
  }

  /** Of letters and digits there are both. */
  private static boolean mixed(CharSequence body) {
    return digits(body) > 0 && letters(body) > 0;
  }

  private static long digits(CharSequence body) {
    return body.chars().filter(Randomness::digit).count();
  }

  private static long letters(CharSequence body) {
    return body.chars().filter(Randomness::letter).count();
  }

  /** Points elsewhere: a variable, a call, a template. */
  private static boolean reference(CharSequence body) {
    char first = body.charAt(0);
    String text = body.toString();
    return first == '$'
        || first == '%'
        || first == '{'
        || text.startsWith("process.env")
        || text.startsWith("os.env" + "iron");
  }

  /** Shows where a value would stand. */
  static boolean standIn(CharSequence body) {
    return reference(body)
        || contains(body, STAND_INS)
        || contains(body, "://")
        || body.length() > 1 && body.charAt(0) == '/' && body.charAt(1) == '/';
  }

  private static boolean contains(CharSequence body, String... words) {
    String text = body.toString().toLowerCase(Locale.ROOT);
    return Stream.of(words).anyMatch(text::contains);
  }

  /**
   * True if at least {@code least} pairs of letters, and this share of them, are frequent ones. Not
   * with digits all over, nor with the letters of hexadecimal numbers alone.
   */
  private static boolean wordy(CharSequence body, double share, int least) {
    int pairs = 0;
    int common = 0;
    boolean hexadecimal = true;
    for (int i = 1; i < body.length(); i++) {
      char one = Character.toLowerCase(body.charAt(i - 1));
      char two = Character.toLowerCase(body.charAt(i));
      if (one >= 'a' && one <= 'z' && two >= 'a' && two <= 'z') {
        pairs++;
        common += COMMON.get(index(one, two)) ? 1 : 0;
        hexadecimal &= one <= 'f' && two <= 'f';
      }
    }
    return common >= least
        && common >= share * pairs
        && !hexadecimal
        && digits(body) * 5 <= body.length();
  }

  private static boolean digit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean letter(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  private static int index(char one, char two) {
    return (one - 'a') * 26 + two - 'a';
  }
}
