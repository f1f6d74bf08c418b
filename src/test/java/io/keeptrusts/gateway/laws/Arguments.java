package io.keeptrusts.gateway.laws;

import io.keeptrusts.gateway.laws.Said.Plant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A JSON document as a model writes it into a tool call: any white space, any spelling of a
 * character, JSON in strings.
 */
final class Arguments {
  private final Talk talk;
  private final Random random;
  private final List<Plant> plants = new ArrayList<>();

  Arguments(Talk talk) {
    this.talk = talk;
    this.random = talk.random();
  }

  List<Plant> plants() {
    return plants;
  }

  String write() {
    return object(0);
  }

  private String object(int depth) {
    StringBuilder out = new StringBuilder("{").append(space());
    int members = 1 + random.nextInt(3);
    for (int i = 0; i < members; i++) {
      out.append(i == 0 ? "" : "," + space());
      out.append('"')
          .append(talk.pick(List.of("city", "to", "amount", "Körper", "a b", "x")))
          .append(i)
          .append("\":")
          .append(space());
      out.append(value(depth)).append(space());
    }
    return out.append('}').toString();
  }

  private String value(int depth) {
    return switch (random.nextInt(depth < 2 ? 10 : 6)) {
      case 0 -> Integer.toString(random.nextInt(5000));
      case 1 -> talk.pick(List.of("true", "false", "null", "-1.5e3", "0.25"));
      case 2 -> number();
      case 3, 4, 5 -> quote(line());
      case 6 -> object(depth + 1);
      case 7 -> "[" + value(depth + 1) + "," + space() + value(depth + 1) + "]";
      case 8 -> "[]";
      default -> quote(object(depth + 1)); // JSON inside a string
    };
  }

  private String number() {
    String card = Plants.digits(random);
    plants.add(new Plant("CREDIT_CARD, number", card, -1));
    return card;
  }

  private String line() {
    Said.Line line = talk.plain(0, "");
    line.plants().forEach(plant -> plants.add(new Plant(plant.kind(), plant.secret(), -1)));
    return line.text();
  }

  private String space() {
    return random.nextInt(3) == 0 ? talk.pick(List.of(" ", "\n  ", "\t")) : "";
  }

  private String quote(String text) {
    return '"' + Spelt.json(text, random, random.nextInt(4)) + '"';
  }
}
