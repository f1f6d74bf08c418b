package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK_WHOLE;
import static io.keeptrusts.gateway.life.Talk.assertError;
import static io.keeptrusts.gateway.life.Talk.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.life.Talk.Heard;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.policy.PromptCheck;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A check that takes long runs on the worker pool, also for a short prompt. */
class GlanceTest {
  private final List<String> seen = new CopyOnWriteArrayList<>();

  private record Kind(PromptCheck check) implements PolicyKind<Kind.Config> {
    record Config() {}

    @Override
    public String name() {
      return "test-kind";
    }

    @Override
    public Class<Config> config() {
      return Config.class;
    }

    @Override
    public @Nullable Mode mode() {
      return null;
    }

    @Override
    public Policy compile(Config config) {
      return Policy.of(name()).withPrompt(check);
    }
  }

  /** Says nothing at once, and on a worker what it was made with. */
  private PromptCheck slow(Verdict.OnPrompt verdict) {
    return new PromptCheck() {
      @Override
      public Verdict.@Nullable OnPrompt glance(Prompt prompt, Caller caller) {
        seen.add("glance on " + Thread.currentThread().getName());
        return null;
      }

      @Override
      public Verdict.OnPrompt check(Prompt prompt, Caller caller) {
        seen.add("check on " + Thread.currentThread().getName());
        return verdict;
      }
    };
  }

  @Test
  void aCheckThatCannotSayAtOnceIsAskedAgainOnAWorker() {
    Heard heard = ask(slow(Verdict.ALLOW), "test-kind, pii-detector");
    assertThat(heard.status()).as(heard.body()).isEqualTo(200);
    assertThat(seen).hasSize(2);
    assertThat(seen.getFirst()).startsWith("glance on vert.x-eventloop");
    assertThat(seen.getLast()).startsWith("check on gateway-worker");
  }

  @Test
  void whatTheWorkerBlocksIsBlocked() {
    Heard heard = ask(slow(Verdict.block("test.reason")), "pii-detector, test-kind");
    assertError(heard, 409, "policy_violation", "input_blocked", null);
    assertThat(heard.error().path("policy").asText()).isEqualTo("test-kind");
  }

  @Test
  void aCheckThatSaysAtOnceNeedsNoWorker() {
    ask(
        (prompt, caller) -> {
          seen.add("check on " + Thread.currentThread().getName());
          return Verdict.ALLOW;
        },
        "test-kind");
    assertThat(seen).hasSize(1);
    assertThat(seen.getFirst()).startsWith("check on vert.x-eventloop");
  }

  @Test
  void aGlanceThatThrowsFollowsTheFailMode() {
    PromptCheck broken =
        new PromptCheck() {
          @Override
          public Verdict.@Nullable OnPrompt glance(Prompt prompt, Caller caller) {
            throw new IllegalStateException("broken");
          }

          @Override
          public Verdict.OnPrompt check(Prompt prompt, Caller caller) {
            return Verdict.ALLOW;
          }
        };
    assertError(ask(broken, "test-kind"), 409, "policy_violation", "input_blocked", null);
  }

  private Heard ask(PromptCheck check, String chain) {
    try (FakeUpstream upstream = FakeUpstream.start();
        TestGateway gateway =
            TestGateway.start(
                Map.of(), TestGateway.pack(upstream.baseUrl(), chain, ""), new Kind(check))) {
      upstream.handle(request -> Reply.json(200, Talk.whole("Hello.")));
      return post(gateway, ASK_WHOLE);
    }
  }
}
