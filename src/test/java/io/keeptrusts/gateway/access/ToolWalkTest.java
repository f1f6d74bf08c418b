package io.keeptrusts.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which tools may be offered and called, over real sockets. */
class ToolWalkTest {
  private static final String ASK =
      """
      {"model":"gpt-4o","stream":%b,"messages":[{"role":"user","content":"Hello"}],"tools":[{"type":"function","function":{"name":"read"}},{"type":"function","function":{"name":"drop"}}]}""";
  private static final String FIREWALL = "agent-firewall: {blocked_tools: [drop]}";

  private FakeUpstream upstream;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start();
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  private TestGateway gateway(String chain, String blocks) {
    return TestGateway.start(TestGateway.pack(upstream.baseUrl(), chain, blocks));
  }

  private static String chunk(String delta, String finish) {
    return """
        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":%s,"finish_reason":%s}]}

        """
        .formatted(delta, finish);
  }

  private static String call(int index, String name, String arguments) {
    return chunk(
            """
            {"tool_calls":[{"index":%d,"id":"call_%s","type":"function","function":{"name":"%s","arguments":""}}]}"""
                .formatted(index, name, name),
            "null")
        + chunk(
            """
            {"tool_calls":[{"index":%d,"function":{"arguments":"%s"}}]}"""
                .formatted(index, arguments),
            "null");
  }

  @Test
  void aToolThatIsNotAllowedIsNotOffered() {
    upstream.reply(Reply.sse(chunk("{\"content\":\"ok\"}", "\"stop\"") + "data: [DONE]\n\n"));
    try (TestGateway gateway = gateway("agent-firewall", FIREWALL);
        RawClient client = RawClient.connect(gateway.url())) {
      client.post("/v1/chat/completions", ASK.formatted(true)).readAll();

      assertThat(client.status()).isEqualTo(200);
      assertThat(upstream.take().text()).contains("\"read\"").doesNotContain("drop");
    }
  }

  @Test
  void aChoiceOfAToolThatIsNotAllowedIsA409() {
    String ask =
        ASK.formatted(true)
            .replace(
                "\"tools\"",
                "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"drop\"}},\"tools\"");
    try (TestGateway gateway = gateway("agent-firewall", FIREWALL);
        RawClient client = RawClient.connect(gateway.url())) {
      client.post("/v1/chat/completions", ask).readAll();

      assertThat(client.status()).isEqualTo(409);
      assertThat(client.body()).contains("\"policy\":\"agent-firewall\"").contains("tool_choice");
      assertThat(upstream.requests()).isEmpty();
    }
  }

  @Test
  void aForbiddenCallBeforeAnythingWasSentIsA409() {
    upstream.reply(
        Reply.sse(call(0, "drop", "{}") + chunk("{}", "\"tool_calls\"") + "data: [DONE]\n\n"));
    try (TestGateway gateway = gateway("agent-firewall, audit-logger", FIREWALL);
        RawClient client = RawClient.connect(gateway.url())) {
      client.post("/v1/chat/completions", ASK.formatted(true)).readAll();

      assertThat(client.status()).isEqualTo(409);
      assertThat(client.header("x-should-retry")).contains("false");
      assertThat(client.body())
          .contains("\"code\":\"tool_forbidden\"")
          .contains("\"type\":\"policy_violation\"")
          .contains("\"policy\":\"agent-firewall\"")
          .doesNotContain("drop");
    }
  }

  @Test
  void aForbiddenCallInMidStreamEndsItAndEarlierCallsStay() {
    String good = chunk("{\"content\":\"First. \"}", "null") + call(0, "read", "{\\\"a\\\":1}");
    upstream.reply(
        Reply.sse(
                good
                    + call(1, "drop", "{\\\"path\\\":1}")
                    + chunk("{}", "\"tool_calls\"")
                    + "data: [DONE]\n\n")
            .cuts(good.length())
            .delay(Duration.ofMillis(200)));
    try (TestGateway gateway = gateway("agent-firewall", FIREWALL);
        RawClient client = RawClient.connect(gateway.url())) {
      String body = client.post("/v1/chat/completions", ASK.formatted(true)).readAll();

      assertThat(client.status()).isEqualTo(200);
      assertThat(body).startsWith(good);
      assertThat(body.substring(good.length()))
          .contains("\"finish_reason\":\"content_filter\"")
          .contains("\"code\":\"tool_forbidden\"")
          .doesNotContain("drop")
          .doesNotContain("path")
          .endsWith("data: [DONE]\n\n");
    }
  }

