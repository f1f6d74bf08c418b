package io.keeptrusts.gateway.policy.kind.quality;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.keeptrusts.gateway.policy.kind.quality.QualityScorer.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * What the types of assertions do. Expressions run in linear time (RE2: no look-around, no
 * back-references).
 */
final class Scorers {
  private Scorers() {}

  /**
   * @param key where the assertion stands, for messages
   * @throws IllegalArgumentException names the key of a value that does not fit the type
   */
  static Scorer of(String key, Assertion assertion, Config config) {
    Value value = new Value(key + ".value", assertion.type(), assertion.value());
    boolean folds =
        assertion.type().ignoresCase() || Boolean.FALSE.equals(assertion.caseSensitive());
    return switch (assertion.type().base()) {
      case CONTAINS, ICONTAINS -> {
        String wanted = fold(value.text(), folds);
        yield holds(text -> fold(text, folds).contains(wanted));
      }
      case CONTAINS_ALL, ICONTAINS_ALL -> {
        List<String> wanted = fold(value.texts(), folds);
        yield holds(text -> wanted.stream().allMatch(fold(text, folds)::contains));
      }
      case CONTAINS_ANY, ICONTAINS_ANY -> {
        List<String> wanted = fold(value.texts(), folds);
        yield holds(text -> wanted.stream().anyMatch(fold(text, folds)::contains));
      }
      case STARTS_WITH -> {
        String wanted = fold(value.text(), folds);
        yield holds(text -> fold(text, folds).stripLeading().startsWith(wanted));
      }
      case ENDS_WITH -> {
        String wanted = fold(value.text(), folds);
        yield holds(text -> fold(text, folds).stripTrailing().endsWith(wanted));
      }
      case EQUALS -> {
        String wanted = fold(value.text(), folds).strip();
        yield holds(text -> fold(text, folds).strip().equals(wanted));
      }
      case REGEX -> {
        Pattern wanted = pattern(key, value.text(), folds);
        yield holds(text -> wanted.matcher(text).find());
      }
      case IS_JSON -> {
        JsonForm form = value.isAbsent() ? JsonForm.ANY : JsonForm.of(key, value.json());
        yield holds(form::isAll);
      }
      case CONTAINS_JSON -> {
        JsonForm form = value.isAbsent() ? JsonForm.ANY : JsonForm.of(key, value.json());
        yield holds(form::isInside);
      }
      case JSON_SCHEMA -> {
        JsonForm form = JsonForm.of(key, value.json());
        yield holds(form::isAll);
      }
      case MIN_LENGTH -> {
        int least = value.number();
        yield holds(text -> text.strip().length() >= least);
      }
      case MAX_LENGTH -> {
        int most = value.number();
        yield holds(text -> text.strip().length() <= most);
      }
      case WORD_COUNT -> {
        Value.Range range = value.range();
        yield holds(text -> range.holds(Words.of(text).size()));
      }
      case SENTENCE_COUNT -> {
        Value.Range range = value.range();
        yield holds(text -> range.holds(Words.sentences(text).size()));
      }
      case IS_REFUSAL -> {
        value.none();
        yield holds(Refusal::isOne);
      }
      case SIMILAR -> like(value.references(), folds, Likeness::cosine);
      case LEVENSHTEIN -> like(value.references(), folds, Likeness::levenshtein);
      case ROUGE_1 -> like(value.references(), folds, Likeness::rouge1);
      case ROUGE_L -> like(value.references(), folds, Likeness::rougeL);
      case BLEU -> like(value.references(), folds, Likeness::bleu);
      case LLM_RUBRIC, MODEL_GRADED_CLOSEDQA, FACTUALITY, ANSWER_RELEVANCE, CONTEXT_FAITHFULNESS ->
          Rubric.of(key, assertion, value, config.providers());
      case NOT_CONTAINS,
          NOT_ICONTAINS,
          NOT_CONTAINS_ALL,
          NOT_CONTAINS_ANY,
          NOT_ICONTAINS_ANY,
          NOT_STARTS_WITH,
          NOT_ENDS_WITH,
          NOT_EQUALS,
          NOT_REGEX,
          NOT_IS_JSON,
          NOT_CONTAINS_JSON,
          NOT_IS_REFUSAL,
          MODEL_GRADED_FACTUALITY ->
          throw new IllegalStateException("not a base: " + assertion.type());
    };
  }

