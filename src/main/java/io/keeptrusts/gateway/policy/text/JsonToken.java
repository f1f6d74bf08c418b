package io.keeptrusts.gateway.policy.text;

/** A number or literal that is being read, a character at a time (RFC 8259, sections 3 and 6). */
final class JsonToken {
  private enum State {
    START,
    MINUS,
    ZERO,
    INTEGER,
    POINT,
    FRACTION,
    E,
    SIGN,
    EXPONENT,
    LITERAL,
    BROKEN
  }

  private State state = State.START;
  private String literal = "";
  private int length;

  void begin() {
    state = State.START;
    length = 0;
  }

  /** Takes a character if it can stand next. */
  boolean take(char c) {
    var next = next(c);
    if (next == State.BROKEN) return false;
    state = next;
    length++;
    return true;
  }

  int length() {
    return length;
  }

  boolean complete() {
    return switch (state) {
      case ZERO, INTEGER, FRACTION, EXPONENT -> true;
      case LITERAL -> length == literal.length();
      case START, MINUS, POINT, E, SIGN, BROKEN -> false;
    };
  }

  boolean number() {
    return complete() && state != State.LITERAL;
  }

  private State next(char c) {
    boolean digit = c >= '0' && c <= '9';
    return switch (state) {
      case START ->
          c == '-' ? State.MINUS : c == '0' ? State.ZERO : digit ? State.INTEGER : literal(c);
      case MINUS -> c == '0' ? State.ZERO : digit ? State.INTEGER : State.BROKEN;
      case ZERO -> afterInteger(c);
      case INTEGER -> digit ? State.INTEGER : afterInteger(c);
      case POINT -> digit ? State.FRACTION : State.BROKEN;
      case FRACTION -> digit ? State.FRACTION : exponent(c);
      case E -> c == '+' || c == '-' ? State.SIGN : digit ? State.EXPONENT : State.BROKEN;
      case SIGN, EXPONENT -> digit ? State.EXPONENT : State.BROKEN;
      case LITERAL ->
          length < literal.length() && literal.charAt(length) == c ? State.LITERAL : State.BROKEN;
      case BROKEN -> State.BROKEN;
    };
  }

  private static State afterInteger(char c) {
    return c == '.' ? State.POINT : exponent(c);
  }

  private static State exponent(char c) {
    return c == 'e' || c == 'E' ? State.E : State.BROKEN;
  }

  private State literal(char c) {
    literal =
        switch (c) {
          case 't' -> "true";
          case 'f' -> "false";
          case 'n' -> "null";
          default -> "";
        };
    return literal.isEmpty() ? State.BROKEN : State.LITERAL;
  }
}
