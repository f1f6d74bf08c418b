package io.keeptrusts.gateway.pack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A pack's tree as JSON for operators. Every value under a key that sounds like a secret is masked,
 * nested ones too, known or not; {@code secret_key_ref} stays, as it only names one.
 */
final class ConfigView {

  private static final String MASK = "***";
  private static final List<String> SECRET = List.of("key", "secret", "token", "password");

  /** Keys that sound like a secret and hold none. */
  private static final Set<String> HARMLESS = Set.of("secret_key_ref", "per_key");

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ConfigView() {}

  static String json(Yaml.Mapping root) {
    return view(root, false).toString();
  }

  /** A part of a pack as it stands there. */
  static JsonNode tree(Yaml node) {
    return switch (node) {
      case Yaml.Mapping mapping -> {
        ObjectNode object = JSON.objectNode();
        mapping.fields().forEach((key, field) -> object.set(key, tree(field.value())));
        yield object;
      }
      case Yaml.Sequence sequence -> {
        ArrayNode array = JSON.arrayNode();
        sequence.items().forEach(item -> array.add(tree(item)));
        yield array;
      }
      case Yaml.Scalar scalar -> scalar(scalar);
    };
  }

  private static JsonNode view(Yaml node, boolean masked) {
    return switch (node) {
      case Yaml.Mapping mapping -> {
        ObjectNode object = JSON.objectNode();
        mapping
            .fields()
            .forEach((key, field) -> object.set(key, view(field.value(), masked || isSecret(key))));
        yield object;
      }
      case Yaml.Sequence sequence -> {
        ArrayNode array = JSON.arrayNode();
        sequence.items().forEach(item -> array.add(view(item, masked)));
        yield array;
      }
      case Yaml.Scalar scalar -> masked ? JSON.textNode(MASK) : scalar(scalar);
    };
  }

  private static JsonNode scalar(Yaml.Scalar s) {
    return switch (s.type()) {
      case TEXT -> JSON.textNode(s.text());
      case BOOL -> JSON.booleanNode(s.text().equalsIgnoreCase("true"));
      case NULL -> JSON.nullNode();
      case INT -> {
        BigInteger n = s.integer();
        yield n == null ? JSON.textNode(s.text()) : JSON.numberNode(n);
      }
      case FLOAT -> {
        BigDecimal n = s.decimal();
        yield n == null ? JSON.textNode(s.text()) : JSON.numberNode(n);
      }
    };
  }

  private static boolean isSecret(String key) {
    String lower = key.toLowerCase(Locale.ROOT);
    return !HARMLESS.contains(lower) && SECRET.stream().anyMatch(lower::contains);
  }
}
