package io.keeptrusts.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keeptrusts.gateway.testing.Splits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineDecoderTest {

  private static List<String> lines(int max, byte[]... pieces) {
    List<String> lines = new ArrayList<>();
    LineDecoder decoder = new LineDecoder(max);
    LineDecoder.Handler handler =
        (b, from, to) -> lines.add(new String(b, from, to - from, StandardCharsets.UTF_8));
    for (byte[] piece : pieces) {
      byte[] lent = piece.clone();
      decoder.feed(lent, 0, lent.length, handler);
      Arrays.fill(lent, (byte) 'X');
    }
    decoder.end(handler);
    return lines;
  }

  @Test
  void linesAreTheSameHoweverTheBytesAreCut() {
    byte[] body = "{\"a\":\"é👋\"}\n\n  \r\n{}\r\nlast".getBytes(StandardCharsets.UTF_8);

    assertThat(lines(64, body)).containsExactly("{\"a\":\"é👋\"}", "{}\r", "last");
    Splits.single(body.length)
        .forEach(
            cut ->
                assertThat(lines(64, Splits.of(body, cut).toArray(byte[][]::new)))
                    .containsExactly("{\"a\":\"é👋\"}", "{}\r", "last"));
    assertThat(lines(64, Splits.of(body, Splits.every(1, body.length)).toArray(byte[][]::new)))
        .hasSize(3);
  }

  @Test
  void nothingIsNoLine() {
    assertThat(lines(8, new byte[0])).isEmpty();
    assertThat(lines(8, "\n\n".getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  @Test
  void aLineOfTheLimitPassesAndOneByteMoreDoesNot() {
    byte[] five = "12345\n".getBytes(StandardCharsets.UTF_8);
    byte[] six = "123456".getBytes(StandardCharsets.UTF_8);

    assertThat(lines(5, five, five)).containsExactly("12345", "12345");
    assertThatThrownBy(() -> lines(5, six)).isInstanceOf(LineDecoder.TooLarge.class);
    assertThatThrownBy(
            () ->
                lines(
                    5,
                    "123".getBytes(StandardCharsets.UTF_8),
                    "456\n".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(LineDecoder.TooLarge.class);
  }
}
