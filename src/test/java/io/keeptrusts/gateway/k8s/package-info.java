/**
 * The manifests in {@code k8s}, as kustomize builds them: typed, complete, and of one mind with the
 * gateway.
 */
package io.keeptrusts.gateway.k8s;
