package io.keeptrusts.gateway.policy.kind.quality;

import java.util.List;
import java.util.Locale;

/** Whether a text declines to answer: the words that models do it with, near its beginning. */
final class Refusal {
  private static final int NEAR = 240;
  private static final List<String> PHRASES =
      List.of(
          "i can't help",
          "i can't assist",
          "i can't provide",
          "i can't comply",
          "i can't do that",
          "i cannot help",
          "i cannot assist",
          "i cannot provide",
          "i cannot comply",
          "i cannot fulfill",
          "i can not help",
          "i'm not able to help",
          "i'm not able to assist",
          "i'm not able to provide",
          "i am not able to",
          "i'm unable to",
          "i am unable to",
          "i must decline",
          "i have to decline",
          "i won't be able to",
          "i will not provide",
          "i won't provide",
          "i'm sorry, but i can",
          "i'm sorry, i can",
          "i apologize, but i can",
          "as an ai language model, i can",
          "cannot fulfill this request",
          "can't fulfill that request");

  private Refusal() {}

  static boolean isOne(String answer) {
    String text = answer.strip().toLowerCase(Locale.ROOT).replace('\u2019', '\'');
    String start = text.substring(0, Math.min(NEAR, text.length()));
    return PHRASES.stream().anyMatch(start::contains);
  }
}
