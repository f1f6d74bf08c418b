package io.keeptrusts.gateway.policy.kind.citation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which sources a citation means. Linear in the citations and the sources together. */
final class Matching {
  private static final int MOST_MATCHES = 8;

  /**
   * @param sources places of the sources, ascending, at most eight
   * @param said whether it stands somewhere else in the conversation
   * @param host whether only the host of an address is known
   */
  record Match(int[] sources, boolean said, boolean host) {
    static final Match NONE = new Match(new int[0], false, false);

    boolean found() {
      return sources.length > 0;
    }
  }

  private final List<Source> documents;
  private final Map<String, String> definitions;
  private final Map<String, List<Integer>> numbers = new HashMap<>();
  private final Map<String, List<Integer>> names = new HashMap<>();
  private final Map<String, List<Integer>> urls = new HashMap<>();
  private final Set<String> saidUrls = new HashSet<>();
  private final Set<String> hosts = new HashSet<>();
  private final Phrases phrases;
  private final Map<String, Integer> numbered = new HashMap<>();
  private final List<List<Integer>> standing = new ArrayList<>();
  private boolean[] inTalk = new boolean[0];

  Matching(
      List<Source> documents,
      List<Words> texts,
      String said,
      Extraction extraction,
      Vocabulary vocabulary) {
    this.documents = documents;
    definitions = extraction.definitions();
    phrases = new Phrases(vocabulary);
    index(said);
    for (Citation citation : extraction.citations()) {
      if (citation.type() != CitationType.NUMBERED && citation.type() != CitationType.URL) {
        citation.keys().forEach(key -> numbered.computeIfAbsent(key, phrases::add));
      }
    }
    phrases.ready();
    if (!numbered.isEmpty()) {
      look(texts, Words.of(said, vocabulary));
    }
  }

  /** The names that markers may use, in lower case. */
  static Set<String> names(List<Source> documents) {
    Set<String> names = new HashSet<>();
    documents.forEach(
        source -> source.names().forEach(name -> names.add(name.toLowerCase(Locale.ROOT))));
    return names;
  }

  private void index(String said) {
    boolean explicit = documents.stream().anyMatch(source -> source.number() >= 0);
    boolean loose = documents.stream().allMatch(source -> source.number() == Source.LOOSE);
    int count = 0;
    for (int i = 0; i < documents.size(); i++) {
      Source source = documents.get(i);
      if (explicit && source.number() >= 0) {
        put(numbers, Integer.toString(source.number()), i);
      } else if (!explicit && (loose || source.number() != Source.LOOSE)) {
        put(numbers, Integer.toString(++count), i);
      }
      for (String name : source.names()) {
        put(names, name.toLowerCase(Locale.ROOT), i);
      }
      if (!source.url().isEmpty()) {
        url(source.url(), i);
      }
      int document = i;
      Links.find(source.text(), link -> url(link.keys().getFirst(), document));
    }
    Links.find(
        said,
        link -> {
          saidUrls.add(Links.canonical(link.keys().getFirst()));
          hosts.add(Links.host(link.keys().getFirst()));
        });
  }

  private void url(String url, int document) {
    put(urls, Links.canonical(url), document);
    hosts.add(Links.host(url));
  }

  private static void put(Map<String, List<Integer>> map, String key, int document) {
    List<Integer> places = map.computeIfAbsent(key, _ -> new ArrayList<>());
    if (places.size() < MOST_MATCHES && !places.contains(document)) {
      places.add(document);
    }
  }

  private void look(List<Words> texts, Words said) {
    inTalk = phrases.in(said);
    for (int phrase = 0; phrase < inTalk.length; phrase++) {
      standing.add(new ArrayList<>());
    }
    for (int document = 0; document < texts.size(); document++) {
      boolean[] here = phrases.in(texts.get(document));
      for (int phrase = 0; phrase < here.length; phrase++) {
        if (here[phrase]) {
          standing.get(phrase).add(document);
        }
      }
    }
  }

  Match match(Citation citation) {
    return switch (citation.type()) {
      case NUMBERED -> marker(citation.keys().getFirst());
      case URL -> address(citation.keys().getFirst());
      case ACADEMIC, QUOTE, LEGAL -> phrases(citation.keys());
    };
  }

  private Match marker(String key) {
    String definition = definitions.get(key);
    String url = definition == null ? "" : Links.first(definition);
    if (!url.isEmpty()) {
      return address(url);
    }
    List<Integer> places = numbers.getOrDefault(key, names.get(key));
    return places == null ? Match.NONE : new Match(array(places), false, false);
  }

  private Match address(String url) {
    String canonical = Links.canonical(url);
    List<Integer> places = urls.getOrDefault(canonical, List.of());
    boolean host = places.isEmpty() && hosts.contains(Links.host(url));
    return new Match(array(places), saidUrls.contains(canonical), host);
  }

  /** The sources in which all phrases stand. */
  private Match phrases(List<String> keys) {
    List<Integer> places = null;
    boolean said = true;
    for (String key : keys) {
      int phrase = numbered.getOrDefault(key, -1);
      if (phrase >= 0) {
        List<Integer> here = standing.get(phrase);
        said &= inTalk[phrase];
        if (places == null) {
          places = new ArrayList<>(here);
        } else {
          places.retainAll(new HashSet<>(here));
        }
      }
    }
    if (places == null) {
      return Match.NONE;
    }
    return new Match(array(places.subList(0, Math.min(MOST_MATCHES, places.size()))), said, false);
  }

  private static int[] array(List<Integer> places) {
    int[] array = places.stream().mapToInt(Integer::intValue).toArray();
    Arrays.sort(array);
    return array;
  }

  long steps() {
    return phrases.steps();
  }
}
