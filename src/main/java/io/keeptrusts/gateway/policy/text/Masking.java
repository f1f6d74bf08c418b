package io.keeptrusts.gateway.policy.text;

import java.util.Map;

/**
 * How a redacted span looks.
 *
 * @param format the form of the marker
 * @param preserveLength the marker is cut or filled with {@code *} to the length of what it stands for
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

  public Masking {
    custom = Map.copyOf(custom);
  }

  /** True if the marker does not depend on the masked text, so that it may leave before its span has ended. */
  public boolean fixed() {
    return !preserveLength && format != Format.PARTIAL;
  }
}
