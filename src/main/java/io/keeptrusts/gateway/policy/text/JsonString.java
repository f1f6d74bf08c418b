package io.keeptrusts.gateway.policy.text;

/** Spelling of JSON strings (RFC 8259, section 7). */
final class JsonString {

  private JsonString() {}

  /**
   * The character after a backslash, decoded; unknown escapes stand for themselves, as lenient
   * readers have it.
   */
  static char unescape(char c) {
    return switch (c) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> c;
    };
  }

  static String escape(String text) {
    var out = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') out.append('\\').append(c);
      else if (c < ' ') out.append(String.format("\\u%04x", (int) c));
      else out.append(c);
    }
    return out.toString();
  }
}
