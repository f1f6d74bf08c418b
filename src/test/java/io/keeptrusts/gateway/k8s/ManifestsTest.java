package io.keeptrusts.gateway.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestsTest {

  static List<String> targets() {
    return Manifests.targets();
  }

  @Test
  void everyResourceFileIsOfItsType() throws IOException {
    List<Path> files = resourceFiles();

    assertThat(files).hasSizeGreaterThan(10);
    assertThat(files)
        .allSatisfy(
            file -> assertThat(Manifests.parse(Files.readString(file)).objects()).isNotEmpty());
  }

  @Test
  void aFieldThatDoesNotExistIsFound() throws IOException {
    String deployment = Files.readString(Manifests.ROOT.resolve("base/deployment.yaml"));

    assertThatThrownBy(
            () -> Manifests.parse(deployment.replace("failureThreshold:", "failureTreshold:")))
        .hasMessageContaining("failureTreshold");
  }

  @ParameterizedTest
  @MethodSource("targets")
  void everyNameOccursOnceInABuild(String target) {
    List<HasMetadata> objects = Manifests.build(target).objects();

    assertThat(objects)
        .hasSizeGreaterThan(4)
        .extracting(o -> o.getApiVersion() + " " + o.getKind() + " " + o.getMetadata().getName())
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void whatIsNamedExists(String target) {
    Manifests built = Manifests.build(target);

    built.templates().forEach((name, template) -> assertNamesExist(built, name, template));
    for (HorizontalPodAutoscaler scaler : built.all(HorizontalPodAutoscaler.class)) {
      var ref = scaler.getSpec().getScaleTargetRef();
      assertThat(built.templates()).containsKey(ref.getKind() + "/" + ref.getName());
    }
    for (StatefulSet set : built.all(StatefulSet.class)) {
      assertThat(built.only(Service.class, set.getSpec().getServiceName())).isNotNull();
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void everySelectorSelectsPods(String target) {
    Manifests built = Manifests.build(target);

    Map<String, Map<String, String>> selectors = new TreeMap<>();
    built
        .all(Deployment.class)
        .forEach(
            d ->
                selectors.put(
                    "Deployment " + d.getMetadata().getName(),
                    d.getSpec().getSelector().getMatchLabels()));
    built
        .all(StatefulSet.class)
        .forEach(
            s ->
                selectors.put(
                    "StatefulSet " + s.getMetadata().getName(),
                    s.getSpec().getSelector().getMatchLabels()));
    built
        .all(Service.class)
        .forEach(
            s -> selectors.put("Service " + s.getMetadata().getName(), s.getSpec().getSelector()));
    built
        .all(PodDisruptionBudget.class)
        .forEach(
            p ->
                selectors.put(
                    "Budget " + p.getMetadata().getName(),
                    p.getSpec().getSelector().getMatchLabels()));
    if (!target.endsWith("/sidecar")) { // there the app's pods are the app's affair
      built
          .all(NetworkPolicy.class)
          .forEach(
              n ->
                  selectors.put(
                      "Policy " + n.getMetadata().getName(),
                      n.getSpec().getPodSelector().getMatchLabels()));
    }

    assertThat(selectors.values())
        .allSatisfy(
            selector ->
                assertThat(built.templates().values())
                    .filteredOn(template -> Manifests.selects(selector, template))
                    .as("pods with %s", selector)
                    .hasSize(1));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void everyServiceLeadsToAPortOfItsPods(String target) {
    Manifests built = Manifests.build(target);

    for (Service service : built.all(Service.class)) {
      Set<String> ports = new HashSet<>();
      built.templates().values().stream()
          .filter(template -> Manifests.selects(service.getSpec().getSelector(), template))
          .flatMap(template -> template.getSpec().getContainers().stream())
          .flatMap(container -> container.getPorts().stream())
          .forEach(port -> ports.add(port.getName()));
      assertThat(service.getSpec().getPorts())
          .isNotEmpty()
          .allSatisfy(port -> assertThat(ports).contains(port.getTargetPort().getStrVal()));
    }
    for (ServiceMonitor monitor : built.all(ServiceMonitor.class)) {
      assertThat(built.all(Service.class))
          .filteredOn(
              service ->
                  monitor
                      .getSpec()
                      .getSelector()
                      .getMatchLabels()
                      .equals(service.getMetadata().getLabels()))
          .singleElement()
          .satisfies(
              service ->
                  assertThat(service.getSpec().getPorts().getFirst().getName())
                      .isEqualTo(monitor.getSpec().getEndpoints().getFirst().getPort()));
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void noContainerHasMoreRightsThanItNeeds(String target) {
    Manifests built = Manifests.build(target);

    assertThat(built.templates()).isNotEmpty();
    for (PodTemplateSpec template : built.templates().values()) {
      var pod = template.getSpec().getSecurityContext();
      assertThat(containers(template)).isNotEmpty();
      for (Container container : containers(template)) {
        var own = container.getSecurityContext();
        assertThat(own.getReadOnlyRootFilesystem()).isTrue();
        assertThat(own.getAllowPrivilegeEscalation()).isFalse();
        assertThat(own.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(own.getRunAsNonRoot() == null ? pod.getRunAsNonRoot() : own.getRunAsNonRoot())
            .isTrue();
        assertThat(own.getRunAsUser() == null ? pod.getRunAsUser() : own.getRunAsUser())
            .isPositive();
        assertThat(
                (own.getSeccompProfile() == null
                        ? pod.getSeccompProfile()
                        : own.getSeccompProfile())
                    .getType())
            .isEqualTo("RuntimeDefault");
        assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
        assertThat(container.getResources().getLimits()).containsKey("memory");
        assertThat(container.getVolumeMounts()).allMatch(mount -> mount.getSubPath() == null);
      }
    }
    assertThat(built.all(ServiceAccount.class))
        .isNotEmpty()
        .allMatch(account -> !account.getAutomountServiceAccountToken());
  }

  @ParameterizedTest
  @MethodSource("targets")
  void theGatewayIsTheBuildsVersion(String target) throws IOException {
    var version =
        Pattern.compile("<version>([\\d.]+)(-SNAPSHOT)?</version>")
            .matcher(Files.readString(Path.of("pom.xml")));
    assertThat(version.find()).isTrue();

    assertThat(Manifests.build(target).gateways())
        .singleElement()
        .extracting(pod -> pod.container().getImage())
        .isEqualTo("keeptrusts/gateway:" + version.group(1));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void theReadmeSaysHowToMakeTheSecretThatAPodNeeds(String target) throws IOException {
    Set<String> keys = new TreeSet<>();
    for (PodTemplateSpec template : Manifests.build(target).templates().values()) {
      for (Container container : containers(template)) {
        container.getEnv().stream()
            .filter(variable -> variable.getValueFrom() != null)
            .map(variable -> variable.getValueFrom().getSecretKeyRef())
            .forEach(ref -> keys.add(ref.getName() + "/" + ref.getKey()));
      }
      template.getSpec().getVolumes().stream()
          .map(Volume::getSecret)
          .filter(secret -> secret != null && !secret.getItems().isEmpty())
          .forEach(
              secret ->
                  secret
                      .getItems()
                      .forEach(item -> keys.add(secret.getSecretName() + "/" + item.getKey())));
    }

    String readme = Files.readString(Path.of("README.md"));

    assertThat(keys)
        .isNotEmpty()
        .allSatisfy(
            key -> {
              String[] parts = key.split("/");
              assertThat(readme.contains("create secret generic " + parts[0])).isTrue();
              assertThat(readme.contains("--from-literal=" + parts[1] + "=")).isTrue();
            });
  }

  private static void assertNamesExist(Manifests built, String name, PodTemplateSpec template) {
    var spec = template.getSpec();
    if (spec.getServiceAccountName() != null) {
      assertThat(built.only(ServiceAccount.class, spec.getServiceAccountName())).isNotNull();
    }
    Set<String> volumes = new HashSet<>();
    for (Volume volume : spec.getVolumes()) {
      volumes.add(volume.getName());
      if (volume.getConfigMap() != null) {
        assertThat(built.only(ConfigMap.class, volume.getConfigMap().getName())).isNotNull();
      }
    }
    for (StatefulSet set : built.all(StatefulSet.class)) {
      for (PersistentVolumeClaim claim : set.getSpec().getVolumeClaimTemplates()) {
        if (name.equals("StatefulSet/" + set.getMetadata().getName())) {
          assertThat(volumes.add(claim.getMetadata().getName())).as("claimed and empty").isTrue();
        }
      }
    }
    Set<String> used = new HashSet<>();
    for (Container container : containers(template)) {
      container.getVolumeMounts().forEach(mount -> used.add(mount.getName()));
      container
          .getEnvFrom()
          .forEach(
              from ->
                  assertThat(built.only(ConfigMap.class, from.getConfigMapRef().getName()))
                      .isNotNull());
      assertThat(container.getPorts()).extracting(ContainerPort::getName).doesNotHaveDuplicates();
    }
    assertThat(used).as("volumes of %s", name).isEqualTo(volumes);
  }

  private static List<Container> containers(PodTemplateSpec template) {
    return Stream.concat(
            template.getSpec().getContainers().stream(),
            template.getSpec().getInitContainers().stream())
        .toList();
  }

  /** Files that a kustomization lists under {@code resources}. */
  private static List<Path> resourceFiles() throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> tree = Files.walk(Manifests.ROOT)) {
      tree.filter(path -> path.endsWith("kustomization.yaml"))
          .forEach(
              kustomization ->
                  Manifests.tree(kustomization)
                      .path("resources")
                      .forEach(entry -> files.add(kustomization.resolveSibling(entry.asText()))));
    }
    return files.stream().filter(Files::isRegularFile).toList();
  }
}