  @Test
  void aWholeAnswerWithAForbiddenCallIsA409() {
    upstream.reply(
        Reply.json(
            200,
            """
            {"id":"c","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"read","arguments":"{}"}},{"id":"call_2","type":"function","function":{"name":"drop","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}"""));
    try (TestGateway gateway = gateway("agent-firewall", FIREWALL);
        RawClient client = RawClient.connect(gateway.url())) {
      client.post("/v1/chat/completions", ASK.formatted(false)).readAll();

      assertThat(client.status()).isEqualTo(409);
      assertThat(client.body()).contains("tool_forbidden").doesNotContain("call_");
    }
  }

  @Test
  void theOldFunctionCallIsACallToo() {
    upstream.reply(
        Reply.sse(
            chunk("{\"function_call\":{\"name\":\"dr\"}}", "null")
                + chunk("{\"function_call\":{\"name\":\"op\",\"arguments\":\"\"}}", "null")
                + chunk("{\"function_call\":{\"arguments\":\"{}\"}}", "null")
                + chunk("{}", "\"function_call\"")
                + "data: [DONE]\n\n"));
    try (TestGateway gateway = gateway("agent-firewall", FIREWALL);
        RawClient client = RawClient.connect(gateway.url())) {
      client.post("/v1/chat/completions", ASK.formatted(true)).readAll();

      assertThat(client.status()).isEqualTo(409);
      assertThat(client.body()).contains("tool_forbidden");
    }
  }

  private static String event(String type, String members) {
    return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + members + "}\n\n";
  }

  private static final String RESPONSE =
      "\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"%s\",\"model\":\"gpt-4o\",\"output\":[%s]}";

  private String respond(TestGateway gateway, String stream) {
    upstream.reply(Reply.sse(stream));
    try (RawClient client = RawClient.connect(gateway.url())) {
      return client
          .post("/v1/responses", "{\"model\":\"gpt-4o\",\"stream\":true,\"input\":\"Hello\"}")
          .readAll();
    }
  }

  private static String item(int index, String item, String delta) {
    return event("response.output_item.added", "\"output_index\":" + index + ",\"item\":" + item)
        + delta
        + event("response.output_item.done", "\"output_index\":" + index + ",\"item\":" + item);
  }

  private static String function(String name) {
    return "{\"type\":\"function_call\",\"id\":\"fc_"
        + name
        + "\",\"call_id\":\"call_"
        + name
        + "\",\"name\":\""
        + name
        + "\",\"arguments\":\"\"}";
  }

  private static String arguments(int index, String name) {
    return event(
        "response.function_call_arguments.delta",
        "\"item_id\":\"fc_"
            + name
            + "\",\"output_index\":"
            + index
            + ",\"delta\":\"{"
            + name
            + "\"");
  }

  @Test
  void aFunctionCallOfResponsesIsHeldAgainstItsName() {
    String begin = event("response.created", RESPONSE.formatted("in_progress", ""));
    String good = item(0, function("read"), arguments(0, "read"));
    try (TestGateway gateway = gateway("agent-firewall", FIREWALL)) {
      String body =
          respond(gateway, begin + good + item(1, function("drop"), arguments(1, "drop")));

      assertThat(body).contains("tool_forbidden").doesNotContain("drop");
      String whole =
          begin
              + good
              + event("response.completed", RESPONSE.formatted("completed", function("read")));
      assertThat(respond(gateway, whole)).isEqualTo(whole);
    }
  }

  @Test
  void argumentsBeforeTheirNameWaitForIt() {
    String begin = event("response.created", RESPONSE.formatted("in_progress", ""));
    try (TestGateway gateway = gateway("agent-firewall", FIREWALL)) {
      String bad =
          arguments(0, "drop")
              + event(
                  "response.output_item.done", "\"output_index\":0,\"item\":" + function("drop"));
      assertThat(respond(gateway, begin + bad))
          .contains("tool_forbidden")
          .doesNotContain("{drop")
          .doesNotContain("fc_drop");
      String good =
          begin
              + arguments(0, "read")
              + event(
                  "response.output_item.done", "\"output_index\":0,\"item\":" + function("read"))
              + event("response.completed", RESPONSE.formatted("completed", function("read")));
      assertThat(respond(gateway, good)).isEqualTo(good);
    }
  }

