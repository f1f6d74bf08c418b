package io.keeptrusts.gateway.policy.kind.quality;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Compiles expressions of RE2 that a pack brings. The library writes counted repetitions out, and
 * where they are nested it multiplies them: twenty characters can take all memory, or all of the
 * stack, before the first text is looked at.
 */
final class Expressions {
  /** As much as RE2 itself allows, in C++ and in Go. */
  private static final int MOST = 1000;

  private Expressions() {}

  /**
   * @param flags of the library
   * @throws PatternSyntaxException if it is no expression, or too large
   */
  static Pattern compile(String expression, int flags) {
    check(expression);
    return Pattern.compile(expression, flags);
  }

  private static void check(String expression) {
    Deque<Integer> outer = new ArrayDeque<>(); // the largest repetition so far, by open group
    int inGroup = 1;
    int last = 1;
    for (int i = 0; i < expression.length(); i++) {
      switch (expression.charAt(i)) {
        case '\\' -> {
          i++;
          last = 1;
        }
        case '[' -> {
          i = classEnd(expression, i);
          last = 1;
        }
        case '(' -> {
          outer.push(inGroup);
          inGroup = 1;
          last = 1;
        }
        case ')' -> {
          last = inGroup;
          inGroup = Math.max(outer.isEmpty() ? 1 : outer.pop(), last);
        }
        case '{' -> {
          int most = most(expression, i);
          last *= Math.max(1, most);
          i = most > 0 ? expression.indexOf('}', i) : i;
          if (last > MOST) {
            throw new PatternSyntaxException(
                "counted repetitions within each other come to more than " + MOST, expression);
          }
          inGroup = Math.max(inGroup, last);
        }
        case '*', '+', '?' -> {}
        default -> last = 1;
      }
    }
  }

  /** The upper bound of the repetition that begins here; at most one more than is allowed. */
  private static int most(String expression, int open) {
    int most = 0;
    int number = 0;
    for (int i = open + 1; i < expression.length() && expression.charAt(i) != '}'; i++) {
      char c = expression.charAt(i);
      if (c == ',') {
        number = 0;
      } else if (c >= '0' && c <= '9') {
        number = Math.min(MOST + 1, number * 10 + c - '0');
        most = Math.max(most, number);
      } else {
        return 0; // braces that stand for themselves
      }
    }
    return expression.indexOf('}', open) < 0 ? 0 : most;
  }

  private static int classEnd(String expression, int open) {
    int i = open + 1;
    if (i < expression.length() && expression.charAt(i) == '^') {
      i++;
    }
    for (int first = i; i < expression.length(); i++) {
      char c = expression.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '[' && i + 1 < expression.length() && expression.charAt(i + 1) == ':') {
        i = Math.max(i, expression.indexOf(":]", i) + 1);
      } else if (c == ']' && i > first) {
        return i;
      }
    }
    return expression.length();
  }
}
