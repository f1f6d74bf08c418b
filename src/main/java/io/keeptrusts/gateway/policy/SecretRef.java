package io.keeptrusts.gateway.policy;

import org.jspecify.annotations.Nullable;

/**
 * A secret that a pack refers to, as {@code {env: NAME}} or {@code {store: name}}. Never shown.
 *
 * @param name what is referred to, for messages
 * @param value null if it is not there: the pack is read with a warning, and who needs it does
 *     without, on the safe side
 */
public record SecretRef(String name, @Nullable String value) {

  @Override
  public String toString() {
    return "SecretRef[" + name + "]";
  }
}
