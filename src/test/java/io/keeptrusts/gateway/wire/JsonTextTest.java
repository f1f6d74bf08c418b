package io.keeptrusts.gateway.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "plain, plain",
        "\\u0041\\u00e9\\u6f22, Aé漢",
        "\\ud83d\\uDE00 and 😀, 😀 and 😀",
        "a long ascii run that is over eight bytes\\/é, a long ascii run that is over eight bytes/é",
        "\\\"\\\\, `\"\\`"
      })
  void decodesTextAndEscapes(String content, String text) {
    assertThat(decode(content.getBytes(UTF_8))).isEqualTo(text);
  }

  @Test
  void decodesControlEscapesAndKeepsLoneSurrogates() {
    assertThat(decode("\\b\\f\\n\\r\\t|\\ud83d|\\ude00".getBytes(UTF_8)))
        .isEqualTo("\b\f\n\r\t|\ud83d|\ude00");
  }

  @Test
  void startsWritingWhereItIsTold() {
    char[] out = "xx......".toCharArray();

    int end = JsonText.decode("_ab_".getBytes(UTF_8), 1, 3, out, 2);

    assertThat(new String(out, 0, end)).isEqualTo("xxab");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\", "\\x", "\\u", "\\u12", "\\u12g4", "abcdefgh\\u123"})
  void refusesABadEscape(String content) {
    assertThatThrownBy(() -> decode(content.getBytes(UTF_8))).isInstanceOf(JsonError.class);
  }

  @Test
  void decodesEverySequenceOfThreeBytesAsJavaDoes() {
    byte[] edges =
        bytes("00 41 7f 80 8f 90 9f a0 bf c0 c1 c2 df e0 e1 ec ed ee ef f0 f1 f3 f4 f5 f8 ff");
    byte[] b = new byte[4];
    for (byte first : edges) {
      for (int second = 0; second < 256; second++) {
        for (byte third : edges) {
          for (byte fourth : edges) {
            b[0] = first;
            b[1] = (byte) (second == '\\' ? 'x' : second);
            b[2] = third;
            b[3] = fourth;
            String java = new String(b, UTF_8);
            if (!decode(b).equals(java)) {
              assertThat(decode(b)).as("%s", Arrays.toString(b)).isEqualTo(java);
            }
          }
        }
      }
    }
  }

  @Test
  void decodesRandomBytesAsJavaDoes() {
    Random random = new Random(11);
    for (int i = 0; i < 50_000; i++) {
      byte[] b = new byte[random.nextInt(24)];
      random.nextBytes(b);
      for (int k = 0; k < b.length; k++) {
        b[k] = b[k] == '\\' || random.nextInt(3) == 0 ? (byte) 'a' : b[k];
      }
      assertThat(decode(b)).isEqualTo(new String(b, UTF_8));
    }
  }

  @Test
  void encodesAsLittleAsJsonAllows() {
    String text = "\"\\/\b\f\n\r\t\0\u001f\u007fé漢😀\u2028\ud83d|\ude00";

    assertThat(encode(text))
        .isEqualTo("\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u007fé漢😀\u2028\\ud83d|\\ude00");
  }

  @Test
  void encodesOnlyTheRangeAndNeverHalfOfAPairAsUtf8() {
    Bytes out = new Bytes(1).ascii("<");

    JsonText.encode("a😀b", 1, 2, out);
    JsonText.encode("a😀b", 2, 4, out);

    assertThat(out.toString()).isEqualTo("<\\ud83d\\ude00b");
  }

  @Test
  void readsBackWhatItWroteAndJacksonDoesToo() throws Exception {
    ObjectMapper jackson = new ObjectMapper();
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int k = random.nextInt(20); k > 0; k--) {
        text.append((char) random.nextInt(1 << 4 * (1 + random.nextInt(4))));
      }
      String content = encode(text.toString());
      assertThat(decode(content.getBytes(UTF_8))).isEqualTo(text.toString());
      assertThat(jackson.readTree('"' + content + '"').textValue()).isEqualTo(text.toString());
    }
  }

  @Test
  void bytesGrowAndKeepTheirArrayOnReset() {
    Bytes bytes =
        new Bytes(0)
            .add((byte) 'a')
            .add("-bcd-".getBytes(ISO_8859_1), 1, 4)
            .ascii("ef".repeat(500));
    byte[] array = bytes.array();

    assertThat(bytes.toString()).isEqualTo("abcd" + "ef".repeat(500));
    assertThat(bytes.toByteArray()).hasSize(1004);
    bytes.reset();
    assertThat(bytes.isEmpty()).isTrue();
    assertThat(bytes.array()).isSameAs(array);
  }

  private static String decode(byte[] b) {
    char[] out = new char[b.length];
    return new String(out, 0, JsonText.decode(b, 0, b.length, out, 0));
  }

  private static String encode(String s) {
    Bytes out = new Bytes(1);
    JsonText.encode(s, 0, s.length(), out);
    return out.toString();
  }

  private static byte[] bytes(String hex) {
    return HexFormat.ofDelimiter(" ").parseHex(hex);
  }
}
