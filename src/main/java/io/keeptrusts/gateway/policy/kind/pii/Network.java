package io.keeptrusts.gateway.policy.kind.pii;

import static io.keeptrusts.gateway.policy.kind.pii.Context.END;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.List;
import java.util.Set;

/** Where somebody is on the net: mail, internet and hardware addresses. */
final class Network {
  private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final String V4 = "(" + OCTET + "\\.){3}" + OCTET;
  private static final String LETTER = "A-Za-z0-9\\u00C0-\\u024F";

  /** After a dot these are files, not domains: {@code image@2x.png}. */
  private static final Set<String> FILES =
      Set.of(
          "png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "css", "js", "mjs", "ts", "tsx", "jsx",
          "json", "html", "xml", "yaml", "yml", "pdf", "txt", "java", "py");

  private static final String NUMBER = "^|[^\\w.-]|(^|[\\s\\d])-";

  /** Four numbers as well. */
  private static final String VERSION =
      "(?i)(^|[^a-z])(versions?|ver|release|build|firmware|jdk|bom|tag|kernel|driver)[ :=v-]{0,3}";

  static final List<Rule> RULES =
      List.of(
          Rule.of(
                  "EMAIL",
                  "[_"
                      + LETTER
                      + "][_"
                      + LETTER
                      + ".%+-]{0,63}@(["
                      + LETTER
                      + "-]{1,63}\\.){1,5}[A-Za-z"
                      + "\\u00C0-\\u024F]["
                      + LETTER
                      + "-]{1,24}")
              .after("^|[^_" + LETTER + "]")
              .before("[^" + LETTER + "-]|$")
              .cap(600)
              .when(Network::mailbox),
          Rule.of("IP", V4).after(NUMBER).unless(VERSION).before("[^\\w.]|$").when(Network::host),
          Rule.of("IP", V4 + "\\.").after(NUMBER).unless(VERSION).before(END).when(Network::host),
          Rule.of("IP", "([0-9A-Fa-f]{1,4}:|::)[0-9A-Fa-f:]{1,40}(" + V4 + ")?")
              .after("^|[^\\w:.]")
              .before("[^\\w:]|$")
              .cap(64)
              .when(Network::v6),
          Rule.of("MAC", "([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}")
              .after("^|[^\\w:]")
              .before("[^\\w:]|$"),
          Rule.of("MAC", "([0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}|([0-9A-Fa-f]{4}\\.){2}[0-9A-Fa-f]{4}")
              .after("^|[^\\w.-]")
              .before("[^\\w-]|$")
              .when(Network::hexadecimal));

  private Network() {}

  private static boolean mailbox(CharSequence body) {
    String address = body.toString();
    String domain = address.substring(address.indexOf('@') + 1);
    return !address.startsWith("git@")
        && !domain.startsWith("-")
        && !FILES.contains(domain.substring(domain.lastIndexOf('.') + 1));
  }

  /** An address that can belong to somebody: neither loopback, nor "any", nor a net mask. */
  private static boolean host(CharSequence body) {
    String address = body.toString();
    return !address.startsWith("127.") && !address.startsWith("0.") && !address.startsWith("255.");
  }

  /**
   * RFC 4291, section 2.2; at least two groups besides the gap, so that {@code ::1} and {@code
   * a::b} in code are none.
   */
  static boolean v6(CharSequence body) {
    String address = body.toString();
    int gap = address.indexOf("::");
    if (gap >= 0 && address.indexOf("::", gap + 1) >= 0
        || address.endsWith(":") && !address.endsWith("::")) {
      return false;
    }
    int groups = 0;
    for (String group : address.split(":")) {
      if (group.contains(".")) {
        groups += 2;
      } else if (group.length() > 4) {
        return false;
      } else if (!group.isEmpty()) {
        groups++;
      }
    }
    boolean digit = address.chars().anyMatch(c -> c >= '0' && c <= '9');
    return digit && (gap < 0 ? groups == 8 : groups >= 2 && groups < 8 && address.length() >= 6);
  }

  private static boolean hexadecimal(CharSequence body) {
    return body.chars().anyMatch(Character::isLetter);
  }
}
