package io.keeptrusts.gateway.policy.text;

import java.util.Map;

/**
 * How a redacted span looks.
 *
 * @param format the form of the marker
 * @param preserveLength the marker is cut or filled with {@code *} to the length of what it stands
 *     for
 * @param custom markers by label, before the format's own
 */
public record Masking(Format format, boolean preserveLength, Map<String, String> custom) {

  /** The forms of a marker. */
  public enum Format {
    /** {@code [EMAIL_REDACTED]}. */
    LABEL,
    /** {@code ****}. */
    ASTERISK,
    /** The last four letters and digits stay, the other ones become {@code *}, separators stay. */
    PARTIAL
  }

  public static final Masking LABELS = new Masking(Format.LABEL, false, Map.of());

  /**
   * A marker mirrors at most so many characters of its span; a longer span is nothing but so many
   * {@code *}.
   */
  static final int LONGEST = 4096;

  private static final int TAIL = 4;
  private static final int LEAST = 8;

  public Masking {
    custom = Map.copyOf(custom);
  }

  /**
   * True if the marker does not depend on the masked text, so that it may leave before its span has
   * ended.
   */
  public boolean fixed() {
    return !preserveLength && format != Format.PARTIAL;
  }

  /**
   * The marker for a span. Lengths count UTF-16 units. {@link Format#PARTIAL} shows the last four
   * letters and digits of a span that has at least eight of them, and none otherwise.
   */
  public String mask(String label, CharSequence span) {
    var own = custom.get(label);
    var marker =
        own != null
            ? own
            : switch (format) {
              case LABEL -> "[" + label + "_REDACTED]";
              case ASTERISK -> "*".repeat(TAIL);
              case PARTIAL -> partial(span);
            };
    return preserveLength ? fit(marker, Math.min(span.length(), LONGEST)) : marker;
  }

  private static String fit(String marker, int length) {
    if (marker.length() <= length) return marker + "*".repeat(length - marker.length());
    boolean insidePair = length > 0 && Character.isHighSurrogate(marker.charAt(length - 1));
    return insidePair ? marker.substring(0, length - 1) + "*" : marker.substring(0, length);
  }

  private static String partial(CharSequence span) {
    if (span.length() > LONGEST) return "*".repeat(LONGEST);
    var out = new StringBuilder(span.length());
    long legible = span.codePoints().filter(Character::isLetterOrDigit).count();
    long hidden = legible < LEAST ? legible : legible - TAIL;
    for (int i = 0; i < span.length(); ) {
      int point = Character.codePointAt(span, i);
      if (Character.isLetterOrDigit(point) && hidden-- > 0)
        out.append("*".repeat(Character.charCount(point)));
      else out.appendCodePoint(point);
      i += Character.charCount(point);
    }
    return out.toString();
  }
}
