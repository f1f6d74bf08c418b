package io.keeptrusts.gateway.policy.kind.injection;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/** The texts a classifier is trained on: public sets and what the grammars make up. Seeded. */
final class Corpus {
  private static final int PER_FAMILY = 400;
  private static final int MOST = 1500;
  private static final List<String> DIRECT_ORDERS =
      List.of("attack.override", "attack.reveal", "attack.delimiter", "attack.authority");

  private final List<Labelled> texts = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private final Random random;

  private Corpus(long seed) {
    random = new Random(seed);
  }

  /** What users write to a model. */
  static List<Labelled> direct(long seed) {
    Corpus corpus = new Corpus(seed);
    corpus.attacks();
    corpus.harmless();
    corpus.made();
    return corpus.texts;
  }

  /**
   * What tools bring: mails, pages, code and prose, some of it with an order planted. An ordinary
   * request in a mail ("draft a letter") is no attempt: mails are full of them.
   */
  static List<Labelled> inData(long seed) {
    Corpus carriers = new Corpus(seed);
    carriers.harmless();
    Grammar grammar = grammar();
    for (String family : grammar.names("harmless.")) {
      carriers.add("made", false, grammar.sentences(family, PER_FAMILY, carriers.random));
    }
    Corpus corpus = new Corpus(seed);
    corpus.texts.addAll(carriers.texts);
    corpus.plant("made", carriers.texts, grammar.sentences("indirect.order", 6000, corpus.random));
    for (String family : DIRECT_ORDERS) {
      corpus.plant("made", carriers.texts, grammar.sentences(family, PER_FAMILY, corpus.random));
    }
    for (int i = 0; i < 4; i++) {
      corpus.plant("planted-code", carriers.texts, Sources.plantedCode());
    }
    corpus.blend(carriers.texts);
    return corpus.texts;
  }

  /** Each order in somebody's text: behind a sentence, on a line of its own, or at an end. */
  private void plant(String source, List<Labelled> carriers, List<String> orders) {
    for (String order : orders) {
      String carrier = carriers.get(random.nextInt(carriers.size())).text();
      String line = order.strip();
      int at = random.nextInt(4) == 0 ? carrier.length() : sentenceEnd(carrier);
      String gap = random.nextBoolean() ? " " : "\n\n";
      String before = carrier.substring(0, at) + gap;
      texts.add(
          new Labelled(
              source,
              true,
              before + line + gap + carrier.substring(at),
              before.length(),
              before.length() + line.length()));
    }
  }

  private int sentenceEnd(String text) {
    int end = text.indexOf(". ", random.nextInt(text.length()));
    return end < 0 ? random.nextBoolean() ? 0 : text.length() : end + 1;
  }

  /** Two harmless texts one behind the other: not every break is an attack. */
  private void blend(List<Labelled> carriers) {
    for (int i = 0; i < 4000; i++) {
      Labelled one = carriers.get(random.nextInt(carriers.size()));
      Labelled two = carriers.get(random.nextInt(carriers.size()));
      texts.add(new Labelled("made", false, one.text() + "\n\n" + two.text()));
    }
  }

  private static Grammar grammar() {
    return Grammar.read("/prompt-injection/attacks.txt", "/prompt-injection/harmless.txt");
  }

  private void attacks() {
    add("in-the-wild", true, Sources.wildJailbreaks());
    add("gptfuzz", true, Sources.fuzzTemplates());
    add("giskard", true, Sources.giskard());
    add("deepset", true, Sources.deepset(true).stream().filter(Corpus::ordersAModel).toList());
    add("cyberseceval", true, Sources.cyberSecEval("direct"));
  }

