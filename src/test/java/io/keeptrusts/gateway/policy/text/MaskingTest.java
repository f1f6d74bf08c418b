package io.keeptrusts.gateway.policy.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.policy.text.Masking.Format;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskingTest {

  @ParameterizedTest
  @CsvSource({
    "LABEL, false, john@example.com, [EMAIL_REDACTED]",
    "LABEL, true, john@example.com, [EMAIL_REDACTED]",
    "LABEL, true, a@b.io, [EMAIL",
    "LABEL, true, john.doe@example.com, [EMAIL_REDACTED]****",
    "ASTERISK, false, john@example.com, ****",
    "ASTERISK, true, a@b.io, ******",
    "PARTIAL, false, 4111-1111 1111.1234, ****-**** ****.1234",
    "PARTIAL, false, 1234-567, ****-***",
    "PARTIAL, false, 1234-5678, ****-5678",
    "PARTIAL, true, 1234-5678, ****-5678"
  })
  void a_marker_has_its_form(Format format, boolean preserveLength, String span, String marker) {
    var masking = new Masking(format, preserveLength, Map.of());
    assertThat(masking.mask("EMAIL", span)).isEqualTo(marker);
  }

  @Test
  void a_custom_marker_goes_before_the_format() {
    var masking = new Masking(Format.PARTIAL, false, Map.of("EMAIL", "<mail>"));
    assertThat(masking.mask("EMAIL", "john@example.com")).isEqualTo("<mail>");
    assertThat(masking.mask("PHONE", "12")).isEqualTo("**");
  }

  @Test
  void a_marker_is_never_cut_inside_a_surrogate_pair() {
    var masking = new Masking(Format.LABEL, true, Map.of("A", "x\uD83D\uDE00"));
    assertThat(masking.mask("A", "12")).isEqualTo("x*");
    assertThat(masking.mask("A", "123")).isEqualTo("x\uD83D\uDE00");
  }

  @Test
  void a_partial_marker_hides_letters_beyond_the_basic_plane() {
    var masking = new Masking(Format.PARTIAL, false, Map.of());
    assertThat(masking.mask("A", "\uD835\uDFD9-2345678")).isEqualTo("**-***5678");
  }

  @Test
  void a_marker_does_not_grow_with_its_span_for_ever() {
    var span = "7".repeat(Masking.LONGEST + 1);
    for (var format : Format.values()) {
      var marker = new Masking(format, true, Map.of()).mask("DIGITS", span);
      assertThat(marker).hasSize(Masking.LONGEST).doesNotContain("7");
    }
  }
}
