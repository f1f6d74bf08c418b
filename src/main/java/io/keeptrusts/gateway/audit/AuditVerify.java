package io.keeptrusts.gateway.audit;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Checks a trail: the hash of every record, their numbers, the links between segments and to
 * tombstones, and whether it holds all that its signed checkpoints and its signed ledger tell of: a
 * series deleted whole, or cut at its end, is missed. Streaming, in constant memory; a trail that
 * is being written verifies.
 *
 * <p>What it cannot see: records cut off that were not signed yet; and, in a directory whose ledger
 * was cut at its end too, what only the lost entries told of. Who may sign is known only if the
 * public keys are given.
 */
public final class AuditVerify {

  private AuditVerify() {}

  /** As {@link #verify(Path, Collection)}; signatures count whoever made them. */
  public static Report verify(Path dirOrFile) throws IOException {
    return verify(dirOrFile, List.of());
  }

  /**
   * Verifies all series of a directory, or one segment file by itself: its signatures are not
   * looked at then.
   *
   * @param publicKeys Ed25519 public keys in PEM files, of all gateways that have signed; empty:
   *     signatures count whoever made them
   * @throws IOException if something cannot be read, or is neither a directory nor a segment
   */
  public static Report verify(Path dirOrFile, Collection<Path> publicKeys) throws IOException {
    List<PublicKey> trusted = new ArrayList<>();
    for (Path pem : publicKeys) {
      trusted.add(Keys.open(pem));
    }
    if (!Files.isDirectory(dirOrFile)) {
      return segment(dirOrFile);
    }
    Report report = directory(dirOrFile, new Signatures(trusted));
    // A living gateway that starts or removes something meanwhile looks like a forger: look again.
    boolean quiet = report.ok() || Run.unfinished(dirOrFile).isEmpty();
    return quiet ? report : directory(dirOrFile, new Signatures(trusted));
  }

  private static Report segment(Path file) throws IOException {
    Series.Place place = Series.place(file);
    if (place == null || place.segment() == null || !Files.exists(file)) {
      throw new IOException(file + " is neither a directory nor a segment of an audit trail");
    }
    SeriesWalk walk = new SeriesWalk(file.resolveSibling(""), place.series(), null);
    return new Report(List.of(walk.walkOnly(place.segment())), null);
  }

  private static Report directory(Path dir, Signatures signatures) throws IOException {
    Claims claims = Claims.read(dir, signatures);
    SortedMap<Series, SortedSet<Integer>> found = Series.list(dir);
    for (String name : claims.series()) {
      Series series = Series.named(name);
      if (series != null) {
        found.putIfAbsent(series, Collections.emptySortedSet());
      }
    }
    List<SeriesReport> reports = new ArrayList<>();
    for (var entry : found.entrySet()) {
      // In order of their names: a run's checkpoints come before what they tell of.
      reports.add(walk(dir, entry.getKey(), entry.getValue(), claims));
    }
    boolean keyInside = Files.exists(dir.resolve(Signer.OWN_KEY));
    Signing signing =
        new Signing(
            claims.state(), claims.entries(), signatures.uses(), signatures.checked(), keyInside);
    return new Report(reports, claims.hasLedger() || !reports.isEmpty() ? signing : null);
  }

  private static SeriesReport walk(
      Path dir, Series series, SortedSet<Integer> listed, Claims claims) throws IOException {
    try {
      return new SeriesWalk(dir, series, claims).walk(listed);
    } catch (NoSuchFileException e) {
      // Retention, or the end of the process that writes it, took a segment away meanwhile: look
      // again.
      SortedSet<Integer> now = Series.list(dir).getOrDefault(series, Collections.emptySortedSet());
      return new SeriesWalk(dir, series, claims).walk(now);
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
   * @param signed up to which record, removed ones included, a checkpoint or the ledger vouches
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
      long signed,
      boolean chained,
      String first,
      String last,
      State state) {

    /** Records at its end that no signature covers yet. */
    public long unsigned() {
      return chained ? Math.max(0, removed + records - signed) : 0;
    }

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
      String tail = unsigned() == 0 ? "" : ", the last %d not signed yet".formatted(unsigned());
      return "%s: %s; %d records in %d segments%s%s%s%s%n"
          .formatted(name, what, records, segments, span, gone, tail, plain);
    }

    private ObjectNode json(JsonMapper mapper) {
      ObjectNode json = mapper.createObjectNode();
      json.put("series", name)
          .put("segments", segments)
          .put("records", records)
          .put("removed", removed);
      json.put("unsigned", unsigned());
      json.put("chained", chained).put("first", first).put("last", last);
      put(state, json);
      return json;
    }
  }

