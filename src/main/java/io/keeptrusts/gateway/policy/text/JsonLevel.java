package io.keeptrusts.gateway.policy.text;

import io.keeptrusts.gateway.policy.text.Sieve.Grain;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON a character at a time and finds the texts in it: string values, keys and numbers. What
 * stops being JSON is one plain text from there to the end of the document, and a number or literal
 * belongs to what follows it until that is known to be JSON, so that {@code [4111 1111 1111 1111]}
 * is one text. Control characters in strings and unknown escapes are taken as lenient readers take
 * them.
 */
final class JsonLevel {
  private enum At {
    FIRST_VALUE,
    VALUE,
    FIRST_KEY,
    KEY,
    COLON,
    NEXT,
    DONE,
    STRING,
    ESCAPE,
    TOKEN,
    AFTER_TOKEN,
    PLAIN
  }

  private static final int MAX_DEPTH = 1000;
  private static final int MAX_TOKEN = 256;

  private final EmbeddedText text;
  private final int quotes;
  private final @Nullable JsonLevel inner;
  private final JsonEscape escape = new JsonEscape();
  private final JsonToken token = new JsonToken();

  /** For each open container: is it an object? */
  private final BitSet objects = new BitSet();

  private int depth;
  private At at = At.VALUE;
  private boolean key;
  private boolean blank;
  private boolean nested;
  private int tokenRead;

  /**
   * @param quotes in how many strings this JSON stands
   * @param inner reads strings that are JSON themselves; null: they are text
   */
  JsonLevel(EmbeddedText text, int quotes, @Nullable JsonLevel inner) {
    this.text = text;
    this.quotes = quotes;
    this.inner = inner;
  }

  void restart() {
    depth = 0;
    at = At.VALUE;
    nested = false;
  }

  /** Takes a character that so many characters of the document spell. */
  void take(char c, int width, StringBuilder out) {
    switch (at) {
      case STRING -> inString(c, width, out);
      case ESCAPE -> inEscape(c, width, out);
      case TOKEN, AFTER_TOKEN -> inToken(c, width, out);
      case PLAIN -> text.add(c, width);
      case FIRST_VALUE, VALUE, FIRST_KEY, KEY, COLON, NEXT, DONE -> between(c, width);
    }
  }

  /** All of a piece is taken: what can be checked without its successor is checked. */
  void flush(StringBuilder out) {
    if (at == At.STRING || at == At.ESCAPE) {
      if (nested && inner != null) inner.flush(out);
      else text.flush(out);
    } else if (at == At.PLAIN) {
      text.flush(out);
    }
  }

  /** The end of the document, perhaps too early. */
  void end(StringBuilder out) {
    switch (at) {
      case STRING -> endString(out);
      case ESCAPE -> {
        endString(out);
        text.skip(escape.width());
      }
      case TOKEN, AFTER_TOKEN -> {
        if (token.complete()) endToken(out);
        else text.end(out);
      }
      case PLAIN -> text.end(out);
      case FIRST_VALUE, VALUE, FIRST_KEY, KEY, COLON, NEXT, DONE -> {}
    }
  }

  private void between(char c, int width) {
    var next = isSpace(c) ? at : after(c);
    switch (next) {
      case TOKEN, PLAIN -> {
        text.begin(Grain.SPANS, quotes);
        text.add(c, width);
        tokenRead = 1;
      }
      case STRING -> {
        key = at == At.KEY || at == At.FIRST_KEY;
        blank = true;
        nested = false;
        text.begin(key ? Grain.FORBIDDEN : Grain.SPANS, quotes + 1);
        text.skip(width);
      }
      case FIRST_VALUE, VALUE, FIRST_KEY, KEY, COLON, NEXT, DONE, ESCAPE, AFTER_TOKEN ->
          text.skip(width);
    }
    at = next;
  }

  /** Where a character that is no space leads from between two texts. */
  private At after(char c) {
    boolean value = at == At.VALUE || at == At.FIRST_VALUE;
    return switch (c) {
      case '"' -> value || at == At.KEY || at == At.FIRST_KEY ? At.STRING : At.PLAIN;
      case '{' -> value && depth < MAX_DEPTH ? open(true) : At.PLAIN;
      case '[' -> value && depth < MAX_DEPTH ? open(false) : At.PLAIN;
      case '}' -> at == At.FIRST_KEY || (at == At.NEXT && inObject()) ? close() : At.PLAIN;
      case ']' -> at == At.FIRST_VALUE || (at == At.NEXT && !inObject()) ? close() : At.PLAIN;
      case ',' -> at == At.NEXT ? (inObject() ? At.KEY : At.VALUE) : At.PLAIN;
      case ':' -> at == At.COLON ? At.VALUE : At.PLAIN;
      default -> {
        token.begin();
        yield value && token.take(c) ? At.TOKEN : At.PLAIN;
      }
    };
  }

  private At open(boolean object) {
    objects.set(depth++, object);
    return object ? At.FIRST_KEY : At.FIRST_VALUE;
  }

  private At close() {
    depth--;
    return afterValue();
  }

  private At afterValue() {
    return depth == 0 ? At.DONE : At.NEXT;
  }

  private boolean inObject() {
    return objects.get(depth - 1);
  }

  private void inString(char c, int width, StringBuilder out) {
    switch (c) {
      case '"' -> {
        endString(out);
        text.skip(width);
        at = key ? At.COLON : afterValue();
      }
      case '\\' -> {
        escape.begin(width);
        at = At.ESCAPE;
      }
      default -> decoded(c, width, out);
    }
  }

  private void inEscape(char c, int width, StringBuilder out) {
    switch (escape.next(c, width)) {
      case OPEN -> {}
      case READ -> {
        at = At.STRING;
        decoded(escape.value(), escape.width(), out);
      }
      case BROKEN -> {
        endString(out);
        text.begin(Grain.SPANS, quotes);
        escape.addTo(text);
        at = At.PLAIN;
      }
    }
  }

  private void decoded(char c, int width, StringBuilder out) {
    if (inner == null || key || !blank || isSpace(c)) {
      read(c, width, out);
      return;
    }
    blank = false;
    if (c == '{' || c == '[') {
      text.end(out);
      inner.restart();
      nested = true;
    }
    read(c, width, out);
  }

  private void read(char c, int width, StringBuilder out) {
    if (nested && inner != null) inner.take(c, width, out);
    else text.add(c, width);
  }

  private void endString(StringBuilder out) {
    if (nested && inner != null) inner.end(out);
    else text.end(out);
  }

  private void inToken(char c, int width, StringBuilder out) {
    boolean more = at == At.TOKEN && token.take(c);
    if (!more && token.complete()) {
      if (closes(c)) {
        endToken(out);
        between(c, width);
        return;
      }
      if (isSpace(c)) {
        at = At.AFTER_TOKEN;
        more = true;
      }
    }
    text.add(c, width);
    if (!more) at = At.PLAIN;
    else if (++tokenRead > MAX_TOKEN) endLongToken(out);
  }

  private void endLongToken(StringBuilder out) {
    if (at == At.AFTER_TOKEN) endToken(out);
    else at = At.PLAIN;
  }

  private void endToken(StringBuilder out) {
    if (token.number()) text.endWhole(token.length(), out);
    else text.endUnchecked();
    at = afterValue();
  }

  private boolean closes(char c) {
    return depth > 0 && (c == ',' || c == (inObject() ? '}' : ']'));
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }
}