  @Test
  void toolsOfTheProviderAreHeldAgainstTheirType() {
    String begin = event("response.created", RESPONSE.formatted("in_progress", ""));
    List<String> items =
        List.of(
            "{\"type\":\"web_search_call\",\"id\":\"ws_bad\",\"status\":\"in_progress\"}",
            "{\"type\":\"mcp_call\",\"id\":\"mcp_bad\",\"server_label\":\"fs\",\"name\":\"drop\",\"arguments\":\"\"}",
            "{\"type\":\"mcp_approval_request\",\"id\":\"mcpr_bad\",\"server_label\":\"fs\",\"name\":\"drop\",\"arguments\":\"{}\"}",
            "{\"type\":\"custom_tool_call\",\"id\":\"ctc_bad\",\"name\":\"drop\",\"input\":\"\"}",
            "{\"type\":\"computer_call\",\"id\":\"cu_bad\"}");
    try (TestGateway gateway =
        gateway(
            "agent-firewall",
            "agent-firewall: {blocked_tools: [drop, web_search_preview, computer_use_preview]}")) {
      for (String item : items) {
        assertThat(respond(gateway, begin + item(0, item, "")))
            .contains("tool_forbidden")
            .doesNotContain("_bad");
      }
      assertThat(
              respond(
                  gateway,
                  begin
                      + event(
                          "response.web_search_call.in_progress",
                          "\"output_index\":0,\"item_id\":\"ws_bad\"")))
          .contains("tool_forbidden")
          .doesNotContain("_bad");
    }
  }

  @Test
  void aWholeResponseWithAForbiddenCallIsA409() {
    upstream.reply(
        Reply.json(
            200,
            "{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"model\":\"gpt-4o\",\"output\":["
                + function("read")
                + ","
                + function("drop")
                + "]}"));
    try (TestGateway gateway = gateway("agent-firewall", FIREWALL);
        RawClient client = RawClient.connect(gateway.url())) {
      client.post("/v1/responses", "{\"model\":\"gpt-4o\",\"input\":\"Hello\"}").readAll();

      assertThat(client.status()).isEqualTo(409);
      assertThat(client.body()).contains("tool_forbidden").doesNotContain("fc_");
    }
  }

  @Test
  void rolesThatRbacEstablishesLimitTools() {
    String blocks =
        """
        rbac: {trusted_peers: [127.0.0.1]}
        agent-firewall: {tools: {roles: {reader: {allowed: [read]}}}}
        """;
    upstream.reply(
        Reply.sse(call(0, "drop", "{}") + chunk("{}", "\"tool_calls\"") + "data: [DONE]\n\n"));
    try (TestGateway gateway = gateway("rbac, agent-firewall", blocks);
        RawClient client = RawClient.connect(gateway.url())) {
      client
          .post(
              "/v1/chat/completions",
              java.util.Map.of("X-User-ID", "bob", "X-User-Role", "reader"),
              ASK.formatted(true))
          .readAll();

      assertThat(upstream.take().text()).contains("\"read\"").doesNotContain("drop");
      assertThat(client.status()).isEqualTo(409);
      assertThat(client.body()).contains("tool_forbidden");
    }
  }

  @Test
  void theMostCallsOfAConversationAreCountedOverTheAnswer() {
    upstream.reply(
        Reply.sse(
            call(0, "read", "{}")
                + call(1, "read", "{}")
                + chunk("{}", "\"tool_calls\"")
                + "data: [DONE]\n\n"));
    try (TestGateway gateway =
            gateway("agent-firewall", "agent-firewall: {max_actions_per_session: 1}");
        RawClient client = RawClient.connect(gateway.url())) {
      client.post("/v1/chat/completions", ASK.formatted(true)).readAll();

      assertThat(client.body()).contains("tool_forbidden").contains("more tools than");
    }
  }
}
