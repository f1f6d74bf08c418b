package io.keeptrusts.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataUrlsTest {
  private static final String PIXELS = "iVBORw0KGgo+/Ab9".repeat(4);

  private static boolean isImage(String url) {
    byte[] bytes = ("..." + url + "..").getBytes(StandardCharsets.UTF_8);
    return DataUrls.isImage(bytes, 3, bytes.length - 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data:image/png;base64,",
        "data:image/svg+xml;base64,",
        "data:image/vnd.x-icon;base64,"
      })
  void anImageInBase64IsNoText(String head) {
    assertThat(isImage(head + PIXELS + "==")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "data:",
        "data:image/png",
        "data:image/png;base64",
        "data:text/plain;base64,",
        "data:image/4111111111111111;base64,",
        "data:image/png;name=jane;base64,",
        "data:image/a-type-that-is-too-long;base64,",
        " data:image/png;base64,",
        "https://a.example/"
      })
  void whatBeginsOtherwiseIsText(String head) {
    assertThat(isImage(head + PIXELS)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "@", "é", ".", "-", "\\/", "data:image/png;base64,"})
  void oneForeignCharacterMakesItText(String foreign) {
    assertThat(isImage("data:image/png;base64," + PIXELS + foreign + PIXELS)).isFalse();
  }

  @Test
  void aNumberOrSomethingShortIsText() {
    assertThat(isImage("data:image/png;base64," + "4111111111111111".repeat(5))).isFalse();
    assertThat(isImage("data:image/png;base64,A4111111111111111")).isFalse();
  }
}
