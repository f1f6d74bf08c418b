package io.keeptrusts.gateway.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.knative.serving.v1.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.keeptrusts.gateway.GatewayConfig;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Manifests and settings of the process have to say the same. */
class SettingsInPodsTest {

  /** To end streams that are still open and to leave the JVM. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  /** Knative's own limit of timeoutSeconds, unless an operator raises it. */
  private static final Duration MOST_OF_KNATIVE = Duration.ofMinutes(10);

  static List<String> targets() {
    return Manifests.targets();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void everyVariableIsASetting(String target) throws IOException {
    String launcher = Files.readString(Path.of("src/main/launcher/kt"));
    Set<String> settings =
        ConfigMappings.getProperties(ConfigClass.configClass(GatewayConfig.class, "gateway"))
            .keySet()
            .stream()
            .map(key -> key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT))
            .collect(Collectors.toSet());

    assertThat(Manifests.build(target).gateway().environment().keySet())
        .isNotEmpty()
        .allMatch(
            name ->
                settings.contains(name)
                    || name.equals("QUARKUS_HTTP_HOST")
                    || launcher.contains("${" + name + "-}"));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void directoriesOfTheSettingsAreMounted(String target) {
    GatewayPod pod = Manifests.build(target).gateway();
    GatewayConfig settings = pod.settings();

    assertThat(settings.policyConfig().orElseThrow())
        .isNotEmpty()
        .allSatisfy(
            file ->
                assertThat(pod.volumeAt(file.getParent().toString()).getConfigMap().getName())
                    .isEqualTo("keeptrusts-pack"));
    assertThat(pod.volumeAt(settings.secretsDir().orElseThrow().toString()).getSecret())
        .isNotNull();
    assertThat(pod.mountAt(settings.audit().dir().toString()).getReadOnly()).isNull();
    assertThat(pod.mountAt("/tmp").getReadOnly()).isNull();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void thePodLivesLongEnoughToDrainAndToEmptyItsSinks(String target) {
    GatewayPod pod = Manifests.build(target).gateway();
    GatewayConfig settings = pod.settings();
    var lifecycle = pod.container().getLifecycle();
    long preStop = lifecycle == null ? 0 : lifecycle.getPreStop().getSleep().getSeconds();

    Duration needed =
        Duration.ofSeconds(preStop)
            .plus(settings.drain().grace())
            .plus(LAST_WORDS)
            .plus(settings.audit().flush());

    assertThat(Duration.ofSeconds(pod.spec().getTerminationGracePeriodSeconds()))
        .isGreaterThanOrEqualTo(needed);
  }

  @Test
  void aPodBehindAServiceWaitsUntilItIsNotAskedAnyMore() {
    Deployment deployment = Manifests.build("base").only(Deployment.class, "keeptrusts-gateway");

    var container = deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();

    assertThat(container.getLifecycle().getPreStop().getSleep().getSeconds()).isBetween(3L, 15L);
    assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/readyz");
    assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/healthz");
    assertThat(container.getStartupProbe().getHttpGet().getPath()).isEqualTo("/healthz");
  }

  @Test
  void knativeCutsNoStreamThatTheGatewayWouldLetGoOn() {
    Manifests built = Manifests.build("overlays/knative");
    GatewayConfig settings = built.gateway().settings();
    var revision =
        built.only(Service.class, "keeptrusts-gateway").getSpec().getTemplate().getSpec();
    Duration total = settings.upstream().total();

    assertThat(
            List.of(
                revision.getTimeoutSeconds(),
                revision.getResponseStartTimeoutSeconds(),
                revision.getIdleTimeoutSeconds()))
        .allSatisfy(
            seconds ->
                assertThat(Duration.ofSeconds(seconds))
                    .isGreaterThan(total)
                    .isLessThanOrEqualTo(MOST_OF_KNATIVE));
    assertThat(total)
        .isGreaterThan(settings.upstream().idle())
        .isGreaterThan(settings.upstream().firstByte());
    assertThat(revision.getContainerConcurrency()).isLessThanOrEqualTo(settings.maxConcurrency());
  }

  @Test
  void knativeScalesToZeroAndBelowItsHardLimit() {
    var template =
        Manifests.build("overlays/knative")
            .only(Service.class, "keeptrusts-gateway")
            .getSpec()
            .getTemplate();
    var annotations = template.getMetadata().getAnnotations();

    assertThat(annotations).containsEntry("autoscaling.knative.dev/min-scale", "0");
    assertThat(Long.parseLong(annotations.get("autoscaling.knative.dev/target")))
        .isLessThan(template.getSpec().getContainerConcurrency());
    assertThat(template.getSpec().getContainers())
        .singleElement()
        .satisfies(container -> assertThat(container.getPorts()).hasSize(1));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void thePortIsTheGatewaysOwn(String target) throws IOException {
    int port =
        Manifests.tree(Path.of("src/main/resources/application.yaml"))
            .at("/quarkus/http/port")
            .asInt();
    GatewayPod pod = Manifests.build(target).gateway();

    if (target.endsWith("/sidecar")) {
      assertThat(pod.container().getPorts()).isEmpty();
      assertThat(pod.container().getStartupProbe().getExec().getCommand().getLast())
          .contains("/dev/tcp/127.0.0.1/" + port)
          .contains("GET /readyz ");
      assertThat(pod.container().getLivenessProbe().getExec().getCommand().getLast())
          .contains("/dev/tcp/127.0.0.1/" + port)
          .contains("GET /healthz ");
    } else {
      assertThat(pod.container().getPorts())
          .singleElement()
          .satisfies(p -> assertThat(p.getContainerPort()).isEqualTo(port));
    }
  }

  @Test
  void theSidecarStartsBeforeTheAppAndListensToItAlone() {
    GatewayPod pod = Manifests.build("overlays/sidecar").gateway();

    assertThat(pod.spec().getInitContainers())
        .singleElement()
        .satisfies(
            gateway -> {
              assertThat(gateway.getName()).isEqualTo("gateway");
              assertThat(gateway.getRestartPolicy()).isEqualTo("Always");
              assertThat(gateway.getStartupProbe()).isNotNull();
            });
    assertThat(pod.spec().getContainers()).extracting("name").containsExactly("app");
    assertThat(pod.environment()).containsEntry("QUARKUS_HTTP_HOST", "127.0.0.1");
  }

  @Test
  void sharedLimitsAreCountedWhereTheGatewayLooksForThem() {
    Manifests built = Manifests.build("overlays/limits");
    GatewayPod pod = built.gateway();
    URI redis = URI.create(pod.environment().get("GATEWAY_LIMITS_REDIS_URL"));
    var service = built.only(io.fabric8.kubernetes.api.model.Service.class, redis.getHost());
    var valkey = built.only(Deployment.class, redis.getHost()).getSpec().getTemplate().getSpec();

    assertThat(service.getSpec().getPorts())
        .singleElement()
        .satisfies(port -> assertThat(port.getPort()).isEqualTo(redis.getPort()));
    assertThat(valkey.getVolumes().getFirst().getSecret().getItems().getFirst().getKey())
        .isEqualTo(pod.environment().get("GATEWAY_LIMITS_REDIS_PASSWORD_FILE"));
    assertThat(built.only(NetworkPolicy.class, "keeptrusts-valkey").getSpec().getIngress())
        .singleElement()
        .satisfies(
            rule ->
                assertThat(rule.getPorts().getFirst().getPort().getIntVal())
                    .isEqualTo(redis.getPort()));
  }

  @Test
  void theDurableTrailHasAVolumeOfItsOwnAndIsKept() {
    Manifests built = Manifests.build("overlays/durable");
    var set =
        built.only(io.fabric8.kubernetes.api.model.apps.StatefulSet.class, "keeptrusts-gateway");
    GatewayPod pod = built.gateway();
    String dir = pod.settings().audit().dir().toString();

    assertThat(pod.volumeAt(dir)).as("an ephemeral volume").isNull();
    assertThat(set.getSpec().getVolumeClaimTemplates())
        .singleElement()
        .satisfies(
            claim ->
                assertThat(claim.getMetadata().getName()).isEqualTo(pod.mountAt(dir).getName()));
    assertThat(set.getSpec().getPersistentVolumeClaimRetentionPolicy().getWhenScaled())
        .isEqualTo("Retain");
    assertThat(built.all(Deployment.class)).isEmpty();
  }
}
