package io.keeptrusts.gateway.laws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.laws.Walls.Delivered;
import io.keeptrusts.gateway.laws.Walls.Rules;
import io.keeptrusts.gateway.laws.Walls.Wall;
import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.kind.DlpFilter;
import io.keeptrusts.gateway.testing.Recording;
import io.keeptrusts.gateway.testing.Recordings;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * L3 through the whole reading and checking of a stream: what is held could still become part of a
 * match.
 */
class HoldBackTest {
  private static final String ALPHABET = "ab@.";

  /**
   * No expression of its own has a marker that begins like its text, so that a prefix that two
   * texts share is decided.
   */
  private static final List<String> PATTERNS = List.of("a+@b", "\\bab\\b", "b\\.b?a");

  private static final Rules SMALL =
      Walls.rules(
          new DlpFilter()
              .compile(new DlpFilter.Config(PATTERNS, List.of(), null, null, null, null)));

  @Test
  void whatHasLeftIsTheLongestPrefixThatNoContinuationChanges() {
    List<String> continuations = words(ALPHABET, 4);
    int cases = 0;
    for (String begin : words(ALPHABET, 5)) {
      Random random = new Random(begin.hashCode());
      String left = left(SMALL.wall(), begin, random);
      String certain = Judge.whole(SMALL.all().plain(), begin);
      for (String continuation : continuations) {
        certain = common(certain, Judge.whole(SMALL.all().plain(), begin + continuation));
        if (certain.length() <= left.length()) {
          break;
        }
        cases++;
      }
      assertThat(left).as(begin).isEqualTo(certain);
    }
    System.out.printf(
        "laws L3: %d beginnings, %d continuations each, %d looked at%n",
        words(ALPHABET, 5).size(), continuations.size(), cases);
  }

  /** What a client has seen when so much has come and the stream is still open. */
  static String left(Wall wall, String begin, Random random) {
    List<byte[]> reads = new ArrayList<>();
    for (int at = 0; at < begin.length(); ) {
      int to = Math.min(begin.length(), at + 1 + random.nextInt(3));
      reads.add(chunk("{\"content\":\"" + begin.substring(at, to) + "\"}"));
      reads.add(chunk("{\"reasoning\":\"a\"}")); // passes what is held
      at = to;
    }
    Delivered delivered = Walls.run(wall, true, reads);
    assertThat(delivered.error())
        .isNotNull(); // the stream broke off; nothing that was held has left
    return Client.frames(delivered.frames()).text("0/content");
  }

  @Test
  void proseIsHeldForLessThanAWord() {
    Rules rules = Walls.rules(Walls.pii(), Walls.dlp(), Walls.safety(Action.BLOCK));
    int texts = 2_000 * SplitInvarianceTest.FACTOR;
    for (int seed = 0; seed < texts; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      int longest = 0;
      for (int i = 0; i < 12; i++) {
        String word =
            Plants.some(random, "etaoinshrdlu", 1, 11)
                + (random.nextInt(6) == 0 ? "." : random.nextInt(9) == 0 ? "," : "");
        longest = Math.max(longest, word.length());
        text.append(word).append(' ');
      }
      List<byte[]> reads = new ArrayList<>();
      for (char c : text.toString().toCharArray()) {
        reads.add(chunk("{\"content\":\"" + c + "\"}"));
      }
      assertThat(Walls.run(rules.wall(), true, reads).held().getMax())
          .as(text.toString())
          .isLessThanOrEqualTo(longest);
    }
    System.out.printf("laws L3, prose: %d texts, seeds 0-%d%n", texts, texts - 1);
  }

  /**
   * A word under way could become the name before an e-mail's @: no less can be held. As models cut
   * it, of vendors that speak OpenAI's protocol; each event is a read of its own.
   */
  @Test
  void recordedProseIsHeldForAWord() throws IOException {
    Rules rules = Walls.rules(Walls.pii(), Walls.dlp(), Walls.safety(Action.BLOCK));
    var held = new IntSummaryStatistics();
    int answers = 0;
    for (Recording row : Recordings.manifest()) {
      String body = Files.readString(row.file());
      List<byte[]> reads =
          Arrays.stream(body.replace("\r", "").split("(?<=\n\n)"))
              .map(event -> event.getBytes(UTF_8))
              .toList();
      boolean prose =
          row.stream() && row.status() == 200 && row.endpoint().endsWith("/chat/completions");
      if (prose && reads.size() > 40 && body.split("\"content\":\"[^\"]").length > 40) {
        held.combine(Walls.run(rules.wall(), true, reads).held());
        answers++;
      }
    }
    System.out.printf(
        "laws L3, recorded: %d answers, %d events, held %.2f characters on average, %d at most%n",
        answers, held.getCount(), held.getAverage(), held.getMax());
    assertThat(answers).isPositive();
    assertThat(held.getAverage()).isLessThanOrEqualTo(5);
  }

  private static byte[] chunk(String delta) {
    return ("data: {\"id\":\"chatcmpl-lab\",\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":"
            + delta
            + "}]}\n\n")
        .getBytes(UTF_8);
  }

  static String common(String a, String b) {
    int i = 0;
    while (i < Math.min(a.length(), b.length()) && a.charAt(i) == b.charAt(i)) {
      i++;
    }
    return a.substring(0, i);
  }

  static List<String> words(String alphabet, int length) {
    List<String> words = new ArrayList<>(List.of(""));
    for (int i = 0; i < words.size() && words.get(i).length() < length; i++) {
      for (int letter = 0; letter < alphabet.length(); letter++) {
        words.add(words.get(i) + alphabet.charAt(letter));
      }
    }
    return words;
  }
}