  private static Pattern pattern(String key, String expression, boolean folds) {
    try {
      return Expressions.compile(expression, folds ? Pattern.CASE_INSENSITIVE : 0);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          key
              + ".value: is no expression of RE2 (no look-around, no back-references): "
              + e.getDescription(),
          e);
    }
  }

  private static Scorer holds(Predicate<String> test) {
    return (subject, judge) -> OptionalDouble.of(test.test(subject.text()) ? 1 : 0);
  }

  /** The likeness to the reference that is nearest. */
  private static Scorer like(List<String> references, boolean folds, Likeness measure) {
    List<String> wanted = fold(references, folds);
    ToDoubleFunction<String> best =
        text ->
            wanted.stream()
                .mapToDouble(reference -> measure.of(fold(text, folds), reference))
                .max()
                .orElse(0);
    return (subject, judge) -> OptionalDouble.of(best.applyAsDouble(subject.text()));
  }

  private static List<String> fold(List<String> texts, boolean folds) {
    return texts.stream().map(text -> fold(text, folds)).toList();
  }

  private static String fold(String text, boolean folds) {
    return folds ? text.toLowerCase(Locale.ROOT) : text;
  }

  /** The value of an assertion in the form that its type wants. */
  record Value(String key, AssertionType type, @org.jspecify.annotations.Nullable JsonNode node) {

    /** How many are wanted; both ends belong to it. */
    record Range(long least, long most) {
      boolean holds(long count) {
        return count >= least && count <= most;
      }
    }

    boolean isAbsent() {
      return node == null || node.isNull();
    }

    void none() {
      if (!isAbsent()) {
        throw new IllegalArgumentException(key + ": `" + type + "` takes no value");
      }
    }

    JsonNode json() {
      if (node == null || node.isNull()) {
        throw wants("a JSON schema");
      }
      return node;
    }

    String text() {
      if (node == null || !node.isTextual() || node.asText().isEmpty()) {
        throw wants("a text");
      }
      return node.asText();
    }

    List<String> texts() {
      List<String> texts = new ArrayList<>();
      if (node != null && node.isArray()) {
        node.forEach(item -> texts.add(item.isTextual() ? item.asText() : ""));
      }
      if (texts.isEmpty() || texts.contains("")) {
        throw wants("a list of texts");
      }
      return List.copyOf(texts);
    }

    List<String> references() {
      return node != null && node.isArray() ? texts() : List.of(text());
    }

    int number() {
      if (node == null
          || !node.isIntegralNumber()
          || !node.canConvertToInt()
          || node.intValue() < 0) {
        throw wants("a number of characters");
      }
      return node.intValue();
    }

    Range range() {
      if (node != null && node.isIntegralNumber() && node.canConvertToInt()) {
        return new Range(node.intValue(), node.intValue());
      }
      if (node == null || !node.isObject() || node.isEmpty()) {
        throw wants("a number, or `min` and `max`");
      }
      node.properties()
          .forEach(
              member -> {
                boolean known = member.getKey().equals("min") || member.getKey().equals("max");
                if (!known || !member.getValue().isIntegralNumber()) {
                  throw wants("a number, or `min` and `max`");
                }
              });
      return new Range(
          node.path("min").asLong(0), node.has("max") ? node.get("max").asLong() : Long.MAX_VALUE);
    }

    private IllegalArgumentException wants(String what) {
      return new IllegalArgumentException(key + ": `" + type + "` wants " + what);
    }
  }
}
