package io.keeptrusts.gateway.policy.kind.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.PromptTexts;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind.Mode;
import io.keeptrusts.gateway.policy.kind.language.LanguageValidator.Config;
import io.keeptrusts.gateway.policy.kind.language.LanguageValidator.Side;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every key of language-validator acts, and what leaves doubt passes. */
class LanguageValidatorTest {
  private static final String ENGLISH =
      "Could you please tell me when the next train to the city leaves?";
  private static final String GERMAN =
      "Kannst du mir bitte sagen, wann der nächste Zug in die Stadt abfährt?";
  private static final String RUSSIAN =
      "Скажите, пожалуйста, когда отходит следующий поезд в город?";

  private static Prompt prompt(String role, String text) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putArray("messages").addObject().put("role", role).put("content", text);
    return new Prompt("m", true, true, body, PromptTexts.segments(body));
  }

  private static Config allow(String... codes) {
    return new Config(List.of(codes), null, null, null, null);
  }

  private static Config deny(String... codes) {
    return new Config(null, List.of(codes), null, null, null);
  }

  private static Verdict.OnPrompt check(Config config, String role, String text) {
    Policy policy = new LanguageValidator().compile(config);
    return Objects.requireNonNull(policy.prompt())
        .check(prompt(role, text), new Caller("127.0.0.1", ""));
  }

  private static boolean passes(Config config, String text) {
    return check(config, "user", text).equals(Verdict.ALLOW);
  }

  @Test
  void onlyAllowedLanguagesPass() {
    assertThat(passes(allow("en"), ENGLISH)).isTrue();
    assertThat(passes(allow("en"), GERMAN)).isFalse();
    assertThat(passes(allow("en", "DE"), GERMAN)).isTrue();
    assertThat(passes(allow("en"), RUSSIAN)).isFalse();
  }

  @Test
  void deniedLanguagesDoNotPassAlsoIfAllowed() {
    assertThat(passes(deny("ru"), RUSSIAN)).isFalse();
    assertThat(passes(deny("ru"), ENGLISH)).isTrue();
    assertThat(passes(new Config(List.of("ru", "en"), List.of("ru"), null, null, null), RUSSIAN))
        .isFalse();
  }

  @Test
  void whatIsLessCertainThanAskedPasses() {
    assertThat(passes(new Config(List.of("en"), null, 0.97, null, null), GERMAN)).isTrue();
    assertThat(passes(new Config(List.of("en"), null, 0.3, null, null), GERMAN)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "12345",
        "ok",
        "Merci!",
        "https://beispiel.de/eine/lange/adresse/mit/vielen/worten",
        "Giovanni Bianchi, François Dupont, Jürgen Schäfer, Anna",
        "```\nwenn das nicht so ist dann muss man es eben anders machen und noch einmal\n```",
        "`wenn das nicht so ist dann muss man es eben anders machen`",
        "x_1 = foo(bar[2]); return y + 3;",
        "😀😀😀",
        "qxzv wkrt plmn bvcx zzkq",
      })
  void whatIsShortOrNoProsePasses(String text) {
    assertThat(passes(allow("en"), text)).as(text).isTrue();
  }

  @Test
  void oneLanguageCannotHideInAnother() {
    String padded =
        (ENGLISH + " ").repeat(60) + (GERMAN + " ").repeat(40) + (ENGLISH + " ").repeat(60);

    assertThat(passes(allow("en"), padded)).isFalse();
    assertThat(passes(allow("en"), (ENGLISH + " ").repeat(160))).isTrue();
  }

  @Test
  void proseAroundCodeIsProse() {
    assertThat(passes(allow("en"), GERMAN + "\n```java\nint x = 1;\n```\n")).isFalse();
    assertThat(passes(allow("en"), ENGLISH + "\n```\n" + GERMAN + "\n```\n" + ENGLISH)).isTrue();
  }

  @Test
  void theUsersWordsAreJudgedNotTheOperators() {
    assertThat(check(allow("en"), "system", GERMAN)).isEqualTo(Verdict.ALLOW);
    assertThat(check(allow("en"), "user", GERMAN)).isInstanceOf(Verdict.Block.class);
  }

  @Test
  void theActionIsBlockOrEscalate() {
    Config escalate = new Config(List.of("en"), null, null, Action.ESCALATE, null);

    assertThat(check(escalate, "user", GERMAN))
        .isEqualTo(new Verdict.Escalate("language_validator.language"));
    assertThat(check(allow("en"), "user", GERMAN))
        .extracting(verdict -> ((Verdict.Block) verdict).message())
        .asString()
        .doesNotContain("Zug");
  }

  @Test
  void oneSideOrBothAreLookedAt() {
    assertThat(sides(null)).containsExactly(true, true);
    assertThat(sides(Side.BOTH)).containsExactly(true, true);
    assertThat(sides(Side.INPUT)).containsExactly(true, false);
    assertThat(sides(Side.OUTPUT)).containsExactly(false, true);
    assertThat(new LanguageValidator().mode()).isEqualTo(Mode.BUFFERED);
    assertThat(new LanguageValidator().supports(Mode.REALTIME)).isFalse();
  }

  private static List<Boolean> sides(@Nullable Side side) {
    Policy policy =
        new LanguageValidator().compile(new Config(List.of("en"), null, null, null, side));
    return List.of(policy.prompt() != null, policy.answer() != null);
  }

  @Test
  void languagesThatATextDoesNotTellApartAreOne() {
    String bosnian = "Možeš li mi reći kada polazi sljedeći voz za grad i koliko to košta?";

    assertThat(passes(allow("bs"), bosnian)).isTrue();
    assertThat(passes(allow("sr"), bosnian)).isTrue();
    assertThat(passes(deny("hr"), bosnian)).isFalse();
    assertThat(passes(allow("nb"), "Kan du si meg når neste tog til byen går fra stasjonen?"))
        .isTrue();
  }

  @Test
  void whatIsWrongIsRefusedWithItsReason() {
    refused(() -> allow("en", "xx"), "allowed_languages[1]: is no language that can be told");
    refused(() -> deny("english"), "denied_languages[0]: is no language that can be told");
    refused(() -> new Config(null, null, 1.1, null, null), "min_confidence: must be between");
    refused(
        () -> new Config(null, null, Double.NaN, null, null), "min_confidence: must be between");
    refused(() -> new Config(null, null, null, Action.REDACT, null), "action: must be block");
  }

  private static void refused(Runnable config, String message) {
    assertThatThrownBy(config::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void settingsThatDoLessThanTheySeemToAreWarnedOf() {
    LanguageValidator kind = new LanguageValidator();

    assertThat(kind.warnings(new Config(null, null, null, null, null)))
        .singleElement()
        .asString()
        .startsWith("no language is limited");
    assertThat(kind.warnings(new Config(List.of("en", "de"), List.of("de"), null, null, null)))
        .singleElement()
        .asString()
        .contains("de: also denied");
    assertThat(kind.warnings(new Config(List.of("en"), List.of("en"), null, null, null)))
        .containsExactly(
            "allowed_languages: all are also denied, which wins: no language may pass");
    assertThat(kind.warnings(new Config(List.of("en"), List.of("de"), null, null, null)))
        .containsExactly("denied_languages[0]: has no effect, allowed_languages leaves it out");
    assertThat(kind.warnings(new Config(null, List.of("de"), null, null, null))).isEmpty();
    assertThat(kind.warnings(allow("en"))).isEmpty();
  }

  @Test
  void aHostileTextTakesNoLongerThanItsLength() {
    String ticks = "` ``` `` ".repeat(20_000);
    String letters = "a".repeat(200_000);
    String marks = "a" + "\u0301".repeat(200_000);

    org.junit.jupiter.api.Assertions.assertTimeout(
        java.time.Duration.ofSeconds(20),
        () -> List.of(ticks, letters, marks).forEach(text -> passes(allow("en"), text)));
  }

  @Test
  void anAnswerInAnotherLanguageIsHeldBackWhole() {
    String stream =
        """
        data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"%s"},"finish_reason":null}]}

        data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

        data: [DONE]

        """;
    String ask =
        "{\"model\":\"gpt-4o\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    try (FakeUpstream upstream =
            FakeUpstream.start()
                .reply(Reply.sse(stream.formatted(GERMAN)), Reply.sse(stream.formatted(ENGLISH)));
        TestGateway gateway =
            TestGateway.start(
                TestGateway.pack(
                    upstream.baseUrl(),
                    "language-validator",
                    "language-validator: {allowed_languages: [en]}"));
        RawClient client = RawClient.connect(gateway.url())) {
      String blocked = client.post("/v1/chat/completions", ask).readAll();
      int status = client.status();
      String passed = client.post("/v1/chat/completions", ask).readAll();

      assertThat(status).isEqualTo(409);
      assertThat(blocked)
          .contains("\"code\":\"output_blocked\"")
          .contains("\"policy\":\"language-validator\"")
          .doesNotContain("Zug");
      assertThat(passed).contains("next train").endsWith("data: [DONE]\n\n");
      assertThat(client.header("x-keeptrusts-stream")).contains("buffered; by=language-validator");
    }
  }
}
