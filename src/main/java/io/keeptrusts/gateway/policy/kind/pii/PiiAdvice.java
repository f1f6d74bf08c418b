package io.keeptrusts.gateway.policy.kind.pii;

import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.kind.pii.PiiDetector.Config;
import io.keeptrusts.gateway.policy.kind.pii.PiiDetector.Redaction;
import io.keeptrusts.gateway.policy.kind.pii.PiiTypes.Group;
import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.text.Masking.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which settings of {@link PiiDetector} do less than they seem to, and why. */
final class PiiAdvice {
  private final Config config;
  private final Set<String> sought = new TreeSet<>();
  private final List<String> warnings = new ArrayList<>();

  private PiiAdvice(Config config) {
    this.config = config;
  }

  static List<String> of(Config config) {
    var advice = new PiiAdvice(config);
    boolean phones = advice.seeks(Group.PHONES);
    boolean health = advice.seeks(Group.HEALTH);
    for (Group group : Group.values()) {
      advice.seeks(group);
    }
    advice.patterns();
    if (advice.sought.isEmpty()) {
      return List.of("nothing to look for: every type is switched off");
    }
    if (config.healthcareMode() && !health) {
      advice.warnings.add("healthcare_mode: has no effect, `types` switches all of HEALTH off");
    }
    if (!config.regions().equals(Phones.REGIONS) && !phones) {
      advice.warnings.add("regions: has no effect, `types` switches PHONES off");
    }
    advice.actions();
    advice.markers(config.redaction());
    return List.copyOf(advice.warnings);
  }

  private boolean seeks(Group group) {
    Set<String> found =
        group.rules(config.regions()).stream()
            .map(Rule::label)
            .filter(label -> config.enabled(group, label))
            .collect(Collectors.toSet());
    sought.addAll(found);
    return !found.isEmpty();
  }

  private void patterns() {
    boolean given = !config.detectPatterns().isEmpty();
    if (given && config.enabled(Group.SECRETS, PiiTypes.CUSTOM)) {
      sought.add(PiiTypes.CUSTOM);
    } else if (given) {
      warnings.add("detect_patterns: has no effect, `types` switches CUSTOM off");
    } else if (config.types().containsKey(PiiTypes.CUSTOM)) {
      warnings.add("types.CUSTOM: has no effect without detect_patterns");
    }
  }

  /** A mode that is off leaves a type out, whatever is to be done about it. */
  private void actions() {
    String idle =
        config.types().entrySet().stream()
            .filter(type -> type.getValue().action() != null)
            .map(Map.Entry::getKey)
            .filter(type -> !sought.contains(type) && !type.equals(PiiTypes.CUSTOM))
            .sorted()
            .collect(Collectors.joining(", "));
    if (!idle.isEmpty()) {
      warnings.add(
          "types: the action for "
              + idle
              + " has no effect, pci_mode or healthcare_mode is off; add `enabled: true`");
    }
  }

  private void markers(Redaction redaction) {
    Map<String, String> custom = redaction.customMarkers();
    Set<String> masked = new TreeSet<>(sought);
    masked.removeIf(type -> config.action(type) != Action.REDACT);
    boolean formed = redaction.markerFormat() != Format.LABEL || redaction.preserveLength();
    if (masked.isEmpty()) {
      if (formed || !custom.isEmpty()) {
        warnings.add("redaction: has no effect, what is found is blocked and never masked");
      }
      return;
    }
    Set<String> idle = new TreeSet<>(custom.keySet());
    idle.removeAll(masked);
    if (!idle.isEmpty()) {
      warnings.add(
          "redaction.custom_markers: has no effect for "
              + String.join(", ", idle)
              + ": blocked or not looked for, never masked");
    }
    boolean alike = custom.keySet().containsAll(masked) && Set.copyOf(custom.values()).size() == 1;
    if (!redaction.includeMetadata() && !custom.isEmpty() && !alike) {
      warnings.add(
          "redaction.custom_markers: tell the type that `include_metadata: false` is to hide");
    }
    if (redaction.preserveLength()
        && redaction.markerFormat() == Format.PARTIAL
        && custom.isEmpty()) {
      warnings.add(
          "redaction.preserve_length: has no effect, a partial marker has the length of its text");
    }
  }
}
