package io.keeptrusts.gateway.policy.kind.quality;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a text is JSON, or holds some, and fits a schema (JSON Schema, draft 2020-12 unless it
 * names another). Schemas refer to nothing outside of themselves, and their expressions run in
 * linear time. Thread-safe.
 */
final class JsonForm {
  static final JsonForm ANY = new JsonForm(null);

  /** Places in a text that are tried as the beginning of JSON. */
  private static final int TRIES = 64;

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final ObjectMapper PREFIX = new ObjectMapper();
  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          registry ->
              registry.schemaRegistryConfig(
                  SchemaRegistryConfig.builder()
                      .regularExpressionFactory(
                          expression -> {
                            Pattern pattern = Expressions.compile(expression, 0);
                            return text -> pattern.matcher(text).find();
                          })
                      .build()));

  private final @Nullable Schema schema;

  private JsonForm(@Nullable Schema schema) {
    this.schema = schema;
  }

  /**
   * @param value a schema, as a tree or as text
   * @throws IllegalArgumentException names {@code key.value}, if it is no schema
   */
  static JsonForm of(String key, JsonNode value) {
    try {
      // Read again from text: the pack's numbers are not those that a parser of JSON makes.
      JsonNode schema = JSON.readTree(value.isTextual() ? value.asText() : value.toString());
      if (!schema.isObject() && !schema.isBoolean()) {
        throw new IllegalArgumentException(key + ".value: is no JSON schema");
      }
      refuseOutside(key, schema);
      compileExpressions(schema);
      Schema compiled = SCHEMAS.getSchema(schema);
      compiled.initializeValidators();
      compiled.validate(JSON.createObjectNode());
      return new JsonForm(compiled);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(key + ".value: is not JSON", e);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          key + ".value: holds an expression that RE2 cannot run: " + e.getDescription(), e);
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(key + ".value: is no JSON schema", e);
    }
  }

  /** The library would write its refusal to the log. */
  private static void compileExpressions(JsonNode schema) {
    for (JsonNode expression : schema.findValues("pattern")) {
      if (expression.isTextual()) {
        Expressions.compile(expression.asText(), 0);
      }
    }
    for (JsonNode members : schema.findValues("patternProperties")) {
      members.propertyStream().forEach(member -> Expressions.compile(member.getKey(), 0));
    }
  }

  private static void refuseOutside(String key, JsonNode schema) {
    for (JsonNode reference : schema.findValues("$ref")) {
      if (reference.isTextual() && !reference.asText().startsWith("#")) {
        throw new IllegalArgumentException(
            key + ".value: `$ref` may point into the schema itself only, as in `#/$defs/item`");
      }
    }
  }

  /** The text as a whole. */
  boolean isAll(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      return !json.isMissingNode() && fits(json);
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /** Some object or array in the text. */
  boolean isInside(String text) {
    int tries = 0;
    for (int i = 0; i < text.length() && tries < TRIES; i++) {
      if (text.charAt(i) == '{' || text.charAt(i) == '[') {
        tries++;
        try (var parser = PREFIX.createParser(text.substring(i))) {
          JsonNode json = PREFIX.readTree(parser);
          if (json != null && fits(json)) {
            return true;
          }
        } catch (IOException e) {
          // Not here.
        }
      }
    }
    return false;
  }

  private boolean fits(JsonNode json) {
    return schema == null || schema.validate(json).isEmpty();
  }
}
