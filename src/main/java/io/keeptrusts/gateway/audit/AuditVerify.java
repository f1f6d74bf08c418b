package io.keeptrusts.gateway.audit;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;

/**
 * Checks a trail: the hash of every record, their numbers, the links between segments and to
 * tombstones. Streaming, in constant memory; a trail that is being written verifies. What it cannot
 * see: a series deleted whole, and records cut off at the end of a series' last segment, neither of
 * which leaves a trace in the chain.
 */
public final class AuditVerify {

  private AuditVerify() {}

  /**
   * Verifies all series of a directory, or one segment file by itself.
   *
   * @throws IOException if it cannot be read, or is neither a directory nor a segment
   */
  public static Report verify(Path dirOrFile) throws IOException {
    List<SeriesReport> reports = new ArrayList<>();
    if (Files.isDirectory(dirOrFile)) {
      for (var entry : Series.list(dirOrFile).entrySet()) {
        reports.add(walk(dirOrFile, entry.getKey(), entry.getValue()));
      }
    } else {
      Series.Place place = Series.place(dirOrFile);
      if (place == null || place.segment() == null || !Files.exists(dirOrFile)) {
        throw new IOException(
            dirOrFile + " is neither a directory nor a segment of an audit trail");
      }
      Path dir = dirOrFile.resolveSibling("");
      reports.add(new SeriesWalk(dir, place.series()).walkOnly(place.segment()));
    }
    return new Report(reports);
  }

  private static SeriesReport walk(Path dir, Series series, SortedSet<Integer> listed)
      throws IOException {
    try {
      return new SeriesWalk(dir, series).walk(listed);
    } catch (NoSuchFileException e) {
      // Retention, or the end of the process that writes it, took a segment away meanwhile: look
      // again.
      SortedSet<Integer> now = Series.list(dir).getOrDefault(series, Collections.emptySortedSet());
      return new SeriesWalk(dir, series).walk(now);
    }
  }

  /** How a series stands. */
  public sealed interface State {

    /** Whole and unchanged. */
    record Ok() implements State {}

    /** Whole and unchanged up to a last record that was being written when the process died. */
    record Torn(String file, long offset) implements State {}

    /**
     * Changed, or parts of it are missing. {@code line} counts from 1; 0 if no line of the file is
     * meant.
     */
    record Broken(String file, long line, String why) implements State {}
  }

  /**
   * @param segments how many segments were read
   * @param records how many records were read and found right
   * @param removed how many records retention had removed before them
   * @param chained false: written with {@code immutable: false}; without hashes only numbers are
   *     checked
   * @param first time of the first record read, empty if there is none
   * @param last time of the last record found right
   */
  public record SeriesReport(
      String name,
      int segments,
      long records,
      long removed,
      boolean chained,
      String first,
      String last,
      State state) {

    private String text() {
      String what =
          switch (state) {
            case State.Ok() -> "ok";
            case State.Torn(var file, var offset) ->
                "torn tail in %s at byte %d: the process died while writing"
                    .formatted(file, offset);
            case State.Broken(var file, var line, var why) ->
                "BROKEN in %s at line %d: %s".formatted(file, line, why);
          };
      String span = records == 0 ? "" : ", %s to %s".formatted(first, last);
      String gone = removed == 0 ? "" : ", %d earlier ones removed by retention".formatted(removed);
      String plain = chained ? "" : ", WITHOUT hash chain (immutable: false)";
      return "%s: %s; %d records in %d segments%s%s%s%n"
          .formatted(name, what, records, segments, span, gone, plain);
    }

    private ObjectNode json(JsonMapper mapper) {
      ObjectNode json = mapper.createObjectNode();
      json.put("series", name)
          .put("segments", segments)
          .put("records", records)
          .put("removed", removed);
      json.put("chained", chained).put("first", first).put("last", last);
      switch (state) {
        case State.Ok() -> json.put("state", "ok");
        case State.Torn(var file, var offset) ->
            json.put("state", "torn").put("file", file).put("byte", offset);
        case State.Broken(var file, var line, var why) ->
            json.put("state", "broken").put("file", file).put("line", line).put("why", why);
      }
      return json;
    }
  }

  /** What was found, series by series, in the order of their starts. */
  public record Report(List<SeriesReport> series) {

    public Report {
      series = List.copyOf(series);
    }

    /** Whether no series is broken. A torn tail is not broken. */
    public boolean ok() {
      return series.stream().noneMatch(each -> each.state() instanceof State.Broken);
    }

    /** For the shell: 0, or 1 if a series is broken. */
    public int exitCode() {
      return ok() ? 0 : 1;
    }

    /** One line per series and a summary. */
    public String toText() {
      StringBuilder text = new StringBuilder();
      series.forEach(each -> text.append(each.text()));
      long records = series.stream().mapToLong(SeriesReport::records).sum();
      return text
          + "%s: %d records in %d series%n"
              .formatted(ok() ? "ok" : "BROKEN", records, series.size());
    }

    /** {@code {"ok":…,"series":[…]}}. */
    public String toJson() {
      JsonMapper mapper = new JsonMapper();
      ObjectNode json = mapper.createObjectNode().put("ok", ok());
      var list = json.putArray("series");
      series.forEach(each -> list.add(each.json(mapper)));
      return json.toString();
    }
  }
}
