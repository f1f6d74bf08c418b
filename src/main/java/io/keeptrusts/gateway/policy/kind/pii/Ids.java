package io.keeptrusts.gateway.policy.kind.pii;

import static io.keeptrusts.gateway.policy.kind.pii.Context.END;
import static io.keeptrusts.gateway.policy.kind.pii.Context.after;

import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.match.Validator;

/** The two ways to write a rule for a number of a register. */
final class Ids {
  /** Any body will do: the words before it are what makes it certain. */
  static final Validator ANY = body -> true;

  private Ids() {}

  /** By its shape and its check digits. */
  static Rule anywhere(String label, String body, Validator check) {
    return Rule.of(label, body).after("^|[^\\w.-]").before("[^\\w-]|$").cap(64).when(check);
  }

  /** After a word that says what it is. */
  static Rule said(String label, String words, String body, Validator check) {
    return Rule.of(label, body).after(after(words)).before(END).cap(64).when(check);
  }
}
