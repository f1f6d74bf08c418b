package io.keeptrusts.gateway.policy.kind.citation;

import java.util.List;

/**
 * A document that the request gave to the model.
 *
 * @param number what markers call it, negative if it has no number of its own
 * @param names title, file name, id: other things that markers may call it
 * @param url where it comes from, empty if unknown
 * @param text what it says
 */
record Source(int number, List<String> names, String url, String text) {

  static final int UNNUMBERED = -1;

  /** A paragraph that nobody marked as a document: counted only where there is nothing else. */
  static final int LOOSE = -2;

  Source {
    names = names.stream().map(String::strip).filter(name -> !name.isEmpty()).toList();
  }

  static Source of(String text) {
    return new Source(UNNUMBERED, List.of(), "", text);
  }
}
