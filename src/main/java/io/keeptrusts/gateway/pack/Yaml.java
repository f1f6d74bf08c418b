package io.keeptrusts.gateway.pack;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A YAML document as a tree of values that know where they stand. Immutable; {@code toString} shows
 * no values.
 */
sealed interface Yaml {

  /**
   * Where to point: the value itself for a scalar, the key for anything else that stands under a
   * key.
   */
  At at();

  /** Line and column are counted from 1. */
  record At(String file, int line, int column) {}

  /**
   * What a plain scalar means by the YAML 1.2 core schema: {@code yes}, {@code 1_000} and {@code
   * 2025-01-01} are text.
   */
  enum Type {
    TEXT("text"),
    INT("a number"),
    FLOAT("a number"),
    BOOL("true or false"),
    NULL("nothing");

    final String noun;

    Type(String noun) {
      this.noun = noun;
    }
  }

  record Scalar(At at, Type type, String text) implements Yaml {

    /**
     * Decimal, {@code 0x} or {@code 0o}; null where the text is no whole number (it may carry an
     * explicit tag).
     */
    @Nullable BigInteger integer() {
      try {
        if (text.startsWith("0x")) {
          return new BigInteger(text.substring(2), 16);
        }
        return text.startsWith("0o") ? new BigInteger(text.substring(2), 8) : new BigInteger(text);
      } catch (NumberFormatException _) {
        return null;
      }
    }

    @Nullable BigDecimal decimal() {
      BigInteger whole = integer();
      if (whole != null) {
        return new BigDecimal(whole);
      }
      try {
        return new BigDecimal(text);
      } catch (NumberFormatException _) {
        return null;
      }
    }

    @Override
    public String toString() {
      return "Scalar[" + type + "]";
    }
  }

  record Sequence(At at, List<Yaml> items) implements Yaml {}

  record Mapping(At at, Map<String, Field> fields) implements Yaml {

    static Mapping empty(At at) {
      return new Mapping(at, Map.of());
    }

    @Nullable Yaml get(String key) {
      Field field = fields.get(key);
      return field == null ? null : field.value();
    }

    /** This layer under another: mappings merge, anything else is replaced. */
    Mapping under(Mapping later) {
      var merged = new LinkedHashMap<>(fields);
      later.fields.forEach(
          (key, theirs) ->
              merged.merge(
                  key,
                  theirs,
                  (mine, _) ->
                      mine.value() instanceof Mapping a && theirs.value() instanceof Mapping b
                          ? new Field(theirs.keyAt(), a.under(b))
                          : theirs));
      return new Mapping(later.at, merged);
    }
  }

  record Field(At keyAt, Yaml value) {}

  /** How a value is called in a message. */
  default String noun() {
    return switch (this) {
      case Scalar s -> s.type().noun;
      case Sequence _ -> "a list";
      case Mapping _ -> "a mapping";
    };
  }

  /** The value at a path such as {@code a.b[2].c}, or the nearest one above it that exists. */
  static Yaml nearest(Yaml from, String path) {
    Yaml node = from;
    for (String step : steps(path)) {
      Yaml next =
          switch (node) {
            case Mapping m -> m.get(step);
            case Sequence s -> item(s, step);
            case Scalar _ -> null;
          };
      if (next == null) {
        return node;
      }
      node = next;
    }
    return node;
  }

  private static @Nullable Yaml item(Sequence sequence, String step) {
    boolean digits =
        !step.isEmpty() && step.length() < 7 && step.chars().allMatch(Character::isDigit);
    int index = digits ? Integer.parseInt(step) : Integer.MAX_VALUE;
    return index < sequence.items().size() ? sequence.items().get(index) : null;
  }

  private static List<String> steps(String path) {
    var steps = new ArrayList<String>();
    for (String step : path.split("[.\\[]")) {
      steps.add(step.endsWith("]") ? step.substring(0, step.length() - 1) : step);
    }
    return steps;
  }
}
