package io.keeptrusts.gateway.policy.kind.quality;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How alike an answer and a reference are, between 0 and 1. Of long texts the first {@value #MOST}
 * characters or words count where the work grows with the square of the length.
 */
@FunctionalInterface
interface Likeness {
  int MOST = 4000;

  double of(String answer, String reference);

  /** The cosine of the angle between the two bags of words. */
  static double cosine(String answer, String reference) {
    Map<String, Integer> a = Words.counts(split(answer));
    Map<String, Integer> b = Words.counts(split(reference));
    double product = 0;
    for (Map.Entry<String, Integer> entry : a.entrySet()) {
      product += entry.getValue() * (double) b.getOrDefault(entry.getKey(), 0);
    }
    double lengths = Math.sqrt(squares(a)) * Math.sqrt(squares(b));
    return lengths == 0 ? 0 : Math.min(1, product / lengths);
  }

  private static double squares(Map<String, Integer> counts) {
    return counts.values().stream().mapToDouble(count -> (double) count * count).sum();
  }

  /** One minus the edits from one to the other, as a share of the longer one. */
  static double levenshtein(String answer, String reference) {
    String a = answer.substring(0, Math.min(MOST, answer.length()));
    String b = reference.substring(0, Math.min(MOST, reference.length()));
    int longer = Math.max(a.length(), b.length());
    if (longer == 0) {
      return 1;
    }
    int[] before = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, Math.min(before[j], row[j - 1]) + 1);
      }
      int[] swap = before;
      before = row;
      row = swap;
    }
    return 1 - (double) before[b.length()] / longer;
  }

  /** ROUGE-1: the F1 of single words (Lin 2004). */
  static double rouge1(String answer, String reference) {
    List<String> a = split(answer);
    List<String> b = split(reference);
    return f1(common(Words.counts(a), Words.counts(b)), a.size(), b.size());
  }

  /** ROUGE-L: the F1 of the longest sequence of words in common (Lin 2004). */
  static double rougeL(String answer, String reference) {
    List<String> a = first(split(answer));
    List<String> b = first(split(reference));
    int[] before = new int[b.size() + 1];
    for (String word : a) {
      int[] row = new int[b.size() + 1];
      for (int j = 1; j <= b.size(); j++) {
        row[j] = word.equals(b.get(j - 1)) ? before[j - 1] + 1 : Math.max(before[j], row[j - 1]);
      }
      before = row;
    }
    return f1(before[b.size()], a.size(), b.size());
  }

  /** BLEU up to four words, smoothed by one (Papineni 2002; Lin and Och 2004). */
  static double bleu(String answer, String reference) {
    List<String> a = split(answer);
    List<String> b = split(reference);
    if (a.isEmpty() || b.isEmpty()) {
      return 0;
    }
    double logs = 0;
    int orders = Math.min(4, Math.min(a.size(), b.size()));
    for (int n = 1; n <= orders; n++) {
      int runs = a.size() - n + 1;
      int met = common(runs(a, n), runs(b, n));
      if (n == 1 && met == 0) {
        return 0;
      }
      int smooth = n == 1 ? 0 : 1;
      logs += Math.log((double) (met + smooth) / (runs + smooth));
    }
    double brevity = a.size() >= b.size() ? 1 : Math.exp(1 - (double) b.size() / a.size());
    return brevity * Math.exp(logs / orders);
  }

  private static Map<List<String>, Integer> runs(List<String> words, int length) {
    Map<List<String>, Integer> runs = new HashMap<>();
    for (int i = 0; i + length <= words.size(); i++) {
      runs.merge(words.subList(i, i + length), 1, Integer::sum);
    }
    return runs;
  }

  private static <T> int common(Map<T, Integer> a, Map<T, Integer> b) {
    int common = 0;
    for (Map.Entry<T, Integer> entry : a.entrySet()) {
      common += Math.min(entry.getValue(), b.getOrDefault(entry.getKey(), 0));
    }
    return common;
  }

  private static double f1(int common, int a, int b) {
    return a + b == 0 ? 0 : 2.0 * common / (a + b);
  }

  private static List<String> first(List<String> words) {
    return words.subList(0, Math.min(MOST, words.size()));
  }

  /** Words with their case, which the assertion has folded or not. */
  private static List<String> split(String text) {
    return List.of(text.strip().split("[^\\p{L}\\p{N}]+")).stream()
        .filter(word -> !word.isEmpty())
        .toList();
  }
}
