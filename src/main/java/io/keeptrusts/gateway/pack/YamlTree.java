package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.pack.Problem.Code;
import io.keeptrusts.gateway.pack.Yaml.At;
import io.keeptrusts.gateway.pack.Yaml.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.AnchorNode;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** One file's node graph, with aliases written out, as a tree. Used once. */
final class YamlTree {

  /**
   * What aliases may add to a document: enough for shared blocks, far too little for a "billion
   * laughs".
   */
  private static final int MAX_ALIASED = 10_000;

  private final String file;
  private final Problems problems;
  private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private int aliased;

  YamlTree(String file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /** Thrown where reading on makes no sense. */
  @SuppressWarnings("serial")
  static final class Refused extends RuntimeException {
    final transient At at;
    final String text;

    Refused(At at, String text) {
      super(text, null, false, false);
      this.at = at;
      this.text = text;
    }
  }

  Yaml of(Node root) {
    return of(root, null, "");
  }

  private Yaml of(Node node, @Nullable At key, String path) {
    At own = at(node);
    if (!seen.add(node) && ++aliased > MAX_ALIASED) {
      throw new Refused(own, "its aliases stand for more than " + MAX_ALIASED + " values");
    }
    if (!open.add(node)) {
      throw new Refused(own, "an alias stands inside the value it names");
    }
    try {
      At where = key == null ? own : key;
      return switch (node) {
        case MappingNode m -> mapping(tagged(m, Tag.MAP), where, path);
        case SequenceNode s -> sequence(tagged(s, Tag.SEQ), where, path);
        case ScalarNode s -> scalar(s, own, where);
        case AnchorNode a -> of(a.getRealNode(), key, path);
        default -> throw new Refused(own, "cannot be read");
      };
    } finally {
      open.remove(node);
    }
  }

  private Yaml.Mapping mapping(MappingNode node, At where, String path) {
    var fields = new LinkedHashMap<String, Yaml.Field>();
    for (NodeTuple tuple : node.getValue()) {
      At keyAt = at(tuple.getKeyNode());
      String key = key(tuple.getKeyNode(), keyAt);
      String inner = path.isEmpty() ? key : path + "." + key;
      var field = new Yaml.Field(keyAt, of(tuple.getValueNode(), keyAt, inner));
      Yaml.Field first = fields.putIfAbsent(key, field);
      if (first != null) {
        problems.add(
            Code.E004,
            keyAt,
            inner,
            "`" + key + "` stands here twice, first in line " + first.keyAt().line());
      }
    }
    return new Yaml.Mapping(where, Collections.unmodifiableMap(fields));
  }

  private Yaml.Sequence sequence(SequenceNode node, At where, String path) {
    var items = new ArrayList<Yaml>();
    for (Node item : node.getValue()) {
      items.add(of(item, null, path + "[" + items.size() + "]"));
    }
    return new Yaml.Sequence(where, List.copyOf(items));
  }

  private Yaml.Scalar scalar(ScalarNode node, At own, At where) {
    Type type = type(node, own);
    return new Yaml.Scalar(type == Type.NULL ? where : own, type, node.getValue());
  }

  private static Type type(ScalarNode node, At at) {
    Tag tag = node.getTag();
    if (tag.equals(Tag.STR)) {
      return Type.TEXT;
    } else if (tag.equals(Tag.INT)) {
      return Type.INT;
    } else if (tag.equals(Tag.FLOAT)) {
      return Type.FLOAT;
    } else if (tag.equals(Tag.BOOL)) {
      return Type.BOOL;
    } else if (tag.equals(Tag.NULL)) {
      return Type.NULL;
    }
    throw tagRefused(at);
  }

  private <N extends Node> N tagged(N node, Tag expected) {
    if (!node.getTag().equals(expected)) {
      throw tagRefused(at(node));
    }
    return node;
  }

  /** Does not say which: a key may begin with an exclamation mark. */
  private static Refused tagRefused(At at) {
    return new Refused(at, "a tag is not supported: remove it");
  }

  private static String key(Node node, At at) {
    if (!(node instanceof ScalarNode scalar) || type(scalar, at) == Type.NULL) {
      throw new Refused(at, "a key must be a text");
    }
    if (scalar.isPlain() && scalar.getValue().equals("<<")) {
      throw new Refused(
          at, "the merge key `<<` is not supported: write the keys out, or layer a second file");
    }
    return scalar.getValue();
  }

  private At at(Node node) {
    return new At(file, node.getStartMark().getLine() + 1, node.getStartMark().getColumn() + 1);
  }
}
