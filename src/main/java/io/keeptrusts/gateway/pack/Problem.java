package io.keeptrusts.gateway.pack;

import org.jspecify.annotations.Nullable;

/**
 * Something to say about a pack. Holds key names, enum values and texts of the pack's rules, never
 * the value of a key that may be a secret.
 *
 * @param file the file as it was named to the reader
 * @param line counted from 1
 * @param column counted from 1
 * @param path the key, {@code providers.targets[0].model}; empty for the file as a whole
 * @param message what is wrong
 * @param suggestion what to do; null where the message says it
 */
public record Problem(
    String file,
    int line,
    int column,
    String path,
    Code code,
    String message,
    @Nullable String suggestion) {

  /** By place: file, line, column. */
  int byPlace(Problem other) {
    int files = file.compareTo(other.file);
    int lines = Integer.compare(line, other.line);
    return files != 0 ? files : lines != 0 ? lines : Integer.compare(column, other.column);
  }

  public enum Severity {
    /** The pack is refused. */
    ERROR,
    /** The pack runs, but perhaps not as meant. */
    WARNING,
    /** Good to know. */
    INFO
  }

  /** What a script may rely on; the texts may change. */
  public enum Code {
    E001("unknown kind"),
    E002("unknown key"),
    E003("wrong type or value"),
    E004("duplicate key or chain entry"),
    E005("duplicate target id"),
    E006("missing key"),
    E007("not readable as one YAML document"),
    E008("reference to something the pack does not hold"),
    E009("keys that exclude each other"),
    E010("needs something that this machine does not give"),
    W101("block not in the chain"),
    W102("literal api_key"),
    W103("pack disabled"),
    W104("key not found: target unavailable"),
    W105("nothing to do: empty chain or no providers"),
    W106("judge before pii-detector"),
    W107("part of testing that has no effect"),
    W110("warning of a kind about its own settings"),
    I201("kind in the chain without a block"),
    I202("audit-logger not last"),
    I203("kind in the chain disabled"),
    I204("realtime kind beside one that holds the stream");

    private final String title;

    Code(String title) {
      this.title = title;
    }

    public String title() {
      return title;
    }

    public Severity severity() {
      return switch (name().charAt(0)) {
        case 'E' -> Severity.ERROR;
        case 'W' -> Severity.WARNING;
        default -> Severity.INFO;
      };
    }
  }

  public Severity severity() {
    return code.severity();
  }

  public boolean isError() {
    return severity() == Severity.ERROR;
  }

  /**
   * One line: {@code E003 pack.yaml:4:11 policy.pii-detector.action: ... (did you mean `redact`?)}.
   */
  @Override
  public String toString() {
    return "%s %s:%d:%d %s%s%s"
        .formatted(
            code,
            file,
            line,
            column,
            path.isEmpty() ? "" : path + ": ",
            message,
            suggestion == null ? "" : " (" + suggestion + ")");
  }
}
