package io.keeptrusts.gateway.laws;

import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.laws.Said.Line;
import io.keeptrusts.gateway.laws.Said.Plant;
import io.keeptrusts.gateway.policy.text.TextCheck;
import io.keeptrusts.gateway.policy.text.TextRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * What must become of one answer, and whether it did. Throws {@link Broken} with the law's name.
 */
final class Judge {
  /** A law is broken. */
  static final class Broken extends AssertionError {
    private static final long serialVersionUID = 1;

    Broken(String law, String what) {
      super(law + ": " + what);
    }
  }

  /** Keys, names and messages that stand around the texts. */
  private static final List<String> ENVELOPE =
      List.of(
          "chatcmpl-lab chat.completion.chunk gpt-4o fp_lab 1700000000 assistant function lookup_weather url_citation stop length",
          "id object created model system_fingerprint choices index delta message role content thinking reasoning_content",
          "refusal vendor note tool_calls function_call arguments name type annotations start_index title logprobs token",
          "bytes top_logprobs token_ids finish_reason stop_reason usage prompt_tokens completion_tokens total_tokens",
          "vendor_cost provider_note vendor_ms error policy code param policy_violation output_blocked content_filter",
          "The answer was blocked by policy safety-filter. Do not retry the same request.");

  private final Said said;
  private final Map<String, String> expected = new LinkedHashMap<>();
  private final String note;
  private final String title;
  private final Needles needles;
  private int planted;
  private int missed;

  /**
   * @param rules the policies, without those that block
   */
  Judge(Said said, TextRules rules) {
    this(said, List.of(rules));
  }

  /**
   * @param stages the policies without those that block, as stages that see each other's markers
   */
  Judge(Said said, List<TextRules> stages) {
    this.said = said;
    List<String> secrets = new ArrayList<>();
    List<String> allowed = new ArrayList<>(ENVELOPE);
    for (Line line : said.lines()) {
      String text = whole(stages, line.json(), line.text());
      expected.put(line.key(), text);
      String read = text;
      for (int level = 0; level < 4; level++) {
        allowed.add(read);
        read = Client.unescaped(read);
      }
      if (said.ids()) {
        allowed.add(Tokens.ids(0, line.text().length()));
      }
      for (Plant plant : line.plants()) {
        planted++;
        if (text.contains(plant.secret())) {
          missed++;
        } else {
          secrets.add(plant.secret());
        }
      }
    }
    note = whole(stages, false, said.note());
    title = whole(stages, false, said.title());
    allowed.add(note);
    allowed.add(title);
    needles = new Needles(secrets, allowed);
  }

  /** R(t), by one stage after the other. */
  static String whole(List<TextRules> stages, boolean json, String text) {
    String now = text;
    for (TextRules rules : stages) {
      now = whole(json ? rules.arguments() : rules.plain(), now);
    }
    return now;
  }

  /** R(t). */
  static String whole(TextCheck check, String text) {
    StringBuilder out = new StringBuilder();
    if (check.feed(text.toCharArray(), 0, text.length(), out)) {
      out.append(text);
    }
    check.end(out);
    return out.toString();
  }

  int planted() {
    return planted;
  }

  /** Planted, and not found by any policy where they stand. */
  int missed() {
    return missed;
  }

  int windows() {
    return needles.size();
  }

  Map<String, String> expected() {
    return expected;
  }

  /** An answer that came to its regular end. */
  void passed(Client got, boolean usageAsked) {
    noLeak(got);
    for (Line line : said.lines()) {
      same(
          "L1 " + line.key(),
          got.text(line.key()),
          Objects.requireNonNull(expected.get(line.key())));
    }
    got.texts
        .keySet()
        .forEach(
            key ->
                check("L4", said.line(key) != null || got.text(key).isEmpty(), "text in " + key));
    same("L1 note", String.join("", got.notes), note);
    same("L1 title", String.join("", got.titles), title);
    check("L4", got.wrong.isEmpty(), got.wrong.toString());
    same("L4 choices", got.finishes.keySet().toString(), said.choices().toString());
    got.finishes.forEach((choice, reason) -> same("L4 finish", reason, said.finish(choice)));
    TreeSet<String> calls = new TreeSet<>();
    said.lines().stream()
        .filter(line -> line.call() >= 0)
        .forEach(line -> calls.add(line.choice() + "/call_lab" + line.call() + "/" + Said.NAME));
    same("L4 calls", got.calls.toString(), calls.toString());
    boolean usage =
        got.usage != null
            && got.usage.path("total_tokens").asInt() == 12
            && got.usage.path("vendor_cost").asDouble() == 0.5;
    check("L4", usage == usageAsked, "usage " + got.usage);
    check("L2", got.error == null, "an error: " + got.error);
    ids(got);
  }

  /** An answer that a policy ended. {@code before}: nothing of the banned phrase may have left. */
  void blocked(Client got, GatewayError error, String policy, String code) {
    same("L1 policy", String.valueOf(error.policy()), policy);
    same("L1 code", error.code(), code);
    cutOff(got);
  }

  /** What a blocked answer has delivered. */
  void cutOff(Client got) {
    noLeak(got);
    for (Line line : said.lines()) {
      String text = Objects.requireNonNull(expected.get(line.key()));
      String delivered = got.text(line.key());
      check(
          "L1", text.startsWith(delivered), line.key() + " delivered " + delivered + " of " + text);
      int banned = text.indexOf(Plants.BANNED);
      check("L2", banned < 0 || delivered.length() <= banned, "the banned phrase: " + delivered);
    }
    ids(got);
  }

  private void noLeak(Client got) {
    got.views().forEach(this::noLeak);
  }

  /** Nothing of a secret stands in the view. */
  void noLeak(CharSequence view) {
    String found = needles.find(view);
    if (found != null) {
      throw new Broken("L2", "a piece of a secret left: <" + found + "> in " + around(view, found));
    }
  }

  private static String around(CharSequence view, String found) {
    String text = Needles.fold(view);
    int at = text.indexOf(found);
    return text.substring(Math.max(0, at - 80), Math.min(text.length(), at + 80));
  }

  private void ids(Client got) {
    for (Line line : said.lines()) {
      String text = Objects.requireNonNull(expected.get(line.key()));
      for (Plant plant :
          said.ids() && line.path().equals(Said.CONTENT) ? line.plants() : List.<Plant>of()) {
        boolean masked = !text.contains(plant.secret());
        for (int i = 0; masked && i < plant.secret().length(); i++) {
          check(
              "L2",
              !got.ids.contains(line.choice() + "/" + (Said.ID + plant.from() + i)),
              "the token id of a masked character in " + line.key());
        }
      }
    }
  }

  private static void check(String law, boolean holds, String what) {
    if (!holds) {
      throw new Broken(law, what);
    }
  }

  private static void same(String law, String actual, String expected) {
    if (!actual.equals(expected)) {
      throw new Broken(law, "expected <" + expected + ">\n but was <" + actual + ">");
    }
  }
}
