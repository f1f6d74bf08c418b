package io.keeptrusts.gateway.policy.kind.injection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * BERT's tokens: words and punctuation, cut into the longest pieces of a vocabulary. The text is
 * folded and in lower case already. Immutable.
 */
final class WordPieces {
  private static final int LONGEST_WORD = 100;
  private static final String INSIDE = "##";

  private final Map<String, Integer> vocabulary = new HashMap<>();
  private final int unknown;
  private final int begin;
  private final int end;

  /** Reads the {@code model.vocab} of a tokenizer file of the usual JSON format. */
  WordPieces(InputStream tokenizer) throws IOException {
    JsonNode vocab = new ObjectMapper().readTree(tokenizer).path("model").path("vocab");
    vocab
        .properties()
        .forEach(entry -> vocabulary.put(entry.getKey(), entry.getValue().intValue()));
    unknown = id("[UNK]");
    begin = id("[CLS]");
    end = id("[SEP]");
  }

  private int id(String token) {
    Integer id = vocabulary.get(token);
    if (id == null) {
      throw new IllegalArgumentException("the vocabulary has no " + token);
    }
    return id;
  }

  /** Token ids between the marks of begin and end, at most {@code most} of them altogether. */
  long[] read(String text, int most) {
    long[] ids = new long[most];
    ids[0] = begin;
    int size = 1;
    for (int i = 0; i < text.length() && size < most - 1; ) {
      int c = text.codePointAt(i);
      int next = i + Character.charCount(c);
      if (Character.isLetterOrDigit(c) && !Words.spaceless(c)) {
        while (next < text.length() && inWord(text.codePointAt(next))) {
          next += Character.charCount(text.codePointAt(next));
        }
        size = word(text, i, next, ids, size);
      } else if (!Character.isWhitespace(c) && !Character.isISOControl(c)) {
        ids[size++] = vocabulary.getOrDefault(text.substring(i, next), unknown);
      }
      i = next;
    }
    ids[size++] = end;
    return Arrays.copyOf(ids, size);
  }

  private static boolean inWord(int c) {
    return Character.isLetterOrDigit(c) && !Words.spaceless(c);
  }

  private int word(String text, int from, int to, long[] ids, int size) {
    if (to - from > LONGEST_WORD) {
      ids[size] = unknown;
      return size + 1;
    }
    int at = from;
    int n = size;
    while (at < to) {
      int stop = to;
      Integer piece = null;
      while (stop > at && piece == null) {
        String part = text.substring(at, stop);
        piece = vocabulary.get(at == from ? part : INSIDE + part);
        stop -= piece == null ? 1 : 0;
      }
      if (piece == null) {
        ids[size] = unknown;
        return size + 1;
      }
      if (n == ids.length - 1) {
        return n;
      }
      ids[n++] = piece;
      at = stop;
    }
    return n;
  }
}
