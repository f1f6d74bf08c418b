package io.keeptrusts.gateway.laws;

import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of secrets to look for: every window of six characters that is in a secret and that
 * nothing which may be delivered holds. Full width and zero width make no difference.
 */
final class Needles {
  private static final int WINDOW = 6;

  private final Set<String> windows = new HashSet<>();
  private final BitSet sieve = new BitSet(1 << 16);

  /**
   * @param allowed all that a client may see
   */
  Needles(List<String> secrets, List<String> allowed) {
    for (String secret : secrets) {
      String text = fold(secret);
      for (int i = 0; i + WINDOW <= text.length(); i++) {
        String window = text.substring(i, i + WINDOW);
        if (window.chars().filter(Character::isLetterOrDigit).count()
            >= WINDOW - 2) { // dashes tell nothing
          windows.add(window);
        }
      }
    }
    windows.forEach(window -> sieve.set(hash(window, 0)));
    for (String text : allowed) {
      String folded = fold(text);
      for (int i = 0; i + WINDOW <= folded.length(); i++) {
        if (sieve.get(hash(folded, i))) {
          windows.remove(folded.substring(i, i + WINDOW));
        }
      }
    }
  }

  int size() {
    return windows.size();
  }

  /** A piece of a secret that stands in the view. */
  @Nullable String find(CharSequence view) {
    String text = fold(view);
    for (int i = 0; i + WINDOW <= text.length(); i++) {
      if (sieve.get(hash(text, i)) && windows.contains(text.substring(i, i + WINDOW))) {
        return text.substring(i, i + WINDOW);
      }
    }
    return null;
  }

  private static int hash(String text, int at) {
    int hash = 0;
    for (int i = at; i < at + WINDOW; i++) {
      hash = hash * 31 + text.charAt(i);
    }
    return (hash ^ hash >>> 15) & 0xffff;
  }

  static String fold(CharSequence text) {
    int i = 0;
    while (i < text.length() && text.charAt(i) < 0x80) {
      i++;
    }
    if (i == text.length()) {
      return text.toString();
    }
    StringBuilder out = new StringBuilder(text.length()).append(text, 0, i);
    for (; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '\uFF01' && c <= '\uFF5E') {
        out.append((char) (c - 0xfee0));
      } else if (c < 0x80 || Character.getType(c) != Character.FORMAT) {
        out.append(c);
      }
    }
    return out.toString();
  }
}
