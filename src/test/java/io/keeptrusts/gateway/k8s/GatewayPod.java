package io.keeptrusts.gateway.k8s;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.keeptrusts.gateway.GatewayConfig;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A pod with the gateway in it, and how the gateway would see itself there. */
record GatewayPod(Manifests manifests, PodSpec spec) {

  static @Nullable Container container(PodSpec spec) {
    return Stream.concat(spec.getContainers().stream(), spec.getInitContainers().stream())
        .filter(container -> container.getName().equals("gateway"))
        .findFirst()
        .orElse(null);
  }

  Container container() {
    return container(spec);
  }

  /** The environment, without what comes from secrets. */
  Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    container()
        .getEnvFrom()
        .forEach(
            from ->
                environment.putAll(
                    manifests.only(ConfigMap.class, from.getConfigMapRef().getName()).getData()));
    container().getEnv().stream()
        .filter(variable -> variable.getValue() != null)
        .forEach(variable -> environment.put(variable.getName(), variable.getValue()));
    return environment;
  }

  SmallRyeConfig config() {
    return new SmallRyeConfigBuilder()
        .withMapping(GatewayConfig.class)
        .withConverter(Duration.class, 500, new DurationConverter())
        .withConverter(MemorySize.class, 500, new MemorySizeConverter())
        .withSources(new EnvConfigSource(environment(), 300))
        .build();
  }

  GatewayConfig settings() {
    return config().getConfigMapping(GatewayConfig.class);
  }

  VolumeMount mountAt(String path) {
    return container().getVolumeMounts().stream()
        .filter(mount -> mount.getMountPath().equals(path))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing is mounted at " + path));
  }

  /** What is mounted there; null: a volume claim of a StatefulSet. */
  @Nullable Volume volumeAt(String path) {
    String name = mountAt(path).getName();
    return spec.getVolumes().stream()
        .filter(volume -> volume.getName().equals(name))
        .findFirst()
        .orElse(null);
  }
}
