package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.pack.Problem.Code;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parts of the tree that are walked by hand, because each of their items is checked on its own. */
final class Sections {

  private Sections() {}

  /** The mapping under a key; null, with a problem where that is one, if there is none. */
  static Yaml.@Nullable Mapping mapping(
      Yaml.Mapping parent, String key, boolean required, Problems problems) {
    Yaml node = parent.get(key);
    if (node == null) {
      if (required) {
        problems.add(Code.E006, parent.at(), key, "`" + key + "` is missing");
      }
      return null;
    }
    return asMapping(node, key, problems);
  }

  /**
   * A key with nothing behind it counts as an empty mapping: {@code prompt-injection:} is how
   * defaults are asked for.
   */
  static Yaml.@Nullable Mapping asMapping(Yaml node, String path, Problems problems) {
    if (node instanceof Yaml.Mapping mapping) {
      return mapping;
    }
    if (node instanceof Yaml.Scalar s && s.type() == Yaml.Type.NULL) {
      return Yaml.Mapping.empty(s.at());
    }
    problems.add(Code.E003, node.at(), path, "a mapping is wanted, " + node.noun() + " found");
    return null;
  }

  /**
   * The items of the list under a key; empty, with a problem where that is one, if there is none.
   */
  static List<Yaml> items(
      Yaml.Mapping parent, String path, String key, boolean required, Problems problems) {
    String inner = path + "." + key;
    return switch (parent.get(key)) {
      case null -> {
        if (required) {
          problems.add(Code.E006, parent.at(), inner, "`" + key + "` is missing");
        }
        yield List.of();
      }
      case Yaml.Sequence sequence -> sequence.items();
      case Yaml other -> {
        problems.add(Code.E003, other.at(), inner, "a list is wanted, " + other.noun() + " found");
        yield List.of();
      }
    };
  }
}
