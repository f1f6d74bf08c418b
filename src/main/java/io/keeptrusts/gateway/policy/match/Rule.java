package io.keeptrusts.gateway.policy.match;

import org.jspecify.annotations.Nullable;

/**
 * One thing to find in a text: <em>left context, body, right condition, validator</em>. Only the
 * body is covered by a match; the left context decides where a body may start and so holds nothing
 * back, the right condition looks at the one symbol after the body (the end of the text is a
 * symbol). {@link Matcher} says exactly what matches and what expressions may hold; a rule is
 * checked when it is compiled, not when it is made.
 *
 * <p>A match of more than {@code cap} characters covers its last {@code cap} characters: a body
 * that goes on and on slides instead of holding a stream. A rule with a validator matches only
 * bodies of at most {@code cap} characters, and its expression must not allow more.
 *
 * <p>Bodies that may start anywhere are tried everywhere: a left context such as {@code (?:^|\W)}
 * keeps the threads of a scan few and the held text short. A secret that ends in no certain way is
 * best written so that every character after its header completes a match ({@code -----BEGIN[A-Z
 * ]+-----[A-Za-z0-9+/=\s]*}).
 *
 * @param label what it is, in capitals ({@code EMAIL}); becomes part of the marker
 * @param left expression for what stands before the body; {@code ^} is the start of the text,
 *     {@code ""} anything
 * @param body expression for what is found, at least one character
 * @param right one character class, or {@code $} for the end, or both joined by {@code |}; {@code
 *     ""} anything
 * @param cap the longest cover in characters; a promise about memory and hold-back
 * @param validator looks at the folded body; null: every body counts
 * @param unless expression for what must not stand before the body, of the form of {@code left} but
 *     without long gaps; {@code ""} nothing
 */
public record Rule(
    String label,
    String left,
    String body,
    String right,
    int cap,
    @Nullable Validator validator,
    String unless) {

  /** Enough for everything that is not a key file or a token. */
  public static final int DEFAULT_CAP = 256;

  /** A rule without context. */
  public static Rule of(String label, String body) {
    return new Rule(label, "", body, "", DEFAULT_CAP, null, "");
  }

  public Rule labelled(String other) {
    return new Rule(other, left, body, right, cap, validator, unless);
  }

  public Rule after(String expression) {
    return new Rule(label, expression, body, right, cap, validator, unless);
  }

  public Rule unless(String expression) {
    return new Rule(label, left, body, right, cap, validator, expression);
  }

  public Rule before(String condition) {
    return new Rule(label, left, body, condition, cap, validator, unless);
  }

  public Rule cap(int characters) {
    return new Rule(label, left, body, right, characters, validator, unless);
  }

  public Rule when(Validator check) {
    return new Rule(label, left, body, right, cap, check, unless);
  }
}
