package io.keeptrusts.gateway.policy.kind.pii;

/**
 * Expressions for what stands around a body. Only what stands before it is context, so nothing is
 * held for it.
 */
final class Context {
  /** Not in the middle of a word or number. */
  static final String START = "^|[^\\w]";

  static final String END = "[^\\w]|$";

  /**
   * For numbers with dots inside: neither digits nor a decimal point or more version parts before
   * them.
   */
  static final String NUMBER_START = "^|[^\\w.]";

  /**
   * What stands between a name and its value in configuration files, programs, mark-up and tables,
   * with the opening quotation mark.
   */
  static final String ASSIGN = "[\\s'\"`\\])]*(=|:{1,3}=?|>|,|\\|\\||[?+.|!=]=|=>)[\\s'\"`=>(\\[]*";

  private static final String SEPARATORS = "[ \\t_:=#\"'.(\\[*-]";

  private static final String FILLERS =
      "(is|was|are|no|nr|num|number|id|code|of|my|the|value|ending|key)" + SEPARATORS + "+";

  /**
   * What makes a number one of a trade rather than of a person, before one that its shape alone
   * gives away.
   */
  static final String OF_TRADE =
      "(?i)(^|[^a-z])(order|orders|invoice|ref|reference|tracking|ticket|case|part|model|serial|sku|item|product|po"
          + "|purchase order|receipt|confirmation|booking|batch|lot|catalog|catalogue|isbn|article)s?"
          + "[ _-]?((number|num|no|nr|id|code|#)[. ]?)?[ :#=\"'(]{0,3}(is |was )?[#\"']?";

  private Context() {}

  /**
   * Directly after one of the words, in any case, with separators and words such as "number is"
   * between.
   *
   * @param words alternatives in lower case, joined by {@code |}
   */
  static String after(String words) {
    return "(?i)(^|[^a-z])(" + words + ")" + SEPARATORS + "*(" + FILLERS + ")*";
  }

  /** As {@link #after} and with a separator at the end: for bodies that begin with letters. */
  static String afterWord(String words) {
    return "(?i)(^|[^a-z])(" + words + ")" + SEPARATORS + "+(" + FILLERS + ")*";
  }
}
