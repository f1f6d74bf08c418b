package io.keeptrusts.gateway.dialect;

import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.policy.Chain;
import io.keeptrusts.gateway.policy.PolicyKind.Mode;
import io.keeptrusts.gateway.policy.kind.AgentFirewall;
import io.keeptrusts.gateway.policy.kind.DlpFilter;
import io.keeptrusts.gateway.provider.Target;
import io.keeptrusts.gateway.provider.Task;
import io.keeptrusts.gateway.provider.Vendor;
import io.keeptrusts.gateway.provider.Vendors;
import io.keeptrusts.gateway.testing.Silence;
import io.keeptrusts.gateway.wire.Endpoint;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Request bodies of every endpoint, through input policies, to every provider: the first byte
 * chooses. A body becomes a request or is refused with an error that has a type.
 */
public final class BodiesFuzz {
  /** What the first byte chooses. */
  public static final List<Dialect> DIALECTS =
      List.of(new Chat(), new Responses(), new Embeddings());

  private static final List<String> VENDORS =
      List.of("openai", "groq", "mistral", "vllm", "ollama", "anthropic", "google");

  private static final Chain CHAIN =
      Chain.compile(
          List.of(
              new Chain.Member(
                  new DlpFilter()
                      .compile(
                          new DlpFilter.Config(
                              List.of("[a-z]{1,5}e"), List.of(), null, null, null, null)),
                  Mode.REALTIME,
                  false),
              new Chain.Member(
                  new AgentFirewall()
                      .compile(
                          new AgentFirewall.Config(
                              null, List.of("x*"), 3, null, null, null, null, null)),
                  Mode.REALTIME,
                  false)),
          false);

  private BodiesFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    Dialect dialect = DIALECTS.get((input[0] & 0xff) % DIALECTS.size());
    Prompt prompt;
    try {
      prompt = dialect.read(Arrays.copyOfRange(input, 1, input.length));
      dialect.refuseUnreadable(prompt);
      dialect.refuseUncheckable(prompt);
      for (int step = 0; step < CHAIN.inputSteps(); step++) {
        prompt = CHAIN.input(step, prompt, new Caller("127.0.0.1", ""), new Silence());
      }
    } catch (GatewayException e) {
      return;
    }
    for (String name : VENDORS) {
      Vendor vendor = Objects.requireNonNull(Vendors.find(name));
      if (dialect.task() == Task.EMBEDDINGS && vendor.embeddings() == null) {
        continue; // such a target is never chosen
      }
      Target target = target(vendor);
      try {
        Dialect.Plan plan = dialect.plan(target, prompt);
        plan.protocol().request(target, plan.prompt());
      } catch (GatewayException refused) {
        // A 422 names what this provider cannot do.
      }
    }
  }

  private static Target target(Vendor vendor) {
    Endpoint base = Endpoint.of("http://localhost:8000");
    return new Target("t", vendor, "m", base, null, Map.of(), "key", null, 1, 0, null, null);
  }
}
