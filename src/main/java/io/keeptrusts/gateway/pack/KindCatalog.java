package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.policy.PolicyKind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The kinds of policies this gateway was built with, by name. Immutable. */
public final class KindCatalog {

  private final Map<String, PolicyKind<?>> byName = new LinkedHashMap<>();

  /** Throws {@link IllegalStateException} if two kinds share a name. */
  public KindCatalog(Iterable<? extends PolicyKind<?>> kinds) {
    for (PolicyKind<?> kind : kinds) {
      PolicyKind<?> other = byName.putIfAbsent(kind.name(), kind);
      if (other != null) {
        throw new IllegalStateException(
            "two kinds are named "
                + kind.name()
                + ": "
                + other.getClass()
                + " and "
                + kind.getClass());
      }
    }
  }

  public @Nullable PolicyKind<?> find(String name) {
    return byName.get(name);
  }

  public Set<String> names() {
    return Set.copyOf(byName.keySet());
  }
}