  private static void put(State state, ObjectNode json) {
    switch (state) {
      case State.Ok() -> json.put("state", "ok");
      case State.Torn(var file, var offset) ->
          json.put("state", "torn").put("file", file).put("byte", offset);
      case State.Broken(var file, var line, var why) ->
          json.put("state", "broken").put("file", file).put("line", line).put("why", why);
    }
  }

  /**
   * Who signed.
   *
   * @param ledger how the ledger stands
   * @param entries how many entries it has
   * @param keys ids of the keys, and how many signatures of each were found right
   * @param checked whether they were compared with keys that the caller gave
   * @param keyInside whether a signing key lies in the directory
   */
  public record Signing(
      State ledger, long entries, Map<String, Long> keys, boolean checked, boolean keyInside) {

    private String text() {
      String what =
          switch (ledger) {
            case State.Ok() -> "ok";
            case State.Torn _ ->
                "ok, but for an entry that was being written when the process died";
            case State.Broken(var _, var line, var why) ->
                "BROKEN at line %d: %s".formatted(line, why);
          };
      StringBuilder text = new StringBuilder("ledger: %s; %d entries%n".formatted(what, entries));
      keys.forEach(
          (id, count) ->
              text.append(
                  "key %s: %d signatures%s%n"
                      .formatted(id, count, checked ? "" : ", NOT compared with a key of yours")));
      if (keyInside) {
        text.append(
            "the signing key lies beside the trail: whoever can change the one can use the other%n"
                .formatted());
      }
      return text.toString();
    }

    private ObjectNode json(JsonMapper mapper) {
      ObjectNode json = mapper.createObjectNode().put("entries", entries).put("checked", checked);
      put(ledger, json);
      json.put("key_inside", keyInside);
      ObjectNode ids = json.putObject("keys");
      keys.forEach(ids::put);
      return json;
    }
  }

  /**
   * What was found, series by series, in the order of their starts.
   *
   * @param signing null for a segment by itself
   */
  public record Report(List<SeriesReport> series, @Nullable Signing signing) {

    public Report {
      series = List.copyOf(series);
    }

    /** Whether neither a series nor the ledger is broken. A torn tail is not broken. */
    public boolean ok() {
      return series.stream().noneMatch(each -> each.state() instanceof State.Broken)
          && (signing == null || !(signing.ledger() instanceof State.Broken));
    }

    /** For the shell: 0, or 1 if something is broken. */
    public int exitCode() {
      return ok() ? 0 : 1;
    }

    /** One line per series, who signed, and a summary. */
    public String toText() {
      StringBuilder text = new StringBuilder();
      series.forEach(each -> text.append(each.text()));
      if (signing != null) {
        text.append(signing.text());
      }
      long records = series.stream().mapToLong(SeriesReport::records).sum();
      return text
          + "%s: %d records in %d series%n"
              .formatted(ok() ? "ok" : "BROKEN", records, series.size());
    }

    /** {@code {"ok":…,"series":[…],"signing":{…}}}. */
    public String toJson() {
      JsonMapper mapper = new JsonMapper();
      ObjectNode json = mapper.createObjectNode().put("ok", ok());
      var list = json.putArray("series");
      series.forEach(each -> list.add(each.json(mapper)));
      if (signing != null) {
        json.set("signing", signing.json(mapper));
      }
      return json.toString();
    }
  }
}
