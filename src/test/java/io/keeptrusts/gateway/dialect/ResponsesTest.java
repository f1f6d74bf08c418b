package io.keeptrusts.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.provider.Target;
import io.keeptrusts.gateway.provider.Vendor;
import io.keeptrusts.gateway.provider.Vendors;
import io.keeptrusts.gateway.wire.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponsesTest {
  private final Responses dialect = new Responses();

  private Prompt read(String body) {
    return dialect.read(body.getBytes(StandardCharsets.UTF_8));
  }

  private static GatewayError refused(Runnable work) {
    GatewayError error = catchThrowableOfType(GatewayException.class, work::run).error();
    assertThat(error.status()).isEqualTo(422);
    return error;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|model",
        "{'model':''}|model",
        "{'model':'m'}|input",
        "{'model':'m','input':null}|input",
        "{'model':'m','input':7}|input",
        "{'model':'m','input':['Hi']}|input[0]",
        "{'model':'m','input':[{'role':'user','content':'Hi'},{}]}|input[1].type",
        "{'model':'m','input':[{'role':1}]}|input[0].role",
        "{'model':'m','input':'Hi','stream':'yes'}|stream",
        "{'model':'m','input':'Hi','background':true}|background",
        "{'model':'m','input':'Hi','background':1}|background"
      })
  void whatIsWrongIsNamed(String body, String param) {
    assertThat(refused(() -> read(body.replace('\'', '"'))).param()).isEqualTo(param);
  }

  @ParameterizedTest
  @CsvSource({"previous_response_id", "conversation", "prompt"})
  void whatStandsAtTheProviderNeedsNoInput(String field) {
    Prompt prompt = read("{\"model\":\"m\",\"" + field + "\":\"id_1\"}");
    assertThat(prompt.stream()).isFalse();
  }

  @Test
  void everyTextHasTheRoleOfWhoSpeaks() {
    Prompt prompt =
        read(
            """
            {"model":"m","stream":true,"instructions":"Be brief.","input":[
              {"role":"developer","content":"No jokes."},
              {"type":"message","role":"user","content":[{"type":"input_text","text":"Look it up."}]},
              {"type":"reasoning","summary":[{"type":"summary_text","text":"A search."}]},
              {"type":"function_call","call_id":"c1","name":"search","arguments":"{}"},
              {"type":"function_call_output","call_id":"c1","output":"Found nothing."},
              {"type":"custom_tool_call_output","call_id":"c2","output":"Nor here."},
              {"role":"assistant","content":"Sorry."}],
             "tools":[{"type":"function","name":"search","description":"Searches all."}]}""");
    assertThat(prompt.stream()).isTrue();
    assertThat(prompt.segments().stream().filter(segment -> segment.text().endsWith(".")))
        .extracting(segment -> segment.role() + ": " + segment.text())
        .containsExactly(
            "system: Be brief.",
            "developer: No jokes.",
            "user: Look it up.",
            "assistant: A search.",
            "tool: Found nothing.",
            "tool: Nor here.",
            "assistant: Sorry.",
            "tools: Searches all.");
    assertThat(read("{\"model\":\"m\",\"input\":\"Hi there.\"}").segments())
        .contains(new Prompt.Segment("user", "Hi there."));
  }

  @Test
  void soundIsRefusedWhereItCannotBeChecked() {
    Prompt prompt = read("{\"model\":\"m\",\"input\":\"Hi\",\"modalities\":[\"text\",\"audio\"]}");
    assertThat(refused(() -> dialect.refuseUncheckable(prompt)).param()).isEqualTo("modalities");
  }

  private static Target target(String vendor, @Nullable String path) {
    Vendor found = Objects.requireNonNull(Vendors.find(vendor));
    return new Target(
        "t", found, "m", new Endpoint("localhost", 1, false, ""), path, Map.of(), "", null);
  }

  @Test
  void aTargetIsAskedInItsOwnWordsIfItHasThem() {
    Prompt prompt = read("{\"model\":\"m\",\"input\":\"Hi\"}");
    for (String vendor : new String[] {"openai", "vllm"}) {
      Dialect.Plan plan = dialect.plan(target(vendor, null), prompt);
      assertThat(plan.protocol().request(target(vendor, null), plan.prompt()).endpoint().path())
          .isEqualTo("/v1/responses");
      assertThat(plan.prompt()).isSameAs(prompt);
    }
  }

  @Test
  void aTargetThatSpeaksChatOrHasAPathOfItsOwnIsBridged() {
    Prompt prompt = read("{\"model\":\"m\",\"input\":\"Hi\"}");
    for (Target target : new Target[] {target("groq", null), target("openai", "/chat")}) {
      assertThat(dialect.plan(target, prompt).prompt().body().has("messages"))
          .as(target.toString())
          .isTrue();
    }
  }
}
