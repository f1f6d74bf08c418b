package io.keeptrusts.gateway.k8s;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Objects of manifests, read strictly: a kind without a model, an unknown field, a wrong type or a
 * key that comes twice fails.
 *
 * @param objects in the order of the file
 */
record Manifests(List<HasMetadata> objects) {
  static final Path ROOT = Path.of("k8s");

  private static final Map<String, Class<? extends HasMetadata>> MODELS =
      Map.ofEntries(
          Map.entry("v1 ConfigMap", ConfigMap.class),
          Map.entry("v1 Service", Service.class),
          Map.entry("v1 ServiceAccount", ServiceAccount.class),
          Map.entry("apps/v1 Deployment", Deployment.class),
          Map.entry("apps/v1 StatefulSet", StatefulSet.class),
          Map.entry("autoscaling/v2 HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
          Map.entry("policy/v1 PodDisruptionBudget", PodDisruptionBudget.class),
          Map.entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
          Map.entry("serving.knative.dev/v1 Service", io.fabric8.knative.serving.v1.Service.class),
          Map.entry("monitoring.coreos.com/v1 ServiceMonitor", ServiceMonitor.class),
          Map.entry("monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class));

  private static final ObjectMapper YAML =
      JsonMapper.builder(new YAMLFactory())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                // The models would put unknown fields aside.
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              })
          .build();

  private static final Map<String, String> BUILDS = new ConcurrentHashMap<>();

  /** {@code base} and every overlay. */
  static List<String> targets() {
    try (Stream<Path> overlays = Files.list(ROOT.resolve("overlays"))) {
      return Stream.concat(
              Stream.of("base"), overlays.map(dir -> "overlays/" + dir.getFileName()).sorted())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@code kubectl apply -k k8s/<target>} would send; skips the test without a kubectl. */
  static Manifests build(String target) {
    return parse(BUILDS.computeIfAbsent(target, Manifests::kustomize));
  }

  private static String kustomize(String target) {
    Process process;
    try {
      process = new ProcessBuilder("kubectl", "kustomize", ROOT.resolve(target).toString()).start();
    } catch (IOException e) {
      assumeTrue(false, "kubectl is not on the PATH: the manifests are not built");
      throw new UncheckedIOException(e);
    }
    try {
      String built = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0 || !said.isBlank()) { // warnings, too: of deprecated fields
        throw new AssertionError(target + ": " + said);
      }
      return built;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads a file of one or more documents. */
  static Manifests parse(String yaml) {
    List<HasMetadata> objects = new ArrayList<>();
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
      while (documents.hasNext()) {
        JsonNode document = documents.next();
        String type = document.path("apiVersion").asText() + " " + document.path("kind").asText();
        Class<? extends HasMetadata> model = MODELS.get(type);
        if (model == null) {
          throw new AssertionError("no model of " + type);
        }
        objects.add(YAML.treeToValue(document, model));
      }
    } catch (IOException e) {
      throw new AssertionError(e.getMessage(), e);
    }
    return new Manifests(List.copyOf(objects));
  }

  static JsonNode tree(Path file) {
    try {
      return YAML.readTree(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  <T extends HasMetadata> List<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  <T extends HasMetadata> T only(Class<T> type, String name) {
    return all(type).stream()
        .filter(object -> object.getMetadata().getName().equals(name))
        .reduce(
            (a, b) -> {
              throw new AssertionError("twice: " + name);
            })
        .orElseThrow(() -> new AssertionError("no " + type.getSimpleName() + " " + name));
  }

  /** Templates of pods by what makes pods of them. */
  Map<String, PodTemplateSpec> templates() {
    Map<String, PodTemplateSpec> templates = new TreeMap<>();
    for (HasMetadata object : objects) {
      String name = object.getKind() + "/" + object.getMetadata().getName();
      switch (object) {
        case Deployment d -> templates.put(name, d.getSpec().getTemplate());
        case StatefulSet s -> templates.put(name, s.getSpec().getTemplate());
        case io.fabric8.knative.serving.v1.Service s -> templates.put(name, Knative.template(s));
        default -> {}
      }
    }
    return templates;
  }

  /** The pods that hold a container called {@code gateway}. */
  List<GatewayPod> gateways() {
    return templates().values().stream()
        .map(PodTemplateSpec::getSpec)
        .filter(spec -> GatewayPod.container(spec) != null)
        .map(spec -> new GatewayPod(this, spec))
        .toList();
  }

  /** The one pod that holds the gateway. */
  GatewayPod gateway() {
    List<GatewayPod> pods = gateways();
    if (pods.size() != 1) {
      throw new AssertionError(pods.size() + " kinds of pods with a gateway");
    }
    return pods.getFirst();
  }

  static boolean selects(Map<String, String> selector, PodTemplateSpec template) {
    Map<String, String> labels = template.getMetadata().getLabels();
    return !selector.isEmpty() && labels.entrySet().containsAll(selector.entrySet());
  }
}
