package io.keeptrusts.gateway.pack;

import static io.keeptrusts.gateway.pack.Packs.checked;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.pack.PackDocument.Entry;
import io.keeptrusts.gateway.pack.PackDocument.Fallback;
import io.keeptrusts.gateway.pack.PackDocument.RetryOn;
import io.keeptrusts.gateway.policy.PolicyKind.Mode;
import io.keeptrusts.gateway.provider.Strategy;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The packs that must load verbatim for ever. */
class PackFixturesTest {

  @Test
  void theSeedsPackWithAProviderLoadsWithoutANote() {
    Read.Checked read = load("streaming-sse-providers-1.yaml");

    assertThat(read.notes()).isEmpty();
    assertThat(read.document().pack().name()).isEqualTo("streaming-sse-providers-1");
    assertThat(read.document().providers().targets())
        .singleElement()
        .satisfies(
            t -> {
              assertThat(t.id()).isEqualTo("openai");
              assertThat(t.model()).isEqualTo("gpt-4o");
              assertThat(t.secretKeyRef().env()).isEqualTo("OPENAI_API_KEY");
            });
    assertThat(read.document().chain())
        .extracting(Entry::config)
        .containsExactly(new FakeKinds.Audit.Config(true, 365, true));
  }

  @Test
  void theSeedsPackWithABufferedPolicyLoadsAndSaysThatItHasNoProviders() {
    Read.Checked read = load("streaming-sse-example-2.yaml");

    assertThat(read.notes()).extracting(Packs::brief).containsExactly("W105 1:1 providers");
    assertThat(read.document().chain())
        .extracting(Entry::kind)
        .containsExactly("pii-detector", "quality-scorer");
    assertThat(read.document().chain())
        .extracting(Entry::mode)
        .containsExactly(Mode.REALTIME, Mode.BUFFERED);
    assertThat(read.document().chain().get(1).config())
        .isEqualTo(new FakeKinds.Quality.Config(new FakeKinds.Quality.Thresholds(0.7), null));
    assertThat(read.document().providers().targets()).isEmpty();
  }

  @Test
  void theContractsExampleLoadsInTheChainsOrder() {
    Read.Checked read = load("design-example.yaml");

    assertThat(read.notes())
        .extracting(Packs::brief)
        .containsExactly("I201 7:11 policies.chain", "I201 7:43 policies.chain");
    assertThat(read.document().chain())
        .extracting(Entry::kind)
        .containsExactly(
            "prompt-injection", "pii-detector", "safety-filter", "quality-scorer", "audit-logger");
    assertThat(read.document().providers().fallback())
        .isEqualTo(
            new Fallback(
                Strategy.ORDERED,
                2,
                Set.of(RetryOn.SERVER_ERROR, RetryOn.TIMEOUT, RetryOn.RATE_LIMIT),
                null,
                null));
  }

  private static Read.Checked load(String name) {
    return checked(
        new PackReader(new Secrets(Packs.ENV, null))
            .read(name, Packs.resource(name), FakeKinds.catalog(), FakeKinds.VENDORS));
  }
}