  private void harmless() {
    add("deepset", false, Sources.deepset(false));
    add("moderation", false, Sources.moderated());
    add("hazards", false, Sources.hazards());
    add("behaviours", false, Sources.behaviours());
    add("planted", false, Sources.plantedRequests());
    add("mails", false, Sources.mails());
    add("code-answers", false, Sources.codeAnswers());
    add("hatecheck", false, Sources.hateCheck());
    add("comments", false, Sources.comments());
    add("personal-data", false, Sources.personalData());
    add("news", false, Sources.corpus("wikigold.conll.txt", 4));
    add("filings", false, Sources.corpus("FIN5.txt", 4));
    add("tweets", false, Sources.corpus("btc_h.conll", 1));
    add("tweets", false, Sources.corpus("wnut17train.conll", 1));
  }

  private void made() {
    Grammar grammar = grammar();
    for (String family : grammar.names("attack.")) {
      add("made", true, vary(grammar.sentences(family, PER_FAMILY, random), grammar, true));
    }
    for (String family : grammar.names("harmless.")) {
      add("made", false, vary(grammar.sentences(family, 2 * PER_FAMILY, random), grammar, false));
    }
    encoded(grammar).forEach(text -> add("made", false, List.of(text)));
  }

  /** Honest texts are encoded, too, and names and numbers come alone. */
  private List<String> encoded(Grammar grammar) {
    List<String> encoded = new ArrayList<>();
    for (int i = 0; i < PER_FAMILY; i++) {
      byte[] bytes = grammar.sentence("harmless.general", random).getBytes(StandardCharsets.UTF_8);
      byte[] noise = new byte[4 + random.nextInt(60)];
      random.nextBytes(noise);
      encoded.add(Base64.getEncoder().encodeToString(bytes));
      encoded.add(
          grammar.sentence("harmless.words", random)
              + " "
              + Base64.getEncoder().encodeToString(noise));
      encoded.add(
          HexFormat.of().formatHex(noise) + " " + grammar.sentence("harmless.short", random));
      encoded.add(Guises.rot13(new String(bytes, StandardCharsets.UTF_8)));
      encoded.add(
          new StringBuilder(new String(bytes, StandardCharsets.UTF_8)).reverse().toString());
      encoded.add(
          URLEncoder.encode(new String(bytes, StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    }
    return encoded;
  }

  /** People write in capitals, in haste, and come to the point late. */
  private List<String> vary(List<String> sentences, Grammar grammar, boolean attack) {
    List<String> varied = new ArrayList<>();
    for (String sentence : sentences) {
      String text = sentence;
      int way = random.nextInt(12);
      if (way == 0) {
        text = text.toUpperCase(Locale.ROOT);
      } else if (way <= 2) {
        text = text.toLowerCase(Locale.ROOT);
      } else if (way == 3) {
        text = text.replaceAll("[.,!?'\"]", "");
      } else if (way <= 5) {
        text = grammar.sentence("harmless.general", random) + (way == 4 ? " " : "\n") + text;
      } else if (way <= 7 && !attack) {
        text = loud(text);
      } else if (way == 8 && !attack) {
        text = text + " " + grammar.sentence("harmless.general", random);
      }
      varied.add(text);
    }
    return varied;
  }

  /** One word in capitals. */
  private String loud(String text) {
    String[] words = text.split(" ");
    int at = random.nextInt(words.length);
    words[at] = words[at].toUpperCase(Locale.ROOT);
    return String.join(" ", words);
  }

  /** The set calls every persona an injection; a travel guide is none. */
  private static boolean ordersAModel(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return !lower.startsWith("i want you to act as")
        && !lower.startsWith("ich möchte, dass du als")
        && !lower.startsWith("ich möchte, dass sie als");
  }

  private void add(String source, boolean attack, List<String> all) {
    List<String> chosen = new ArrayList<>(all);
    if (chosen.size() > MOST) {
      java.util.Collections.shuffle(chosen, random);
      chosen = chosen.subList(0, MOST);
    }
    for (String text : chosen) {
      if (seen.add(text.strip().toLowerCase(Locale.ROOT)) && !text.isBlank()) {
        texts.add(new Labelled(source, attack, text));
      }
    }
  }
}
