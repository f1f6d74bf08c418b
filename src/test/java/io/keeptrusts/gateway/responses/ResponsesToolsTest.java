package io.keeptrusts.gateway.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.testing.Recordings;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Recorded responses before a firewall that permits all of their calls, and before one that none.
 */
class ResponsesToolsTest {
  private static final Pattern CALL =
      Pattern.compile("\"type\": ?\"([a-z_]+_call|mcp_approval_request)\"");
  private static final InMemory OPEN = new InMemory("");
  private static final InMemory ALL =
      new InMemory("agent-firewall", "agent-firewall: {blocked_tools: [no-such-tool]}");
  private static final InMemory NONE =
      new InMemory("agent-firewall", "agent-firewall: {allowed_tools: [no-such-tool]}");

  private static List<String> streams() {
    return Recordings.ending(".sse").stream()
        .map(ResponsesToolsTest::body)
        .filter(body -> body.contains("\"response.created\""))
        .filter(body -> !body.contains("response.failed") && !body.contains("\"type\":\"error\""))
        .toList();
  }

  private static String body(Path file) {
    return new String(Recordings.read(file), UTF_8);
  }

  @Test
  void permittedCallsChangeNothing() {
    assertThat(streams())
        .isNotEmpty()
        .allSatisfy(body -> assertThat(ALL.stream(body)).isEqualTo(OPEN.stream(body)));
  }

  @Test
  void forbiddenCallsEndTheAnswer() {
    int calls = 0;
    for (String body : streams()) {
      GatewayException refusal =
          catchThrowableOfType(GatewayException.class, () -> NONE.stream(body));
      if (CALL.matcher(body).find()) {
        calls++;
        assertThat(refusal).as(body).isNotNull();
        assertThat(refusal.error().code()).isEqualTo("tool_forbidden");
      } else {
        assertThat(refusal).as(body).isNull();
      }
    }

    System.out.println("recorded responses with tool calls: " + calls);
    assertThat(calls).isPositive();
  }
}
