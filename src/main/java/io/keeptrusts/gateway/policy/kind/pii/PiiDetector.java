package io.keeptrusts.gateway.policy.kind.pii;

import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.policy.TextRule;
import io.keeptrusts.gateway.policy.TextRule.Overflow;
import io.keeptrusts.gateway.policy.kind.UserPatterns;
import io.keeptrusts.gateway.policy.kind.pii.PiiTypes.Group;
import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.text.Masking;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds personal data, payment data and credentials in requests and in answers, by the same rules
 * both ways, and masks them or ends the exchange. What a rule finds has a checksum, a format of its
 * own or a word before it that says what it is.
 *
 * <p>Not found: names of people, places, organizations and street addresses, which take a model; a
 * number that has neither format nor check digits and no word before it; what an encoding hides
 * (base64, URL escapes) except where the encoded form is a format of its own. A word after a number
 * does not count, as it would hold back all text (law L3).
 */
@Singleton
public final class PiiDetector implements PolicyKind<PiiDetector.Config> {
  static final String NAME = "pii-detector";

  private static final String ANY = "PII";
  private static final int LONGEST_MARKER = 64;

  /**
   * The keys of {@code policy.pii-detector}.
   *
   * @param action redact (default) or block
   * @param healthcareMode also record, insurance and provider numbers; default false
   * @param pciMode cards, security codes, expiry dates and card holders; default true
   * @param detectPatterns expressions of the pack, of type {@code CUSTOM}
   * @param redaction how a masked span looks
   * @param types what differs by type or group, {@code {EMAIL: {action: block}, NATIONAL_IDS:
   *     {enabled: false}}}; a type's own entry counts before its group's
   * @param regions ISO 3166 codes of the countries whose telephone numbers are known in their
   *     national form; numbers in the international form and those after a word such as "call" are
   *     found in any case; default the larger countries
   * @param onOverflow what happens to a text that is on the way to a match for longer than the
   *     rule's cap ({@value Rule#DEFAULT_CAP} characters for {@code detect_patterns}): slide
   *     (default) lets its beginning go, block ends the exchange
   */
  public record Config(
      Action action,
      Boolean healthcareMode,
      Boolean pciMode,
      List<String> detectPatterns,
      Redaction redaction,
      Map<String, Type> types,
      List<String> regions,
      Overflow onOverflow) {
    public Config {
      action = action == null ? Action.REDACT : action;
      if (action == Action.ESCALATE) {
        throw new IllegalArgumentException("action: must be redact or block");
      }
      healthcareMode = healthcareMode != null && healthcareMode;
      pciMode = pciMode == null || pciMode;
      detectPatterns = detectPatterns == null ? List.of() : List.copyOf(detectPatterns);
      redaction =
          redaction == null
              ? new Redaction(Masking.Format.LABEL, true, false, Map.of())
              : redaction;
      types = types == null ? Map.of() : byType(types);
      regions = regions == null ? Phones.REGIONS : Phones.regions("regions", regions);
      onOverflow = onOverflow == null ? Overflow.SLIDE : onOverflow;
      UserPatterns.rules("detect_patterns", PiiTypes.CUSTOM, detectPatterns);
    }

    /** Nothing that differs by type. */
    public Config(
        Action action,
        Boolean healthcareMode,
        Boolean pciMode,
        List<String> detectPatterns,
        Redaction redaction) {
      this(
          action,
          healthcareMode,
          pciMode,
          detectPatterns,
          redaction,
          Map.of(),
          Phones.REGIONS,
          Overflow.SLIDE);
    }

    /** Groups first, so that a type's own entry takes their place. */
    private static Map<String, Type> byType(Map<String, Type> given) {
      var byType = new HashMap<String, Type>();
      given.forEach((name, type) -> type.check("types." + name));
      given.forEach(
          (name, type) -> {
            var types = PiiTypes.types("types", name);
            if (types.size() > 1) {
              types.forEach(each -> byType.put(each, type));
            }
          });
      given.forEach(
          (name, type) -> {
            var types = PiiTypes.types("types", name);
            if (types.size() == 1) {
              byType.put(types.iterator().next(), type);
            }
          });
      return Map.copyOf(byType);
    }

    boolean enabled(Group group, String type) {
      Type own = types.get(type);
      if (own != null && own.enabled() != null) {
        return own.enabled();
      }
      return switch (group) {
        case CARDS -> pciMode;
        case HEALTH -> healthcareMode;
        case SECRETS, ACCOUNTS, WALLETS, NATIONAL_IDS, IDENTITY, NETWORK, PHONES -> true;
      };
    }

    Action action(String type) {
      Type own = types.get(type);
      return own == null || own.action() == null ? action : own.action();
    }
  }

