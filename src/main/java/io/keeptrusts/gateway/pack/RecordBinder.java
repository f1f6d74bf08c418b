package io.keeptrusts.gateway.pack;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.pack.PackDocument.SecretKeyRef;
import io.keeptrusts.gateway.pack.Problem.Code;
import io.keeptrusts.gateway.policy.SecretRef;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Strict binding of a YAML tree to records. A component {@code minAggregate} is the key {@code
 * min_aggregate}; it may be a String, int, long, double, boolean or their boxes, an enum (by its
 * {@code toString}, or its name in lower case; kebab and snake are the same), a {@link SecretRef},
 * a record, a List, Set or Map of these, or a JsonNode, which takes whatever stands there. Nothing
 * is converted: a number is no text, text is no number.
 *
 * <p>An absent key is null; for a primitive, or where {@link Key} says so, it is a problem. All
 * problems are collected; messages never hold a value, but for misspelt enum names. Other component
 * types are a programmer's error and throw.
 */
final class RecordBinder {
  private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

  private final Problems problems;
  private final ScalarBinder scalars;
  private final Secrets secrets;

  /** With an environment in which no secret is set. */
  RecordBinder(Problems problems) {
    this(problems, new Secrets(Map.of(), null));
  }

  RecordBinder(Problems problems, Secrets secrets) {
    this.problems = problems;
    this.secrets = secrets;
    this.scalars = new ScalarBinder(problems);
  }

  /** Null if anything in it is wrong. */
  <R extends Record> @Nullable R bind(Yaml.Mapping node, String path, Class<R> type) {
    return bind(node, path, type, Set.of());
  }

  /** As above; {@code also} are keys that the caller reads itself. */
  <R extends Record> @Nullable R bind(
      Yaml.Mapping node, String path, Class<R> type, Set<String> also) {
    int before = problems.errors();
    var valid = new LinkedHashSet<>(keys(type));
    valid.addAll(also);
    checkKeys(node, path, valid);
    RecordComponent[] components = type.getRecordComponents();
    @Nullable Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] = component(node, path, components[i]);
    }
    return problems.errors() > before ? null : create(node, path, type, values);
  }

  /** The keys of a record, in order. */
  static Set<String> keys(Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents())
        .filter(component -> !isDerived(component))
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
    if (isDerived(component)) {
      return null;
    }
    if (value != null) {
      return value(
          value, inner(path, key), component.getGenericType(), wish == null ? "" : wish.example());
    }
    if (component.getType().isPrimitive() || wish != null && wish.required()) {
      problems.add(
          Code.E006, node.at(), inner(path, key), "`" + key + "` is missing", example(wish));
    }
    return null;
  }

  /** Null if the value does not fit. */
  @Nullable Object value(Yaml node, String path, java.lang.reflect.Type type) {
    return value(node, path, type, "");
  }

  private @Nullable Object value(
      Yaml node, String path, java.lang.reflect.Type type, String example) {
    return switch (type) {
      case ParameterizedType p when p.getRawType() == Map.class ->
          map(node, path, p.getActualTypeArguments()[1]);
      case ParameterizedType p when p.getRawType() == Set.class -> {
        List<Object> items = list(node, path, p.getActualTypeArguments()[0]);
        yield items == null ? null : Collections.unmodifiableSet(new LinkedHashSet<>(items));
      }
      case ParameterizedType p when p.getRawType() == List.class ->
          list(node, path, p.getActualTypeArguments()[0]);
      case Class<?> c when c == SecretRef.class -> secret(node, path);
      case Class<?> c when c == JsonNode.class -> ConfigView.tree(node);
      case Class<?> c when c.isRecord() -> record(node, path, c.asSubclass(Record.class));
      case Class<?> c -> scalars.value(node, path, c, example);
      default -> throw new IllegalStateException("cannot bind " + path + " to " + type);
    };
  }

  private <R extends Record> @Nullable R record(Yaml node, String path, Class<R> type) {
    if (!(node instanceof Yaml.Mapping mapping)) {
      scalars.wrong(node, path, "a mapping", "keys: " + String.join(", ", keys(type)));
      return null;
    }
    return bind(mapping, path, type);
  }

  /** A secret that is not there is no error: a pack is also read where it does not run. */
  private @Nullable SecretRef secret(Yaml node, String path) {
    SecretKeyRef ref = record(node, path, SecretKeyRef.class);
    if (ref == null) {
      return null;
    }
    String name = ref.env() == null ? ref.store() : ref.env();
    if (name == null || ref.env() != null && ref.store() != null) {
      problems.add(Code.E003, node.at(), path, "exactly one of `env` and `store` is wanted");
      return null;
    }
    return switch (secrets.resolve(ref)) {
      case Secret.Present(String value) -> new SecretRef(name, value);
      case Secret.Missing(String what) -> {
        problems.add(Code.W110, node.at(), path, what, "provide it where the gateway runs");
        yield new SecretRef(name, null);
      }
      case Secret.None() -> new SecretRef(name, null);
    };
  }

  private @Nullable List<Object> list(Yaml node, String path, java.lang.reflect.Type element) {
    if (!(node instanceof Yaml.Sequence sequence)) {
      scalars.wrong(node, path, "a list", "write it as `[a, b]` or in lines that begin with `- `");
      return null;
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

  private @Nullable Map<String, Object> map(
      Yaml node, String path, java.lang.reflect.Type element) {
    if (!(node instanceof Yaml.Mapping mapping)) {
      scalars.wrong(node, path, "a mapping", null);
      return null;
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

  private <R extends Record> @Nullable R create(
      Yaml.Mapping node, String path, Class<R> type, @Nullable Object[] values) {
    try {
      Class<?>[] types =
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new);
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

  private static boolean isDerived(RecordComponent component) {
    Key wish = component.getAnnotation(Key.class);
    return wish != null && wish.derived();
  }

  private static String key(RecordComponent component) {
    return HUMP.matcher(component.getName()).replaceAll("_").toLowerCase(Locale.ROOT);
  }
}
