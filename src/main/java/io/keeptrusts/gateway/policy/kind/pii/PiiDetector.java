package io.keeptrusts.gateway.policy.kind.pii;

import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.policy.TextRule;
import io.keeptrusts.gateway.policy.kind.UserPatterns;
import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.text.Masking;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds personal data, payment data and credentials in requests and in answers, by the same rules
 * both ways, and masks them or ends the exchange. What a rule finds has a checksum, a format of its
 * own or a word before it that says what it is.
 */
@Singleton
public final class PiiDetector implements PolicyKind<PiiDetector.Config> {
  static final String NAME = "pii-detector";

  private static final String CUSTOM = "CUSTOM";
  private static final String ANY = "PII";
  private static final int LONGEST_MARKER = 64;

  /** Names that people use for a label. */
  private static final Map<String, String> ALIASES =
      Map.of(
          "SSN",
          "US_SSN",
          "EMAIL_ADDRESS",
          "EMAIL",
          "PHONE_NUMBER",
          "PHONE",
          "CARD",
          "CREDIT_CARD",
          "CARD_NUMBER",
          "CREDIT_CARD",
          "IP_ADDRESS",
          "IP",
          "MAC_ADDRESS",
          "MAC",
          "DOB",
          "DATE_OF_BIRTH",
          "PASSPORT_NUMBER",
          "PASSPORT");

  /**
   * The keys of {@code policy.pii-detector}.
   *
   * @param action redact (default) or block
   * @param healthcareMode also record, insurance and provider numbers; default false
   * @param pciMode cards, security codes, expiry dates and card holders; default true
   * @param detectPatterns expressions of the pack, labelled {@code CUSTOM}
   * @param redaction how a masked span looks
   */
  public record Config(
      Action action,
      Boolean healthcareMode,
      Boolean pciMode,
      List<String> detectPatterns,
      Redaction redaction) {
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
      UserPatterns.rules("detect_patterns", CUSTOM, detectPatterns);
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
            String upper = type.toUpperCase(Locale.ROOT).replace('-', '_');
            String label = ALIASES.getOrDefault(upper, upper);
            if (!labels().contains(label)) {
              throw new IllegalArgumentException(
                  key + ": no such type; types are " + String.join(", ", labels()));
            }
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
  public Policy compile(Config config) {
    var rules = new ArrayList<>(builtIn(config.pciMode(), config.healthcareMode()));
    rules.addAll(UserPatterns.rules("detect_patterns", CUSTOM, config.detectPatterns()));
    List<TextRule> checks = rules.stream().map(rule -> check(rule, config)).toList();
    return Policy.of(NAME).withInput(checks).withOutput(checks);
  }

  /** The rules of the house; earlier ones name a span that several cover. */
  static List<Rule> builtIn(boolean pci, boolean healthcare) {
    return Stream.of(
            Secrets.RULES,
            pci ? Payments.CARDS : List.<Rule>of(),
            Payments.ACCOUNTS,
            Wallets.RULES,
            NationalIds.RULES,
            Identity.RULES,
            healthcare ? Health.RULES : List.<Rule>of(),
            Network.RULES,
            Phones.RULES)
        .flatMap(List::stream)
        .toList();
  }

  private static TextRule check(Rule rule, Config config) {
    Redaction redaction = config.redaction();
    Map<String, String> custom = redaction.customMarkers();
    if (redaction.includeMetadata()) {
      return new TextRule(
          rule,
          config.action(),
          new Masking(redaction.markerFormat(), redaction.preserveLength(), custom));
    }
    String marker = custom.get(rule.label());
    var untyped =
        new Rule(ANY, rule.left(), rule.body(), rule.right(), rule.cap(), rule.validator());
    Map<String, String> markers = marker == null ? Map.of() : Map.of(ANY, marker);
    return new TextRule(
        untyped,
        config.action(),
        new Masking(redaction.markerFormat(), redaction.preserveLength(), markers));
  }

  private static TreeSet<String> labels() {
    return Stream.concat(builtIn(true, true).stream().map(Rule::label), Stream.of(CUSTOM))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