  /**
   * What one type or group does.
   *
   * @param enabled whether it is looked for; default as the modes say, and true counts before them
   * @param action redact or block; default the policy's
   */
  public record Type(@Nullable Boolean enabled, @Nullable Action action) {

    private void check(String key) {
      if (action == Action.ESCALATE) {
        throw new IllegalArgumentException(key + ".action: must be redact or block");
      }
      if (enabled == null && action == null) {
        throw new IllegalArgumentException(key + ": says nothing; give enabled or action");
      }
      if (enabled != null && !enabled && action != null) {
        throw new IllegalArgumentException(
            key + ": an action has no effect where enabled is false; take one of them out");
      }
    }
  }

  /**
   * The keys of {@code policy.pii-detector.redaction}.
   *
   * @param markerFormat label (default), asterisk or partial
   * @param includeMetadata whether marker, metrics and trail tell the type that was found; if not,
   *     all is {@code PII}; default true
   * @param preserveLength a marker is as long as what it stands for; default false
   * @param customMarkers markers by type, instead of the format's own
   */
  public record Redaction(
      Masking.Format markerFormat,
      Boolean includeMetadata,
      Boolean preserveLength,
      Map<String, String> customMarkers) {
    public Redaction {
      markerFormat = markerFormat == null ? Masking.Format.LABEL : markerFormat;
      includeMetadata = includeMetadata == null || includeMetadata;
      preserveLength = preserveLength != null && preserveLength;
      customMarkers = customMarkers == null ? Map.of() : byLabel(customMarkers);
    }

    private static Map<String, String> byLabel(Map<String, String> markers) {
      var byLabel = new HashMap<String, String>();
      markers.forEach(
          (type, marker) -> {
            String key = "custom_markers." + type;
            String label = PiiTypes.type("custom_markers", type);
            if (marker.isBlank()
                || marker.length() > LONGEST_MARKER
                || marker.chars().anyMatch(Character::isISOControl)) {
              throw new IllegalArgumentException(
                  key + ": a marker has 1 to " + LONGEST_MARKER + " visible characters");
            }
            byLabel.put(label, marker);
          });
      return Map.copyOf(byLabel);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<Config> config() {
    return Config.class;
  }

  @Override
  public Mode mode() {
    return Mode.REALTIME;
  }

  @Override
  public boolean supports(Mode mode) {
    return true;
  }

  @Override
  public List<String> warnings(Config config) {
    return PiiAdvice.of(config);
  }

  @Override
  public Policy compile(Config config) {
    if (config.enabled(Group.PHONES, "PHONE")) {
      Phones.prepare(config.regions());
    }
    List<TextRule> checks =
        Stream.concat(
                Arrays.stream(Group.values())
                    .flatMap(
                        group ->
                            group.rules(config.regions()).stream()
                                .filter(rule -> config.enabled(group, rule.label()))),
                UserPatterns.rules("detect_patterns", PiiTypes.CUSTOM, config.detectPatterns())
                    .stream()
                    .filter(rule -> config.enabled(Group.SECRETS, rule.label())))
            .map(rule -> check(rule, config))
            .toList();
    return Policy.of(NAME).withInput(checks).withOutput(checks);
  }

  /** The rules of the house; earlier ones name a span that several cover. */
  static List<Rule> builtIn(boolean pci, boolean healthcare) {
    var rules = new ArrayList<Rule>();
    for (Group group : Group.values()) {
      if ((pci || group != Group.CARDS) && (healthcare || group != Group.HEALTH)) {
        rules.addAll(group.rules(Phones.REGIONS));
      }
    }
    return List.copyOf(rules);
  }

  private static TextRule check(Rule rule, Config config) {
    Redaction redaction = config.redaction();
    Map<String, String> custom = redaction.customMarkers();
    if (redaction.includeMetadata()) {
      return check(rule, rule, custom, config);
    }
    String marker = custom.get(rule.label());
    Rule untyped = rule.labelled(ANY);
    return check(rule, untyped, marker == null ? Map.of() : Map.of(ANY, marker), config);
  }

  private static TextRule check(Rule typed, Rule told, Map<String, String> markers, Config config) {
    Redaction redaction = config.redaction();
    return new TextRule(
        told,
        config.action(typed.label()),
        new Masking(redaction.markerFormat(), redaction.preserveLength(), markers),
        config.onOverflow());
  }
}
