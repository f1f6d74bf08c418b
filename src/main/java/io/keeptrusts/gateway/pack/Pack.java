package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.limits.Callers;
import io.keeptrusts.gateway.policy.Chain;
import io.keeptrusts.gateway.provider.Routes;
import java.util.List;

/**
 * A pack, checked and compiled. Immutable: an exchange keeps the one it began with.
 *
 * @param label name and version, {@code demo@1.0.0}
 * @param enabled false: no policy runs
 * @param limits for whom a request is counted, and up to what
 * @param notes what lint has to say about it
 * @param view the document as JSON, without secrets
 */
public record Pack(
    String label,
    boolean enabled,
    Chain chain,
    Routes routes,
    Callers limits,
    List<Problem> notes,
    String view) {

  public Pack {
    notes = List.copyOf(notes);
  }
}
