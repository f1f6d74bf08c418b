package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.pack.Problem.Code;
import io.keeptrusts.gateway.pack.Yaml.Type;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Strict binding of a YAML tree to records. A component {@code minAggregate} is the key {@code min_aggregate}; it may be a
 * String, int, long, double, boolean or their boxes, an enum (by its {@code toString}, or its name in lower case; kebab and
 * snake are the same), a record, a List, Set or Map of these. Nothing is converted: a number is no text, text is no number.
 *
 * <p>An absent key is null; for a primitive, or where {@link Key} says so, it is a problem. All problems are collected;
 * messages never hold a value, but for misspelt enum names. Other component types are a programmer's error and throw.
 */
final class RecordBinder {

  private static final Set<String> YES = Set.of("yes", "on", "y");
  private static final Set<String> NO = Set.of("no", "off", "n");

  private final Problems problems;

  RecordBinder(Problems problems) {
    this.problems = problems;
  }

  /** Null if anything in it is wrong. */
  <R extends Record> @Nullable R bind(Yaml.Mapping node, String path, Class<R> type) {
    return bind(node, path, type, Set.of());
  }

  /** As above; {@code also} are keys that were taken off before and so are worth suggesting. */
  <R extends Record> @Nullable R bind(Yaml.Mapping node, String path, Class<R> type, Set<String> also) {
    int before = problems.errors();
    var valid = new LinkedHashSet<>(keys(type));
    valid.addAll(also);
    checkKeys(node, path, valid);
    RecordComponent[] components = type.getRecordComponents();
    var values = new @Nullable Object[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] = component(node, path, components[i]);
    }
    return problems.errors() > before ? null : create(node, path, type, values);
  }

  /** The keys of a record, in order. */
  static Set<String> keys(Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents())
        .map(RecordBinder::key)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Reports every key that is not valid. */
  void checkKeys(Yaml.Mapping node, String path, Set<String> valid) {
    node.fields()
        .forEach(
            (key, field) -> {
              if (!valid.contains(key)) {
                String shown = Suggest.shortened(key);
                problems.add(
                    Code.E002,
                    field.keyAt(),
                    inner(path, shown),
                    "unknown key `" + shown + "`",
                    Suggest.among(key, valid));
              }
            });
  }

  static String inner(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private @Nullable Object component(Yaml.Mapping node, String path, RecordComponent component) {
    String key = key(component);
    Yaml value = node.get(key);
    Key wish = component.getAnnotation(Key.class);
    if (value != null) {
      return value(value, inner(path, key), component.getGenericType(), wish == null ? "" : wish.example());
    }
    if (component.getType().isPrimitive() || wish != null && wish.required()) {
      problems.add(Code.E006, node.at(), inner(path, key), "`" + key + "` is missing", example(wish));
    }
    return null;
  }

  /** Null if the value does not fit. */
  @Nullable Object value(Yaml node, String path, java.lang.reflect.Type type) {
    return value(node, path, type, "");
  }

  private @Nullable Object value(Yaml node, String path, java.lang.reflect.Type type, String example) {
    return switch (type) {
      case ParameterizedType p when p.getRawType() == Map.class -> map(node, path, p.getActualTypeArguments()[1]);
      case ParameterizedType p when p.getRawType() == Set.class -> {
        List<Object> items = list(node, path, p.getActualTypeArguments()[0]);
        yield items == null ? null : Collections.unmodifiableSet(new LinkedHashSet<>(items));
      }
      case ParameterizedType p when p.getRawType() == List.class -> list(node, path, p.getActualTypeArguments()[0]);
      case Class<?> c when c.isRecord() ->
          node instanceof Yaml.Mapping m
              ? bind(m, path, c.asSubclass(Record.class))
              : wrong(node, path, "a mapping", "keys: " + String.join(", ", keys(c.asSubclass(Record.class))));
      case Class<?> c -> scalar(node, path, c, example);
      default -> throw new IllegalStateException("cannot bind " + path + " to " + type);
    };
  }

  private @Nullable List<Object> list(Yaml node, String path, java.lang.reflect.Type element) {
    if (!(node instanceof Yaml.Sequence sequence)) {
      return wrong(node, path, "a list", "write it as `[a, b]` or in lines that begin with `- `");
    }
    var items = new ArrayList<Object>();
    for (int i = 0; i < sequence.items().size(); i++) {
      Object item = value(sequence.items().get(i), path + "[" + i + "]", element);
      if (item != null) {
        items.add(item);
      }
    }
    return List.copyOf(items);
  }

  private @Nullable Map<String, Object> map(Yaml node, String path, java.lang.reflect.Type element) {
    if (!(node instanceof Yaml.Mapping mapping)) {
      return wrong(node, path, "a mapping", null);
    }
    var entries = new LinkedHashMap<String, Object>();
    mapping
        .fields()
        .forEach(
            (key, field) -> {
              Object value = value(field.value(), inner(path, key), element);
              if (value != null) {
                entries.put(key, value);
              }
            });
    return Collections.unmodifiableMap(entries);
  }

  private @Nullable Object scalar(Yaml node, String path, Class<?> type, String example) {
    Yaml.Scalar s = node instanceof Yaml.Scalar scalar ? scalar : null;
    String hint = example.isEmpty() ? null : "for example `" + example + "`";
    if (type == String.class) {
      boolean quotable = s != null && s.type() != Type.TEXT && s.type() != Type.NULL;
      return s != null && s.type() == Type.TEXT
          ? s.text()
          : wrong(node, path, "text", hint == null && quotable ? "put it in quotes" : hint);
    } else if (type == boolean.class || type == Boolean.class) {
      return s != null && s.type() == Type.BOOL
          ? (Object) s.text().equalsIgnoreCase("true")
          : wrong(node, path, "true or false", s == null ? null : trueOrFalse(Suggest.fold(s.text())));
    } else if (type == int.class || type == Integer.class) {
      return whole(node, s, path, Integer.MAX_VALUE) instanceof Long n ? (Object) n.intValue() : null;
    } else if (type == long.class || type == Long.class) {
      return whole(node, s, path, Long.MAX_VALUE);
    } else if (type == double.class || type == Double.class) {
      BigDecimal n = s != null && (s.type() == Type.INT || s.type() == Type.FLOAT) ? s.decimal() : null;
      return n == null ? wrong(node, path, "a number", unquote(s)) : (Object) n.doubleValue();
    } else if (type.isEnum()) {
      return constant(node, s, path, type.getEnumConstants());
    }
    throw new IllegalStateException("cannot bind " + path + " to " + type);
  }

  private @Nullable Long whole(Yaml node, Yaml.@Nullable Scalar s, String path, long max) {
    BigInteger n = s != null && s.type() == Type.INT ? s.integer() : null;
    if (n == null) {
      return wrong(node, path, "a whole number", unquote(s));
    }
    if (n.bitLength() > 63 || n.longValue() > max || n.longValue() < -max - 1) {
      problems.add(Code.E003, node.at(), path, "the number is too large", "at most " + max);
      return null;
    }
    return n.longValue();
  }

  private @Nullable Object constant(Yaml node, Yaml.@Nullable Scalar s, String path, Object[] constants) {
    var byLabel = new LinkedHashMap<String, Object>();
    for (Object constant : constants) {
      byLabel.put(label((Enum<?>) constant), constant);
    }
    List<String> labels = List.copyOf(byLabel.keySet());
    if (s == null || s.type() == Type.NULL) {
      return wrong(node, path, "one word", Suggest.among("", labels));
    }
    for (String label : labels) {
      if (label.replace('_', '-').equals(s.text().replace('_', '-'))) {
        return byLabel.get(label);
      }
    }
    String shown = Suggest.shortened(s.text());
    problems.add(Code.E003, node.at(), path, "`" + shown + "` is not known here", Suggest.among(s.text(), labels));
    return null;
  }

  private static String label(Enum<?> constant) {
    return constant.toString().equals(constant.name()) ? Suggest.fold(constant.name()) : constant.toString();
  }

  private static @Nullable String trueOrFalse(String word) {
    if (YES.contains(word) || word.equals("true")) {
      return "write `true`";
    }
    return NO.contains(word) || word.equals("false") ? "write `false`" : null;
  }

  private static @Nullable String unquote(Yaml.@Nullable Scalar s) {
    return s != null && s.type() == Type.TEXT && s.decimal() != null ? "remove the quotes" : null;
  }

  private <T> @Nullable T wrong(Yaml node, String path, String wanted, @Nullable String suggestion) {
    String found = node.noun().equals(wanted) ? "something else" : node.noun();
    problems.add(Code.E003, node.at(), path, wanted + " is wanted, " + found + " found", suggestion);
    return null;
  }

  private <R extends Record> @Nullable R create(Yaml.Mapping node, String path, Class<R> type, @Nullable Object[] values) {
    try {
      Class<?>[] types =
          Arrays.stream(type.getRecordComponents()).map(RecordComponent::getType).toArray(Class<?>[]::new);
      Constructor<R> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refusal) {
        problems.say(Code.E003, node, path, keys(type), String.valueOf(refusal.getMessage()), null);
        return null;
      }
      throw new IllegalStateException("cannot create " + type.getName(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot create " + type.getName(), e);
    }
  }

  private static @Nullable String example(@Nullable Key wish) {
    return wish == null || wish.example().isEmpty() ? null : "for example `" + wish.example() + "`";
  }

  private static String key(RecordComponent component) {
    return component.getName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(java.util.Locale.ROOT);
  }
}
