package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.limits.Callers;
import io.keeptrusts.gateway.pack.PackDocument.Fallback;
import io.keeptrusts.gateway.pack.PackDocument.Providers;
import io.keeptrusts.gateway.policy.Chain;
import io.keeptrusts.gateway.policy.PolicyKind.Mode;
import io.keeptrusts.gateway.provider.AzureDeployment;
import io.keeptrusts.gateway.provider.ProviderFailure.Kind;
import io.keeptrusts.gateway.provider.Routes;
import io.keeptrusts.gateway.provider.Routing;
import io.keeptrusts.gateway.provider.Target;
import io.keeptrusts.gateway.provider.Vendor;
import io.keeptrusts.gateway.provider.Vendors;
import io.keeptrusts.gateway.wire.Endpoint;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** From a checked document to what requests run on. */
final class PackCompiler {
  /** The base URL of Azure's newer API. */
  private static final Pattern AZURE_V1 = Pattern.compile("/openai/v1/*$");

  private final Secrets secrets;
  private final boolean failOpen;

  PackCompiler(Secrets secrets, boolean failOpen) {
    this.secrets = secrets;
    this.failOpen = failOpen;
  }

  Pack compile(Read.Checked read) {
    PackDocument document = read.document();
    boolean enabled = document.pack().enabled();
    List<Chain.Member> members =
        document.chain().stream()
            .filter(entry -> enabled && entry.enabled())
            .map(
                entry ->
                    new Chain.Member(
                        entry.policy(),
                        entry.mode() == null ? Mode.REALTIME : entry.mode(),
                        entry.bean().guards()))
            .toList();
    return new Pack(
        document.pack().name() + "@" + document.pack().version(),
        enabled,
        Chain.compile(members, failOpen),
        routes(document.providers()),
        new Callers(document.rateLimits()),
        read.notes(),
        read.view());
  }

  private Routes routes(Providers providers) {
    List<Target> targets = providers.targets().stream().map(this::target).toList();
    Routing routing = routing(providers);
    Map<String, List<Target>> members = new LinkedHashMap<>();
    for (PackDocument.ModelGroup group : providers.modelGroups()) {
      members.put(group.name(), group.targets().stream().map(id -> named(id, targets)).toList());
    }
    Map<String, Routes.Group> groups = new LinkedHashMap<>();
    for (PackDocument.ModelGroup group : providers.modelGroups()) {
      Routes.Group compiled =
          new Routes.Group(
              Objects.requireNonNull(members.get(group.name())),
              group.strategy() == null ? routing.strategy() : group.strategy(),
              members.getOrDefault(
                  Objects.requireNonNullElse(group.fallbackGroup(), ""), List.of()));
      groups.put(group.name(), compiled);
      group.aliases().forEach(alias -> groups.put(alias, compiled));
    }
    return new Routes(targets, groups, routing);
  }

  private static Target named(String id, List<Target> targets) {
    return targets.stream().filter(target -> target.id().equals(id)).findFirst().orElseThrow();
  }

  private static Routing routing(Providers providers) {
    Fallback given = providers.fallback();
    Fallback fallback = given == null ? Fallback.DEFAULT : given;
    PackDocument.CircuitBreaker breaker = providers.circuitBreaker();
    return new Routing(
        fallback.strategy(),
        fallback.maxRetries(),
        kinds(fallback),
        given != null, // who does not ask for retries gets the other targets, each once
        fallback.window(),
        fallback.maxLatencyMs() == null ? null : Duration.ofMillis(fallback.maxLatencyMs()),
        new Routing.Breaker(
            breaker.failureThreshold(),
            Duration.ofSeconds(breaker.cooldownSeconds()),
            breaker.halfOpenProbes(),
            breaker.whenAllOpen() == PackDocument.WhenAllOpen.REFUSE),
        providers.streamFailure() == PackDocument.StreamFailure.CONTINUE);
  }

  private static Set<Kind> kinds(Fallback fallback) {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    for (PackDocument.RetryOn on : fallback.retryOn()) {
      kinds.add(
          switch (on) {
            case SERVER_ERROR -> Kind.SERVER;
            case TIMEOUT -> Kind.TIMEOUT;
            case RATE_LIMIT -> Kind.RATE_LIMIT;
            case CONNECTION -> Kind.CONNECTION;
          });
    }
    return kinds;
  }

  private Target target(PackDocument.Target target) {
    Vendor vendor = Objects.requireNonNull(Vendors.find(target.provider()));
    String key = "";
    String missing = null;
    switch (secrets.resolve(target, VendorTable.INSTANCE)) {
      case Secret.Present(String value) -> key = value;
      case Secret.Missing(String what) -> missing = what;
      case Secret.None() -> {}
    }
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    if (!key.isEmpty()) {
      headers.put(
          target.apiKeyHeader() == null ? vendor.keyHeader() : target.apiKeyHeader(),
          (target.apiKeyPrefix() == null ? vendor.keyPrefix() : target.apiKeyPrefix()) + key);
    }
    String path = target.pathTemplate();
    if (path != null && target.model() != null) {
      path = path.replace("{model}", target.model());
    }
    return new Target(
        target.id(),
        vendor,
        target.model(),
        base(target, vendor),
        path,
        headers,
        key,
        azure(target, vendor),
        target.weight() == null ? 1 : target.weight(),
        target.cost() == null ? Double.POSITIVE_INFINITY : target.cost().sum(),
        target.task(),
        missing);
  }

  private static @Nullable AzureDeployment azure(PackDocument.Target target, Vendor vendor) {
    if (!VendorTable.INSTANCE.deployments(vendor.name())) {
      return null;
    }
    String name = target.azureDeployment() == null ? target.model() : target.azureDeployment();
    boolean v1 = AZURE_V1.matcher(Objects.requireNonNull(target.baseUrl())).find();
    String given = target.azureApiVersion();
    String version = given == null && !v1 ? AzureDeployment.DEFAULT_VERSION : given;
    return new AzureDeployment(Objects.requireNonNull(name), v1, version);
  }

  /**
   * The base URL is given with or without its version, as both are in use; an operator's own path
   * goes below all of it.
   */
  private static Endpoint base(PackDocument.Target target, Vendor vendor) {
    String url =
        (target.baseUrl() == null ? vendor.baseUrl() : target.baseUrl()).replaceFirst("/+$", "");
    String api = VendorTable.INSTANCE.deployments(vendor.name()) ? "/openai(/v1)?$" : "/v1(beta)?$";
    Endpoint base = Endpoint.of(target.pathTemplate() == null ? url.replaceFirst(api, "") : url);
    return new Endpoint(
        base.host(),
        base.port(),
        base.tls(),
        base.path().equals("/") ? "" : base.path(),
        target.baseUrl() != null,
        target.tls());
  }
}
