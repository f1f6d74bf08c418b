package io.keeptrusts.gateway.policy.kind.citation;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Web addresses in a text, bare or in Markdown. Linear. */
final class Links {
  private static final int LONGEST = 2048;

  private Links() {}

  static void find(String text, Consumer<Citation> found) {
    int i = 0;
    while (i < text.length()) {
      int scheme = scheme(text, i);
      if (scheme == 0) {
        i++;
        continue;
      }
      int end = end(text, i);
      String url = text.substring(i, end);
      if (end - i > scheme && host(url).indexOf('.') > 0) {
        found.accept(new Citation(CitationType.URL, i, end, List.of(url)));
      }
      i = Math.max(end, i + 1);
    }
  }

  /** The first address of a text, empty if there is none. */
  static String first(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (scheme(text, i) > 0) {
        return text.substring(i, end(text, i));
      }
    }
    return "";
  }

  private static int scheme(String text, int i) {
    char c = text.charAt(i);
    if (c != 'h' && c != 'H' && c != 'w' && c != 'W'
        || i > 0 && Character.isLetterOrDigit(text.charAt(i - 1))) {
      return 0;
    }
    for (String scheme : List.of("https://", "http://", "www.")) {
      if (text.regionMatches(true, i, scheme, 0, scheme.length())) {
        return scheme.length();
      }
    }
    return 0;
  }

  private static int end(String text, int from) {
    int i = from;
    int open = 0;
    while (i < text.length() && i - from < LONGEST) {
      char c = text.charAt(i);
      open += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c <= ' '
          || open < 0
          || "<>\"`|\\^{}[]\u3010\u3011\u201C\u201D".indexOf(c) >= 0
          || c == '\u00A0') {
        break;
      }
      i++;
    }
    while (i > from && ".,;:!?*_'\u2019".indexOf(text.charAt(i - 1)) >= 0) {
      i--;
    }
    return i;
  }

  /**
   * The same for all spellings of an address: no scheme, no {@code www.}, host in lower case, no
   * fragment, no tracking parameters, no slash at the end.
   */
  static String canonical(String url) {
    String rest = withoutScheme(url);
    int hash = rest.indexOf('#');
    rest = hash < 0 ? rest : rest.substring(0, hash);
    String host = host(url);
    String path = rest.substring(Math.min(rest.length(), hostEnd(rest)));
    int query = path.indexOf('?');
    if (query >= 0) {
      StringBuilder kept = new StringBuilder(path.substring(0, query));
      char before = '?';
      for (String parameter : path.substring(query + 1).split("&", -1)) {
        if (!parameter.startsWith("utm_") && !parameter.isEmpty()) {
          kept.append(before).append(parameter);
          before = '&';
        }
      }
      path = kept.toString();
    }
    return host + (path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
  }

  /** In lower case, without {@code www.} and port. */
  static String host(String url) {
    String rest = withoutScheme(url);
    String host = rest.substring(0, hostEnd(rest)).toLowerCase(Locale.ROOT);
    int user = host.lastIndexOf('@');
    host = host.substring(user + 1);
    int port = host.indexOf(':');
    host = port < 0 ? host : host.substring(0, port);
    return host.startsWith("www.") ? host.substring(4) : host;
  }

  private static String withoutScheme(String url) {
    int scheme = url.indexOf("://");
    return scheme < 0 ? url : url.substring(scheme + 3);
  }

  private static int hostEnd(String rest) {
    int i = 0;
    while (i < rest.length() && "/?#".indexOf(rest.charAt(i)) < 0) {
      i++;
    }
    return i;
  }
}
