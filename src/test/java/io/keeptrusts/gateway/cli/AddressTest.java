package io.keeptrusts.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

  @ParameterizedTest
  @CsvSource({
    ":8080,            0.0.0.0:8080",
    "127.0.0.1:41002,  127.0.0.1:41002",
    "localhost:1,      localhost:1",
    "[::1]:8080,       [::1]:8080",
    "[::]:65535,       [::]:65535",
    ":0,               0.0.0.0:0"
  })
  void hostAndPortAreRead(String text, String address) {
    assertThat(Address.parse(text)).hasToString(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "8080",
        "localhost",
        "localhost:",
        ":65536",
        ":-1",
        ":http",
        "::1:8080",
        "a:1:2"
      })
  void anythingElseIsRefused(String text) {
    assertThat(Address.parse(text)).isNull();
  }
}
