package io.keeptrusts.gateway.policy.kind.citation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Numbers for words, the same ones for an answer and its sources. A word's stem is a word of its
 * own. One exchange, one thread.
 */
final class Vocabulary {
  /** A function word: carries no claim. */
  static final int STOP = 1;

  static final int NEGATION = 1 << 1;

  /** The speaker or the one spoken to: talk, not a claim about the world. */
  static final int PERSON = 1 << 2;

  static final int OPINION = 1 << 3;

  private static final Set<String> NEGATIONS =
      words(
          """
          not n't no never none nobody nothing neither nor without cannot hardly nicht kein
          keine keinen nie niemals ohne
          """);

  private static final Set<String> PERSONS =
      words(
          """
          i me my mine myself we our us ours you your yours im i'm i've i'd i'll we're you're
          """);

  private static final Set<String> OPINIONS =
      words(
          """
          think guess believe hope feel love loved like liked enjoy favorite favourite cool
          awesome great amazing interesting nice really definitely probably maybe wow yeah yes
          oh haha lol sure agree sounds funny glad sorry hello hi ok okay actually pretty good
          fun heard wonder wish
          """);

  private static final Set<String> STOPS =
      words(
          """
          a an the and or but if then than so as of at by for with about into through during
          to from in on up out over under again once here there when where why how all any
          both each few more most other some such only own same too very can will just should
          now is am are was were be been being have has had having do does did doing would
          could might may must shall he she it they them his her hers him its their theirs
          this that these those what which who whom whose because while also well 's s t re ve
          ll d m one der die das den dem des ein eine einen einem einer und oder ist sind war
          im zu zum zur von vom mit auf aus bei nach sich es er sie wird als auch
          """);

  /** Spellings of the same word that matter to citations. */
  private static final Map<String, String> SAME =
      Map.of(
          "article", "art", "artikel", "art", "dsgvo", "gdpr", "vs", "v", "versus", "v", "percent",
          "%");

  /** Letters that words of one family begin with: "organize" and "organization". */
  private static final int ROOT = 5;

  private final Map<String, Integer> ids = new HashMap<>();
  private int[] stems = new int[1024];
  private int[] roots = new int[1024];
  private byte[] flags = new byte[1024];

  /** The number of a word in lower case. */
  int id(String word) {
    Integer known = ids.get(word);
    if (known != null) {
      return known;
    }
    String same = SAME.get(word);
    if (same != null) {
      int id = id(same);
      ids.put(word, id);
      return id;
    }
    int id = ids.size();
    ids.put(word, id);
    if (id >= stems.length) {
      stems = Arrays.copyOf(stems, 2 * id);
      roots = Arrays.copyOf(roots, 2 * id);
      flags = Arrays.copyOf(flags, 2 * id);
    }
    flags[id] = (byte) flagsOf(word);
    stems[id] = id;
    roots[id] = id;
    // The numbers of stem and root may lie behind ours, and the arrays may grow meanwhile.
    String stem = flags[id] == 0 ? stem(word) : word;
    if (!stem.equals(word)) {
      int stemId = id(stem);
      stems[id] = stems[stemId];
    }
    if (flags[id] == 0 && word.length() > ROOT && Character.isLetter(word.charAt(0))) {
      int rootId = id(word.substring(0, ROOT));
      roots[id] = rootId;
    }
    return id;
  }

  /** The number that all forms of a word share. */
  int stem(int id) {
    return stems[id];
  }

  /** The number that words share which only begin alike; looser than a stem. */
  int root(int id) {
    return roots[id];
  }

  boolean is(int id, int flag) {
    return (flags[id] & flag) != 0;
  }

  int size() {
    return ids.size();
  }

  private static Set<String> words(String list) {
    return Set.of(list.strip().split("\\s+"));
  }

  private static int flagsOf(String word) {
    int flags = STOPS.contains(word) ? STOP : 0;
    if (NEGATIONS.contains(word)) {
      flags |= NEGATION | STOP;
    }
    if (PERSONS.contains(word)) {
      flags |= PERSON | STOP;
    }
    if (OPINIONS.contains(word)) {
      flags |= OPINION;
    }
    return flags;
  }

  /** English endings, cut roughly: it is enough that forms of a word meet. */
  private static String stem(String word) {
    int n = word.length();
    if (n < 4 || !Character.isLetter(word.charAt(0))) {
      return word;
    }
    String cut = word;
    if (word.endsWith("ies") && n > 4) {
      cut = word.substring(0, n - 3) + "y";
    } else if (word.endsWith("s") && !word.endsWith("ss") && !word.endsWith("us")) {
      cut = word.substring(0, n - 1);
    }
    n = cut.length();
    if (cut.endsWith("ing") && n > 5) {
      cut = single(cut.substring(0, n - 3));
    } else if (cut.endsWith("ed") && n > 4) {
      cut = single(cut.substring(0, n - 2));
    }
    return cut.endsWith("e") && cut.length() > 3 ? cut.substring(0, cut.length() - 1) : cut;
  }

  private static String single(String stem) {
    int n = stem.length();
    boolean twice =
        n > 3
            && stem.charAt(n - 1) == stem.charAt(n - 2)
            && "bdgmnprt".indexOf(stem.charAt(n - 1)) >= 0;
    return twice ? stem.substring(0, n - 1) : stem;
  }
}
