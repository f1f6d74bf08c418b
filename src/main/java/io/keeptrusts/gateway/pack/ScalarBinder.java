package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.pack.Problem.Code;
import io.keeptrusts.gateway.pack.Yaml.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Texts, numbers, truth values and enums, for {@link RecordBinder}. Nothing is converted. */
final class ScalarBinder {

  private static final Set<String> YES = Set.of("yes", "on", "y", "true");
  private static final Set<String> NO = Set.of("no", "off", "n", "false");

  private final Problems problems;

  ScalarBinder(Problems problems) {
    this.problems = problems;
  }

  /** Null, with a problem, if the value does not fit. */
  @Nullable Object value(Yaml node, String path, Class<?> type, String example) {
    Yaml.Scalar s = node instanceof Yaml.Scalar scalar ? scalar : null;
    if (type == String.class) {
      return text(node, s, path, example);
    } else if (type == boolean.class || type == Boolean.class) {
      return truth(node, s, path);
    } else if (type == int.class || type == Integer.class) {
      Long n = whole(node, s, path, Integer.MAX_VALUE);
      return n == null ? null : (Object) n.intValue();
    } else if (type == long.class || type == Long.class) {
      return whole(node, s, path, Long.MAX_VALUE);
    } else if (type == double.class || type == Double.class) {
      return real(node, s, path);
    } else if (type.isEnum()) {
      return constant(node, s, path, type.getEnumConstants());
    }
    throw new IllegalStateException("cannot bind " + path + " to " + type);
  }

  /** Says that something else was wanted, without showing what stands there: it may be a key. */
  void wrong(Yaml node, String path, String wanted, @Nullable String suggestion) {
    String message = wanted + " is wanted, " + node.noun() + " found";
    problems.add(Code.E003, node.at(), path, message, suggestion);
  }

  private @Nullable String text(Yaml node, Yaml.@Nullable Scalar s, String path, String example) {
    if (s != null && s.type() == Type.TEXT) {
      return s.text();
    }
    String quotes = s != null && s.type() != Type.NULL ? "put it in quotes" : null;
    wrong(node, path, "text", example.isEmpty() ? quotes : "for example `" + example + "`");
    return null;
  }

  private @Nullable Boolean truth(Yaml node, Yaml.@Nullable Scalar s, String path) {
    if (s != null && s.type() == Type.BOOL) {
      return s.text().equalsIgnoreCase("true");
    }
    String word = s == null ? "" : Suggest.fold(s.text());
    String meant = YES.contains(word) ? "write `true`" : NO.contains(word) ? "write `false`" : null;
    wrong(node, path, "true or false", meant);
    return null;
  }

  private @Nullable Long whole(Yaml node, Yaml.@Nullable Scalar s, String path, long max) {
    BigInteger n = s != null && s.type() == Type.INT ? s.integer() : null;
    if (n == null) {
      wrong(node, path, "a whole number", unquote(s));
      return null;
    }
    if (n.bitLength() > 63 || n.longValue() > max || n.longValue() < -max - 1) {
      problems.add(Code.E003, node.at(), path, "the number is too large", "at most " + max);
      return null;
    }
    return n.longValue();
  }

  private @Nullable Double real(Yaml node, Yaml.@Nullable Scalar s, String path) {
    BigDecimal n =
        s != null && (s.type() == Type.INT || s.type() == Type.FLOAT) ? s.decimal() : null;
    if (n == null) {
      wrong(node, path, "a number", unquote(s));
      return null;
    }
    return n.doubleValue();
  }

  private @Nullable Object constant(
      Yaml node, Yaml.@Nullable Scalar s, String path, Object[] constants) {
    var byLabel = new LinkedHashMap<String, Object>();
    for (Object constant : constants) {
      byLabel.put(label((Enum<?>) constant), constant);
    }
    if (s == null || s.type() == Type.NULL) {
      wrong(node, path, "one word", Suggest.among("", byLabel.keySet()));
      return null;
    }
    for (var entry : byLabel.entrySet()) {
      if (entry.getKey().replace('_', '-').equals(s.text().replace('_', '-'))) {
        return entry.getValue();
      }
    }
    String message = "`" + Suggest.shortened(s.text()) + "` is not known here";
    String suggestion = Suggest.among(s.text(), byLabel.keySet());
    problems.add(Code.E003, node.at(), path, message, suggestion);
    return null;
  }

  private static String label(Enum<?> constant) {
    String text = constant.toString();
    return text.equals(constant.name()) ? Suggest.fold(text) : text;
  }

  private static @Nullable String unquote(Yaml.@Nullable Scalar s) {
    boolean quoted = s != null && s.type() == Type.TEXT && s.decimal() != null;
    return quoted ? "remove the quotes" : null;
  }
}
