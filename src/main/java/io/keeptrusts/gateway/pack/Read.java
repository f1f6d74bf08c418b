package io.keeptrusts.gateway.pack;

import java.util.List;

/** What came of reading a pack. */
public sealed interface Read {

  /**
   * The pack may run.
   *
   * @param document the pack
   * @param notes warnings and infos, by place
   * @param view the pack as JSON, as {@code GET /keeptrusts/config} shows it: without secrets
   */
  record Checked(PackDocument document, List<Problem> notes, String view) implements Read {}

  /**
   * The pack must not run.
   *
   * @param problems all that is wrong in all files, by place, at least one of them an error;
   *     warnings and infos too
   */
  record Refused(List<Problem> problems) implements Read {}
}
