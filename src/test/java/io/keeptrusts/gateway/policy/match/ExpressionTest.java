package io.keeptrusts.gateway.policy.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What expressions mean, and what is refused with which words. */
class ExpressionTest {
  @ParameterizedTest
  @MethodSource("meanings")
  void anExpressionMatchesAllOfItsTextsAndNoOther(
      String body, List<String> matching, List<String> others) {
    Matcher matcher = Matcher.compile(List.of(Rule.of("R", body)));
    assertThat(matching).allSatisfy(text -> assertThat(wholly(matcher, text)).as(text).isTrue());
    assertThat(others).allSatisfy(text -> assertThat(wholly(matcher, text)).as(text).isFalse());
  }

  static Stream<Arguments> meanings() {
    return Stream.of(
        meaning(
            "a.c", List.of("abc", "a c", "a\rc", "a\uD83D\uDE00c"), List.of("a\nc", "ac", "abbc")),
        meaning("(?s)a.c", List.of("a\nc", "abc"), List.of("ac")),
        meaning("a(?s:.)c.", List.of("a\ncx"), List.of("a\nc\n")),
        meaning("\\n\\t\\r\\f\\\\\\.\\/\\-", List.of("\n\t\r\f\\./-"), List.of("n")),
        meaning(
            "\\x41\\u0042\\x{43}\\x{1F600}",
            List.of("ABC\uD83D\uDE00"),
            List.of("abc\uD83D\uDE00")),
        meaning("[a-c\\-x^]", List.of("a", "b", "c", "-", "x", "^"), List.of("d", "\\")),
        meaning("[]a]", List.of("]", "a"), List.of("b")),
        meaning("[^]a]", List.of("b"), List.of("]", "a")),
        meaning("[a-]", List.of("a", "-"), List.of("b")),
        meaning("[\\w-]", List.of("a", "-", "_"), List.of("+")),
        meaning("[a-\\d]", List.of("a", "-", "7"), List.of("b")),
        meaning("[^\\d\\s]", List.of("a", "-"), List.of("7", " ", "\n")),
        meaning("[\\W_]", List.of("_", "-", "\u4E2D"), List.of("a", "0")),
        meaning("\\d\\D\\w\\W\\s\\S", List.of("1a_- x"), List.of("aa_- x", "11_- x")),
        meaning("ab?c*d+", List.of("ad", "abd", "abccdd"), List.of("abc", "abbd")),
        meaning(
            "a{2}b{1,2}c{2,}x{0}",
            List.of("aabcc", "aabbccc"), List.of("abcc", "aabbbcc", "aabc", "aabccx")),
        meaning("a+?b*?c??", List.of("a", "aa", "ab", "abc"), List.of("b", "acc")),
        meaning("a{b{,2}", List.of("a{b{,2}"), List.of("ab")),
        meaning("(a|bc)(?:d|)(?<name>e)(?P<n>f)", List.of("aef", "bcdef"), List.of("adf", "abcef")),
        meaning("(?:(?:a|b)c){2}", List.of("acbc"), List.of("ac", "acbcac")),
        meaning("(a?){3}b", List.of("b", "aaab"), List.of("aaaab")),
        meaning("(a*)*b", List.of("b", "aaab"), List.of("aaa")),
        meaning("(?i)aB[c-d]", List.of("ABC", "abD"), List.of("abe")),
        meaning("a(?i:b)c", List.of("abc", "aBc"), List.of("Abc", "abC")),
        meaning("(?i)a(?-i)b", List.of("Ab", "ab"), List.of("aB")),
        meaning("(?:x(?i)a)b", List.of("xAb"), List.of("xAB", "XAb")),
        meaning("(?i)[^a]", List.of("b", "B"), List.of("a", "A")),
        meaning("(?i)straße\\u0416", List.of("STRAßE\u0436"), List.of("strasse\u0436")),
        meaning(
            "\\p{L}\\p{Lu}\\pN\\P{L}\\p{Ll}",
            List.of("aA7-b", "\u4E2DB\u2167-b"),
            List.of("1A7-b", "aa7-b")),
        meaning("\u0430\u2014\uFF11", List.of("a-1", "\uFF41-\u0661"), List.of("b-1")),
        meaning("[\u0430-\u0432]", List.of("a", "\u0431", "\u0432"), List.of("b", "\u0434")),
        meaning("a\u200Bb", List.of("ab", "a\u00ADb"), List.of("a b")));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void whatCannotRunOnAStreamIsRefusedWithAnAdvice(
      Rule rule, String part, int offset, String reason) {
    RuleException e =
        catchThrowableOfType(
            RuleException.class, () -> Matcher.compile(List.of(Rule.of("OTHER", "x"), rule)));

    assertThat(e).as("%s", rule).isNotNull();
    assertThat(e.rule()).isEqualTo(1);
    assertThat(e.part()).isEqualTo(part);
    assertThat(e.offset()).isEqualTo(offset);
    assertThat(e.reason()).contains(reason).endsWith(".");
    assertThat(e).hasMessage("rule 1, " + part + " at " + offset + ": " + e.reason());
  }

  static Stream<Arguments> refusals() {
    Rule any = Rule.of("R", "a");
    return Stream.of(
        body("ab(?=c)", 2, "put one character class into the right condition"),
        body("ab(?!c)", 2, "put one character class into the right condition"),
        body("(?<=a)b", 0, "put what stands before into the left context"),
        body("(?<!a)b", 0, "put what stands before into the left context"),
        body("(?>a)b", 0, "write (?:...)"),
        body("(?x)a", 0, "Only the flags i and s are known"),
        body("(?i", 0, "not closed"),
        body("(a)\\1", 3, "Back-references cannot run in linear time"),
        body("a\\b", 1, "use left (?:^|\\W) and right \\W|$ instead"),
        body("\\Ba", 0, "Word boundaries"),
        body("a^", 1, "^ belongs to the left context"),
        body("a$", 1, "$ belongs to the right condition"),
        body("a*+b", 2, "drop the second +"),
        body("a{1,3}+b", 6, "drop the second +"),
        body("*a", 0, "Nothing stands here to repeat"),
        body("a|+", 2, "Nothing stands here to repeat"),
        body("(ab", 0, "add )"),
        body("ab)", 2, "closes no group"),
        body("a[bc", 1, "add ]"),
        body("[c-a]", 1, "swap its ends"),
        body("[[:alpha:]]", 1, "write the ranges"),
        body("[a&&b]", 2, "write the ranges"),
        body("[^\\s\\S]", 0, "holds no character"),
        body("[\u200B]", 0, "holds no character"),
        body("a{3,2}", 1, "swap them"),
        body("a{30000}", 1, "more than 20000 times"),
        body("a\\", 1, "ends in a backslash"),
        body("\\xZZ", 0, "2 hexadecimal digits"),
        body("\\u12", 0, "4 hexadecimal digits"),
        body("\\x{110000}", 0, "a code point"),
        body("\\q", 0, "This escape is not known"),
        body("\\p{Greek}", 0, "Of the properties"),
        body("(".repeat(300) + "a" + ")".repeat(300), 200, "200 deep"),
        body("a*", 0, "ask for at least one character"),
        body("", 0, "ask for at least one character"),
        body("(?:a|b?)", 0, "ask for at least one character"),
        body("(?:a{1000}){1000}", 0, "more than 20000 states"),
        body("a[\\s\\S]*b", 7, "would hold the text"),
        body("x[^;]+;", 5, "would hold the text"),
        body("x(?:\\w|\\s|[.,])+y", 15, "would hold the text"),
        Arguments.of(Rule.of("R", "x[\\s\\S]*").before("y"), "body", 7, "would hold the text"),
        Arguments.of(
            Rule.of("R", "a+").when(text -> true),
            "cap",
            0,
            "bound its repetitions or raise the cap"),
        Arguments.of(
            Rule.of("R", "a{5}").cap(4).when(text -> true),
            "cap",
            0,
            "may be longer than the cap of 4"),
        Arguments.of(any.cap(0), "cap", 0, "covers nothing"),
        Arguments.of(any.after("\\b"), "left", 0, "use left (?:^|\\W)"),
        Arguments.of(any.after("b$"), "left", 1, "$ belongs to the right condition"),
        Arguments.of(any.before("^"), "right", 0, "^ belongs to the left context"),
        Arguments.of(any.before("\\b"), "right", 0, "write \\W|$"),
        Arguments.of(any.before("bc"), "right", 0, "one class, $ or both"),
        Arguments.of(any.before("b*"), "right", 0, "one class, $ or both"),
        Arguments.of(any.before("b|(?:c|de)"), "right", 0, "one class, $ or both"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x[\\s\\S]*",
        "x(?:[\\s\\S]y?)*",
        "x[\\s\\S]{5,500}y",
        "x[^\\n]*y",
        "x\\S*y",
        "[\\s\\S]",
        "x[^a-z]*y",
      })
  void loopsThatAreCertainOrBoundedOrEndWithTheLineMayRun(String body) {
    assertThat(Matcher.compile(List.of(Rule.of("R", body))).size()).isEqualTo(1);
  }

  @Test
  void aSecretsRulesFileCompilesButForAFew() throws Exception {
    Path toml = Path.of(System.getProperty("shared.dir", "../shared"), "detect/pii/gitleaks.toml");
    assumeTrue(Files.isReadable(toml), "no " + toml);
    assertThat(PatternSet.secretRules(toml)).hasSizeGreaterThan(200);
  }

  @Test
  void noRulesMatchNothing() {
    assertThat(Feeding.whole(Matcher.compile(List.of()).open(), "abc")).isEmpty();
  }

  @Test
  void theMatcherKnowsItsRules() {
    Rule rule = Rule.of("R", "a");
    Matcher matcher = Matcher.compile(List.of(rule));
    assertThat(matcher.rule(0)).isSameAs(rule);
    assertThatThrownBy(() -> matcher.rule(1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static boolean wholly(Matcher matcher, String text) {
    return Feeding.whole(matcher.open(), text).contains(new Span(0, 0, text.length()));
  }

  private static Arguments meaning(String body, List<String> matching, List<String> others) {
    return Arguments.of(body, matching, others);
  }

  private static Arguments body(String expression, int offset, String reason) {
    return Arguments.of(Rule.of("R", expression), "body", offset, reason);
  }
}
