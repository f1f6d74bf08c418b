package io.keeptrusts.gateway.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.keeptrusts.gateway.pack.PackDocument.Entry;
import io.keeptrusts.gateway.pack.PackDocument.Target;
import io.keeptrusts.gateway.pack.PackStore;
import io.keeptrusts.gateway.pack.Read;
import io.keeptrusts.gateway.pack.Secrets;
import io.keeptrusts.gateway.policy.kind.AuditLogger;
import io.keeptrusts.gateway.policy.kind.AuditSink;
import io.keeptrusts.gateway.provider.Vendors;
import io.keeptrusts.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packs that the manifests carry, read as the gateway in the pod reads them. */
class PackInConfigMapTest {
  private static final Pattern LITERAL = Pattern.compile("--from-literal=([a-z-]+)=");

  @TempDir Path dir;

  static List<String> targets() {
    return Manifests.targets();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void lintHasNothingToSay(String target) throws IOException {
    Read read = read(Manifests.build(target));

    assertThat(read)
        .isInstanceOfSatisfying(Read.Checked.class, ok -> assertThat(ok.notes()).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("targets")
  void aTrailThatGoesWithItsPodIsSentSomewhere(String target) throws IOException {
    Manifests built = Manifests.build(target);

    AuditLogger.Config audit = audit(built);

    var disk = built.gateway().volumeAt(built.gateway().settings().audit().dir().toString());
    if (disk == null) {
      assertThat(audit.retentionDays()).isGreaterThan(1);
    } else {
      assertThat(disk.getEmptyDir().getSizeLimit()).isNotNull();
      assertThat(audit.sinks()).isNotEmpty();
      assertThat(audit.retentionDays()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void theNetworkLetsThroughWhatThePackAsksFor(String target) throws IOException {
    Manifests built = Manifests.build(target);
    List<URI> providers = new ArrayList<>();
    for (Target to : ((Read.Checked) read(built)).document().providers().targets()) {
      String own = to.baseUrl();
      providers.add(URI.create(own == null ? Vendors.find(to.provider()).baseUrl() : own));
    }

    assertThat(providers).isNotEmpty().allMatch(uri -> port(uri) == 443);
    assertThat(egress(built)).anyMatch(rule -> toTheInternet(rule) && open(rule, 443));
    for (AuditSink sink : audit(built).sinks()) {
      URI endpoint = URI.create(sink.endpoint());
      String namespace = endpoint.getHost().split("\\.")[1];
      assertThat(egress(built)).anyMatch(rule -> to(rule, namespace) && open(rule, port(endpoint)));
    }
  }

  private Read read(Manifests built) throws IOException {
    GatewayPod pod = built.gateway();
    Map<String, String> data = built.only(ConfigMap.class, "keeptrusts-pack").getData();
    List<Path> files = new ArrayList<>();
    for (Path file : pod.settings().policyConfig().orElseThrow()) {
      String name = file.getFileName().toString();
      files.add(Files.writeString(dir.resolve(name), data.get(name)));
    }
    assertThat(data).as("every file of the ConfigMap is a layer").hasSameSizeAs(files);
    Path secrets = Files.createDirectories(dir.resolve("secrets"));
    Matcher literal = LITERAL.matcher(Files.readString(Path.of("README.md")));
    while (literal.find()) {
      Files.writeString(secrets.resolve(literal.group(1)), "a-secret-of-the-readme");
    }
    return new PackStore(
            files, TestGateway.kinds(), new Secrets(Map.of(), secrets), false, pack -> {})
        .read();
  }

  private AuditLogger.Config audit(Manifests built) throws IOException {
    return ((Read.Checked) read(built))
        .document().chain().stream()
            .map(Entry::config)
            .filter(AuditLogger.Config.class::isInstance)
            .map(AuditLogger.Config.class::cast)
            .findFirst()
            .orElseThrow();
  }

  private static List<NetworkPolicyEgressRule> egress(Manifests built) {
    return built.all(NetworkPolicy.class).stream()
        .filter(
            policy ->
                Map.of("app.kubernetes.io/name", "keeptrusts-gateway")
                    .equals(policy.getSpec().getPodSelector().getMatchLabels()))
        .flatMap(policy -> policy.getSpec().getEgress().stream())
        .toList();
  }

  private static boolean toTheInternet(NetworkPolicyEgressRule rule) {
    return rule.getTo().stream()
        .anyMatch(
            peer ->
                peer.getIpBlock() != null
                    && peer.getIpBlock().getCidr().equals("0.0.0.0/0")
                    && peer.getIpBlock().getExcept().contains("169.254.0.0/16"));
  }

  private static boolean to(NetworkPolicyEgressRule rule, String namespace) {
    return rule.getTo().stream()
        .anyMatch(
            peer ->
                peer.getNamespaceSelector() != null
                    && Map.of("kubernetes.io/metadata.name", namespace)
                        .equals(peer.getNamespaceSelector().getMatchLabels()));
  }

  private static boolean open(NetworkPolicyEgressRule rule, int port) {
    return rule.getPorts().stream()
        .map(NetworkPolicyPort::getPort)
        .anyMatch(open -> open.getIntVal() == port);
  }

  private static int port(URI uri) {
    return uri.getPort() > 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
  }
}
