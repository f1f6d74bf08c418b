package io.keeptrusts.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Recording;
import io.keeptrusts.gateway.testing.Recordings;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What providers really said is heard by chat and over the bridge to Responses, and is the same.
 */
class RecordedAnswersTest {
  private static FakeUpstream upstream;
  private static TestGateway gateway;

  @BeforeAll
  static void start() {
    upstream = FakeUpstream.start();
    StringBuilder targets = new StringBuilder();
    for (String vendor :
        List.of("anthropic", "google", "groq", "mistral", "openai", "azure", "ollama", "vllm")) {
      // A path of its own leads over the bridge also where a provider speaks Responses.
      targets.append(
          "    - {id: %s, provider: %s, model: %s, base_url: \"%s\", secret_key_ref: {env: TEST_KEY}%s}\n"
              .formatted(
                  vendor,
                  vendor,
                  vendor.equals("google") ? "gemini-2.5-pro" : vendor,
                  upstream.baseUrl(),
                  List.of("anthropic", "google").contains(vendor)
                      ? ""
                      : ", path_template: /v1/chat"));
    }
    gateway =
        TestGateway.start(
            "pack: {name: recorded, version: 1.0.0}\nproviders:\n  targets:\n"
                + targets
                + "policies: {chain: []}\n");
  }

  @AfterAll
  static void stop() {
    gateway.close();
    upstream.close();
  }

  /** No client could ask for these over the bridge, or make sense of them in a chat. */
  private static final List<String> LEFT_OUT =
      List.of(
          "openai/dd-trace-py--chat.chat_completion_custom_tool_call.json",
          "openai/llm--chat.tools_streaming_variant_a.sse");

  /** Who is to be asked for it; empty: nobody. */
  private static String vendor(Recording row) {
    boolean chat = row.endpoint().endsWith("/chat/completions");
    return switch (row.family()) {
      case "anthropic" -> row.endpoint().endsWith("/messages") ? "anthropic" : "";
      case "gemini" -> row.endpoint().contains("enerateContent") ? "google" : "";
      case "ollama" -> row.endpoint().equals("/api/chat") ? "ollama" : chat ? "openai" : "";
      case "openai", "other" -> chat && !LEFT_OUT.contains(row.name()) ? "openai" : "";
      case "azure", "groq", "mistral", "vllm" -> chat ? row.family() : "";
      default -> "";
    };
  }

  private static Stage.Got ask(Door door, String vendor, Recording row) {
    String type = row.contentType().isEmpty() ? "application/x-ndjson" : row.contentType();
    Reply reply = Reply.of(200, Map.of("content-type", type), row.body());
    upstream.reply(reply);
    String model = vendor.equals("google") ? "gemini-2.5-pro" : vendor;
    try (RawClient client = RawClient.connect(gateway.url())) {
      String body = client.post(door.path(), door.ask(model, row.stream()).toString()).readAll();
      return new Stage.Got(client.status(), client.headers(), body);
    }
  }

  private static Door.Got read(Door door, Recording row, Stage.Got got) {
    return row.stream() ? door.stream(got.body()) : door.whole(got.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "anthropic",
        "gemini",
        "groq",
        "mistral",
        "openai",
        "azure",
        "ollama",
        "vllm",
        "other"
      })
  void aResponseSaysWhatTheChatSays(String family) {
    int heard = 0;
    List<String> problems = new ArrayList<>();
    for (Recording row : Recordings.manifest()) {
      if (row.family().equals(family) && row.status() == 200 && !vendor(row).isEmpty()) {
        try {
          heard += same(row) ? 1 : 0;
        } catch (AssertionError | RuntimeException e) {
          problems.add(row.name() + ": " + e.getMessage());
        }
      }
    }
    System.out.println(family + ": " + heard + " answers heard at both doors");
    assertThat(problems).isEmpty();
    assertThat(heard).isPositive();
  }

  private static boolean same(Recording row) {
    Door chat = new ChatDoor(false);
    Door responses = new ResponsesDoor();
    Stage.Got said = ask(chat, vendor(row), row);
    Stage.Got bridged = ask(responses, vendor(row), row);
    assertThat(bridged.status()).isEqualTo(said.status());
    if (said.status() != 200) {
      return false;
    }
    Door.Got first = read(chat, row, said);
    Door.Got second = read(responses, row, bridged);
    assertThat(second.error() == null).isEqualTo(first.error() == null);
    if (first.error() != null) {
      return false;
    }
    assertThat(second.heard().text()).isEqualTo(first.heard().text());
    assertThat(second.heard().thought()).isEqualTo(first.heard().thought());
    assertThat(second.heard().refusal()).isEqualTo(first.heard().refusal());
    assertThat(second.heard().calls())
        .extracting(call -> call.name() + call.arguments())
        .isEqualTo(
            first.heard().calls().stream().map(call -> call.name() + call.arguments()).toList());
    assertThat(second.heard().counts()).isEqualTo(first.heard().counts());
    return true;
  }
}
