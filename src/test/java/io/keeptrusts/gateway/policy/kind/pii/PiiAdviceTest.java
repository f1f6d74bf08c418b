package io.keeptrusts.gateway.policy.kind.pii;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.pack.KindCatalog;
import io.keeptrusts.gateway.pack.PackReader;
import io.keeptrusts.gateway.pack.Problem;
import io.keeptrusts.gateway.pack.Read;
import io.keeptrusts.gateway.pack.Secrets;
import io.keeptrusts.gateway.pack.VendorNames;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that do less than they seem to. */
class PiiAdviceTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{types: {CREDIT_CARD: {action: block}}, pci_mode: false} | types: the action for"
            + " CREDIT_CARD has no effect, pci_mode or healthcare_mode is off; add `enabled: true`",
        "{types: {MRN: {action: block}}} | types: the action for MRN has no effect, pci_mode or"
            + " healthcare_mode is off; add `enabled: true`",
        "{types: {CUSTOM: {action: block}}} | types.CUSTOM: has no effect without detect_patterns",
        "{types: {CUSTOM: {enabled: false}}, detect_patterns: [E-7]} | detect_patterns: has no"
            + " effect, `types` switches CUSTOM off",
        "{types: {PHONES: {enabled: false}}, regions: [GB]} | regions: has no effect, `types`"
            + " switches PHONES off",
        "{types: {HEALTH: {enabled: false}}, healthcare_mode: true} | healthcare_mode: has no"
            + " effect, `types` switches all of HEALTH off",
        "{action: block, redaction: {marker_format: asterisk}} | redaction: has no effect, what is"
            + " found is blocked and never masked",
        "{types: {EMAIL: {action: block}}, redaction: {custom_markers: {EMAIL: x}}} |"
            + " redaction.custom_markers: has no effect for EMAIL: blocked or not looked for, never"
            + " masked",
        "{redaction: {custom_markers: {MRN: x}}} | redaction.custom_markers: has no effect for MRN:"
            + " blocked or not looked for, never masked",
        "{redaction: {include_metadata: false, custom_markers: {EMAIL: x}}} |"
            + " redaction.custom_markers: tell the type that `include_metadata: false` is to hide",
        "{redaction: {marker_format: partial, preserve_length: true}} | redaction.preserve_length:"
            + " has no effect, a partial marker has the length of its text",
      })
  void areWarnedOfWhereTheyStand(String block, String warning) {
    assertThat(warnings(block)).containsExactly(warning);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}",
        "{action: redact}",
        "{action: block}",
        "{types: {CREDIT_CARD: {action: block, enabled: true}}, pci_mode: false}",
        "{types: {CUSTOM: {action: block}}, detect_patterns: [E-7]}",
        "{action: block, types: {EMAIL: {action: redact}}, redaction: {custom_markers: {EMAIL:"
            + " x}}}",
        "{healthcare_mode: true, redaction: {custom_markers: {MRN: x}}}",
        "{redaction: {marker_format: partial}}",
        "{redaction: {marker_format: asterisk, preserve_length: true, include_metadata: false}}",
        "{regions: [GB]}",
      })
  void nothingIsSaidOfSettingsThatAct(String block) {
    assertThat(warnings(block)).isEmpty();
  }

  @Test
  void aDetectorThatLooksForNothingIsWarnedOf() {
    String off =
        "{types: {SECRETS: {enabled: false}, CARDS: {enabled: false}, ACCOUNTS: {enabled: false},"
            + " WALLETS: {enabled: false}, NATIONAL_IDS: {enabled: false}, IDENTITY: {enabled:"
            + " false}, NETWORK: {enabled: false}, PHONES: {enabled: false}}}";

    assertThat(warnings(off)).containsExactly("nothing to look for: every type is switched off");
  }

  private static List<String> warnings(String block) {
    String pack =
        """
        pack: {name: p, version: 1.0.0}
        policies: {chain: [pii-detector]}
        policy:
          pii-detector: %s
        """;
    Read read =
        new PackReader(new Secrets(Map.of(), null))
            .read(
                "p.yaml",
                pack.formatted(block).getBytes(StandardCharsets.UTF_8),
                new KindCatalog(List.of(new PiiDetector())),
                NO_VENDORS);
    assertThat(read).isInstanceOf(Read.Checked.class);
    String root = "policy.pii-detector";
    return ((Read.Checked) read)
        .notes().stream()
            .filter(note -> note.code() == Problem.Code.W110)
            .map(
                note ->
                    note.path().equals(root)
                        ? note.message()
                        : note.path().substring(root.length() + 1) + ": " + note.message())
            .toList();
  }

  private static final VendorNames NO_VENDORS =
      new VendorNames() {
        @Override
        public Set<String> names() {
          return Set.of();
        }

        @Override
        public List<String> keyVariables(String vendor) {
          return List.of();
        }

        @Override
        public boolean keyOptional(String vendor) {
          return false;
        }
      };
}
