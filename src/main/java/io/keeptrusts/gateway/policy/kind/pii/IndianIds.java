package io.keeptrusts.gateway.policy.kind.pii;

import static io.keeptrusts.gateway.policy.kind.pii.Checksums.alphanumerics;
import static io.keeptrusts.gateway.policy.kind.pii.Ids.anywhere;
import static io.keeptrusts.gateway.policy.kind.pii.Ids.said;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.List;
import java.util.Set;

/** India and Pakistan. */
final class IndianIds {
  static final List<Rule> RULES =
      List.of(
          anywhere("IN_AADHAAR", "[2-9]\\d{3}[ -]\\d{4}[ -]\\d{4}", Checksums::verhoeff)
              .unless("\\d[ -]"),
          said("IN_AADHAAR", "aadhaar|aadhar|uidai|uid", "[2-9]\\d{11}", Checksums::verhoeff),
          anywhere(
              "IN_PAN",
              "[A-Z]{3}[ABCFGHJLPT][A-Z]\\d{4}[A-Z]",
              body -> !alphanumerics(body).startsWith("0000", 5)),
          said(
              "IN_VOTER_ID",
              "voter|voter id|epic|epic number|elector|election card",
              "[A-Z]{3}/?\\d{7}",
              Ids.ANY),
          anywhere(
              "IN_GSTIN",
              "(0[1-9]|[1-3]\\d|9[79])[A-Z]{5}\\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]",
              IndianIds::gstin),
          said(
              "IN_PASSPORT", "passport|indian passport", "[A-PR-WY][1-9]\\d ?\\d{4}[1-9]", Ids.ANY),
          anywhere(
              "IN_VEHICLE",
              "[A-Z]{2}[ -]?\\d{2}[ -]?[A-HJ-NP-Z]{1,2}[ -]?\\d{4}",
              IndianIds::vehicle),
          said("IN_IFSC", "ifsc|ifsc code", "[A-Z]{4}0[A-Z0-9]{6}", Ids.ANY),
          anywhere("PK_CNIC", "[1-7]\\d{4}-\\d{7}-\\d", Ids.ANY));

  private IndianIds() {}

  private static final Set<String> STATES =
      Set.of(
          "AN", "AP", "AR", "AS", "BR", "CG", "CH", "DD", "DL", "DN", "GA", "GJ", "HP", "HR", "JH",
          "JK", "KA", "KL", "LA", "LD", "MH", "ML", "MN", "MP", "MZ", "NL", "OD", "OR", "PB", "PY",
          "RJ", "SK", "TN", "TR", "TS", "UK", "UP", "WB");

  /** Luhn's method over base 36. */
  static boolean gstin(CharSequence body) {
    int sum = 0;
    for (int i = 0; i < 14; i++) {
      int product = Character.digit(body.charAt(i), 36) * (i % 2 + 1);
      sum += product / 36 + product % 36;
    }
    return Math.floorMod(-sum, 36) == Character.digit(body.charAt(14), 36);
  }

  static boolean vehicle(CharSequence body) {
    return STATES.contains(body.toString().substring(0, 2));
  }
}
