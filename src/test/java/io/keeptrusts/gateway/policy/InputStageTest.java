package io.keeptrusts.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.PromptTexts;
import io.keeptrusts.gateway.policy.PolicyKind.Mode;
import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.text.Masking;
import io.keeptrusts.gateway.testing.Silence;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InputStageTest {

  @Test
  void aWorkerWhoseTimeIsOverStopsBetweenTwoTexts() {
    AtomicInteger found = new AtomicInteger();
    Rule word =
        Rule.of("WORD", "xyz")
            .when(
                body -> {
                  found.incrementAndGet();
                  Thread.currentThread().interrupt();
                  return true;
                });
    TextRule mask = new TextRule(word, Action.REDACT, Masking.LABELS);
    Policy policy = Policy.of("test-kind").withInput(List.of(mask));
    Chain chain = Chain.compile(List.of(new Chain.Member(policy, Mode.REALTIME, false)), false);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putArray("messages").addObject().put("role", "user").put("content", "xyz");
    body.withArray("messages").addObject().put("role", "user").put("content", "xyz");
    Prompt prompt = new Prompt("m", true, true, body, PromptTexts.segments(body));

    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> chain.input(0, prompt, new Caller("127.0.0.1", ""), new Silence()));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(found).hasValue(1);
  }
}
