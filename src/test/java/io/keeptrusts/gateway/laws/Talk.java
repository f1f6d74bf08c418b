package io.keeptrusts.gateway.laws;

import io.keeptrusts.gateway.laws.Said.Line;
import io.keeptrusts.gateway.laws.Said.Plant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes up answers: prose, digits and all kinds of characters, with secrets planted among them. */
final class Talk {
  private static final List<String> PROSE =
      List.of(
          "the",
          "answer",
          "is",
          "below",
          "gateway",
          "in 2024",
          "3.14",
          "about 42 of them",
          "etc.",
          "e.g.",
          "Hello",
          "-",
          "—",
          "v1.2.3",
          "12 + 30",
          "foo@",
          "@home",
          "http://",
          "key",
          "eyJ",
          "sk-",
          "4111",
          "+49",
          "Dé\u0301ja\u0308 vu",
          "\uD83D\uDE00",
          "\uD83D\uDC69\u200D\uD83D\uDCBB",
          "שלום",
          "مرحبا",
          "数据",
          "\"quoted\"",
          "back\\slash",
          "tab\there",
          "a/b",
          "{x}",
          "[1]",
          "<b>",
          "\u2028",
          "-----",
          "project",
          "night",
          "EMP",
          "EMP-12",
          "crimson",
          "ok",
          "I",
          "don't",
          "know",
          "DE",
          "10.0",
          "::",
          "\u0001");

  private static final List<String> BEFORE = List.of(" ", " ", "\n", " (", ": ", " \"", ", ", "; ");
  private static final List<String> AFTER = List.of(" ", " ", "\n", ") ", ", ", "; ", "\" ", "! ");
  private static final List<String> PLAIN =
      List.of(Said.CONTENT, Said.CONTENT, "reasoning", "reasoning_content", "refusal", Said.NOTE);

  private final Random random;

  Talk(long seed) {
    random = new Random(seed * 0x9E3779B97F4A7C15L);
  }

  Random random() {
    return random;
  }

  /** An answer of any shape. */
  Said answer() {
    return answer(1 + (random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 0), "");
  }

  /** As {@link #answer()}, with the banned phrase in one of its texts. */
  Said banned() {
    return answer(1 + random.nextInt(2), Plants.BANNED);
  }

  private Said answer(int choices, String banned) {
    List<Line> lines = new ArrayList<>();
    boolean parts = random.nextInt(6) == 0;
    for (int choice = 0; choice < choices; choice++) {
      lines.add(plain(choice, pick(PLAIN)));
      if (random.nextInt(3) == 0) {
        Line more = plain(choice, parts ? Said.THINKING : pick(PLAIN));
        if (lines.stream().noneMatch(line -> line.key().equals(more.key()))) {
          lines.add(more);
        }
      }
      int calls = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0;
      for (int call = 0; call < calls; call++) {
        lines.add(json(choice, Line.arguments(call), call));
      }
      if (random.nextInt(12) == 0) {
        lines.add(json(choice, Said.FUNCTION, -1));
      }
    }
    if (!banned.isEmpty()) {
      int at = random.nextInt(lines.size());
      Line line = lines.get(at);
      String text =
          line.json()
              ? "{\"plan\": \"the " + banned + " now\"}"
              : line.text() + " the " + banned + " now " + prose(3);
      lines.set(
          at,
          new Line(
              line.choice(),
              line.path(),
              line.call(),
              line.json(),
              text,
              line.json() ? List.of() : line.plants()));
    }
    String note = random.nextInt(4) == 0 ? plain(0, "").text() : "";
    String title = random.nextInt(6) == 0 ? plain(0, "").text() : "";
    boolean companions = !parts && random.nextInt(6) == 0;
    boolean ids = !parts && random.nextInt(6) == 0;
    return new Said(lines, note, title, parts, companions, ids, random.nextBoolean());
  }

  /** Prose without anything to mask. */
  String prose(int words) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(words + 1); i > 0; i--) {
      text.append(pick(PROSE)).append(random.nextInt(8) == 0 ? "\n" : " ");
    }
    return text.toString();
  }

  Line plain(int choice, String path) {
    StringBuilder text = new StringBuilder();
    List<Plant> plants = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      plant(text, plants);
    }
    text.append(prose(4));
    if (random.nextInt(4) == 0) {
      Plants.Kind kind = Plants.pick(random);
      String secret = kind.make().apply(random);
      text.append(text.isEmpty() ? "" : " ");
      plants.add(new Plant(kind.name(), secret, text.length()));
      text.append(secret);
    }
    return new Line(choice, path, -1, false, text.toString(), plants);
  }

  private void plant(StringBuilder text, List<Plant> plants) {
    text.append(prose(6)).append(pick(BEFORE));
    Plants.Kind kind = Plants.pick(random);
    String secret = kind.make().apply(random);
    plants.add(new Plant(kind.name(), secret, text.length()));
    text.append(secret).append(pick(AFTER));
  }

  private Line json(int choice, String path, int call) {
    Arguments document = new Arguments(this);
    String text = document.write();
    return new Line(choice, path, call, true, text, document.plants());
  }

  <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
