package io.keeptrusts.gateway.bench;

/** Text as models write it: mostly nothing for a policy to find. */
final class Prose {
  static final String TEXT =
      """
      The harbour was quiet when the first boats came back. On the quay stood a woman with a basket, \
      and beside her two boys who counted the masts aloud: one, two, three, seven in all. "They are \
      late," she said, "but the wind has turned, and in the end they always come home." Nobody \
      answered. In 1987 her mother had waited on the same stones for 14 hours, and the town still \
      tells how the lamp in her window burned until the morning. The key to it, people say, is \
      patience; the number of boats never matters. Write to the harbour office if you must know.
      """;

  private Prose() {}

  /** The text in pieces of a word each, as a model's tokens come: the space before the word. */
  static String[] words() {
    return TEXT.strip().split("(?= )");
  }
}
