package io.keeptrusts.gateway.policy.kind.pii;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names of what can be found: types, which become part of markers, and groups of them. */
final class PiiTypes {
  /** The type of what a pack's own expressions find. */
  static final String CUSTOM = "CUSTOM";

  /** Groups in the order of their rules: earlier ones name a span that several cover. */
  enum Group {
    SECRETS,
    CARDS,
    ACCOUNTS,
    WALLETS,
    NATIONAL_IDS,
    IDENTITY,
    HEALTH,
    NETWORK,
    PHONES;

    /** The rules of the house; those for telephone numbers know these regions. */
    List<Rule> rules(List<String> regions) {
      return switch (this) {
        case SECRETS -> Secrets.RULES;
        case CARDS -> Payments.CARDS;
        case ACCOUNTS -> Payments.ACCOUNTS;
        case WALLETS -> Wallets.RULES;
        case NATIONAL_IDS -> NationalIds.RULES;
        case IDENTITY -> Identity.RULES;
        case HEALTH -> Health.RULES;
        case NETWORK -> Network.RULES;
        case PHONES -> Phones.rules(regions);
      };
    }

    private Stream<String> labels() {
      return rules(Phones.REGIONS).stream().map(Rule::label);
    }
  }

  /** Names that people use for a type. */
  private static final Map<String, String> ALIASES =
      Map.ofEntries(
          Map.entry("SSN", "US_SSN"),
          Map.entry("EMAIL_ADDRESS", "EMAIL"),
          Map.entry("PHONE_NUMBER", "PHONE"),
          Map.entry("CARD", "CREDIT_CARD"),
          Map.entry("CARD_NUMBER", "CREDIT_CARD"),
          Map.entry("IBAN_CODE", "IBAN"),
          Map.entry("IP_ADDRESS", "IP"),
          Map.entry("MAC_ADDRESS", "MAC"),
          Map.entry("DOB", "DATE_OF_BIRTH"),
          Map.entry("PASSPORT_NUMBER", "PASSPORT"),
          Map.entry("NINO", "UK_NINO"));

  private static final TreeSet<String> LABELS =
      Stream.concat(Arrays.stream(Group.values()).flatMap(Group::labels), Stream.of(CUSTOM))
          .collect(Collectors.toCollection(TreeSet::new));

  private PiiTypes() {}

  /**
   * The type that a pack means.
   *
   * @param key where it stands, for the message
   * @throws IllegalArgumentException if there is none of that name
   */
  static String type(String key, String name) {
    String type = normal(name);
    if (!LABELS.contains(type)) {
      throw new IllegalArgumentException(
          key + "." + name + ": no such type; the nearest are " + nearest(type, LABELS));
    }
    return type;
  }

  /** As {@link #type}, a group's name being as good: all its types. */
  static Collection<String> types(String key, String name) {
    String type = normal(name);
    if (LABELS.contains(type)) {
      return List.of(type);
    }
    for (Group group : Group.values()) {
      if (group.name().equals(type)) {
        return group.labels().distinct().toList();
      }
    }
    throw new IllegalArgumentException(
        key
            + "."
            + name
            + ": no such type; the nearest are "
            + nearest(type, LABELS)
            + "; groups are "
            + Arrays.stream(Group.values()).map(Enum::name).collect(Collectors.joining(", ")));
  }

  private static String normal(String name) {
    String upper = name.toUpperCase(Locale.ROOT).replace('-', '_');
    return ALIASES.getOrDefault(upper, upper);
  }

  private static String nearest(String name, Collection<String> names) {
    var distances = new TreeMap<String, Integer>();
    names.forEach(other -> distances.put(other, distance(name, other)));
    return names.stream()
        .sorted(Comparator.comparing(distances::get))
        .limit(3)
        .collect(Collectors.joining(", "));
  }

  /** Single letters to insert, take out or change. */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int same = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(same, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }
}
