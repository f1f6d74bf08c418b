package io.keeptrusts.gateway.policy.kind.pii;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.List;
import java.util.stream.Stream;

/**
 * Numbers a state gives a person or a business, for tax, health or insurance. What has a shape of
 * its own or a strong check digit is found anywhere; a plain run of digits only after a word that
 * says what it is. Formats and check digits are those that the registers publish.
 */
final class NationalIds {
  static final List<Rule> RULES =
      Stream.of(
              AmericanIds.RULES,
              BritishIds.RULES,
              GermanIds.RULES,
              WestEuropeanIds.RULES,
              NorthEuropeanIds.RULES,
              EastEuropeanIds.RULES,
              AsianIds.RULES,
              IndianIds.RULES,
              SouthernIds.RULES)
          .flatMap(List::stream)
          .toList();

  private NationalIds() {}
}
