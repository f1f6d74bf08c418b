package io.keeptrusts.gateway.k8s;

import io.fabric8.knative.serving.v1.RevisionSpec;
import io.fabric8.knative.serving.v1.Service;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;

/** A Knative service as a template of pods. */
final class Knative {
  private Knative() {}

  static PodTemplateSpec template(Service service) {
    RevisionSpec revision = service.getSpec().getTemplate().getSpec();
    return new PodTemplateSpecBuilder()
        .withMetadata(service.getSpec().getTemplate().getMetadata())
        .withSpec(
            new PodSpecBuilder()
                .withServiceAccountName(revision.getServiceAccountName())
                .withEnableServiceLinks(revision.getEnableServiceLinks())
                .withContainers(revision.getContainers())
                .withVolumes(revision.getVolumes())
                // Knative makes it so.
                .withTerminationGracePeriodSeconds(revision.getTimeoutSeconds())
                .build())
        .build();
  }
}
