package io.keeptrusts.gateway.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keeptrusts.gateway.audit.AuditVerify.SeriesReport;
import io.keeptrusts.gateway.audit.AuditVerify.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** Verifies one series, from its genesis or tombstone to its end. */
final class SeriesWalk {
  private static final JsonMapper JSON = new JsonMapper();
  private static final State OK = new State.Ok();
  // A record that is just being written looks torn; it is whole when the tail has been read again.
  private static final int READS = 4;

  private final Path dir;
  private final Series series;
  private final @Nullable Claims claims;
  private final @Nullable SeriesEnd claimed;
  private final Chain chain = new Chain();
  private boolean chained = true;
  private boolean anchored = true;
  private long number;
  private long records;
  private int segments;
  private String first = "";
  private String last = "";
  private long removed;
  private long vouched;

  private int segment;
  private Path file;
  private long offset;
  private long line;

  /**
   * @param claims what is signed about the directory; null for a segment by itself
   */
  SeriesWalk(Path dir, Series series, @Nullable Claims claims) {
    this.dir = dir;
    this.series = series;
    this.claims = claims;
    this.claimed = claims == null ? null : claims.reached(series);
    this.file = series.tombstone(dir);
  }

  /** Verifies the whole series; {@code listed} are the segments it had a moment ago. */
  SeriesReport walk(SortedSet<Integer> listed) throws IOException {
    Tombstone tombstone;
    try {
      tombstone = Tombstone.read(dir, series);
    } catch (JsonProcessingException e) {
      return report(broken("the tombstone is not JSON"));
    } catch (IOException e) {
      return report(broken("the tombstone cannot be trusted: " + e.getMessage()));
    }
    int gone = 0;
    if (tombstone != null) {
      gone = tombstone.segments();
      removed = tombstone.records();
      number = removed;
      chained = tombstone.prev() != null;
      String why = doubt(tombstone);
      if (why != null) {
        return report(broken(why));
      }
    }
    if (listed.isEmpty()) {
      return report(tombstone == null ? missing(0) : asClaimed(OK));
    }
    number = 0;
    int start = listed.first();
    if (start > gone) {
      return report(missing(gone));
    }
    if (tombstone != null && start == gone) {
      goOnFrom(tombstone);
    }
    // Between them lies what an interrupted removal left: its end, not its beginning, is known.
    anchored = start == 0 || start == gone;
    return report(asClaimed(segmentsFrom(start, listed.last(), tombstone)));
  }

  /** What speaks against a tombstone: anybody could have written one. */
  private @Nullable String doubt(Tombstone tombstone) throws IOException {
    if (claims == null || tombstone.prev() == null) {
      return null;
    }
    SeriesEnd gone = claims.removed(series);
    if (gone == null || gone.records() < tombstone.records()) {
      return "the ledger knows of no such removal";
    }
    return tombstone.problem(dir, claims.signatures());
  }

  /** Compares what was found with what is signed. */
  private State asClaimed(State found) {
    if (claims == null || !chained || found instanceof State.Broken) {
      return found;
    }
    if (!claims.hasLedger()) {
      return broken("there is no ledger that vouches for it");
    }
    if (!claims.knows(series)) {
      return broken("its run is not in the ledger");
    }
    if (claimed != null && number < claimed.records()) {
      return broken(
          "%d records are missing at its end: %d are signed"
              .formatted(claimed.records() - number, claimed.records()));
    }
    if (claimed != null && claims.ended(series) && number > claimed.records()) {
      return broken("there are records after the end that the ledger tells of");
    }
    return found;
  }

  /** Verifies one segment by itself: its first record is taken at its word. */
  SeriesReport walkOnly(int number) throws IOException {
    anchored = false;
    enter(number);
    return report(lines());
  }

  private void goOnFrom(Tombstone tombstone) {
    number = tombstone.records();
    if (tombstone.prev() != null) {
      chain.last(tombstone.prev());
    }
  }

  private State segmentsFrom(int start, int lastListed, @Nullable Tombstone tombstone)
      throws IOException {
    for (int current = start; ; current++) {
      enter(current);
      State state = lines();
      boolean more = hasContent(current + 1);
      if (more && !(state instanceof State.Broken)) {
        // The writer may have gone on here before it rolled; what is read now is final.
        state = lines();
      }
      if (state instanceof State.Torn && (more || current + 1 < lastListed)) {
        return broken("the last record of this segment is torn, though others follow it");
      }
      if (!(state instanceof State.Ok)) {
        return state;
      }
      if (tombstone != null && tombstone.segments() == current + 1 && !meets(tombstone)) {
        return broken("this segment does not end as its tombstone says");
      }
      if (!more) {
        return current + 1 < lastListed ? missing(current + 1) : OK;
      }
    }
  }

  private boolean meets(Tombstone tombstone) {
    return number == tombstone.records()
        && (tombstone.prev() == null || tombstone.prev().equals(chain.last()));
  }

  private void enter(int number) {
    segment = number;
    file = series.segment(dir, number);
    offset = 0;
    line = 0;
    segments++;
  }

  private boolean hasContent(int number) throws IOException {
    Path next = series.segment(dir, number);
    if (!Files.exists(next)) {
      return false;
    }
    try (var in = Files.newInputStream(next)) {
      return in.read() > 0;
    }
  }

  /** Checks the lines from where the last call stopped. */
  private State lines() throws IOException {
    try (LineReader in = new LineReader(file, offset)) {
      for (int read = 1; ; ) {
        State problem =
            switch (in.next()) {
              case END -> OK;
              case LINE -> accept(in);
              case TORN -> new State.Torn(file.getFileName().toString(), offset);
              case HOLE -> broken("zero bytes inside a record, with others after it");
              case TOO_LONG -> broken("the line is longer than any record");
            };
        if (problem == null) {
          offset = in.offset();
          line++;
          read = 1;
        } else if (problem instanceof State.Ok || read++ == READS) {
          return problem;
        } else {
          in.seek(offset);
        }
      }
    }
  }

  private @Nullable State accept(LineReader in) throws IOException {
    byte[] bytes = in.array();
    String start = ascii(bytes, in.from(), Math.min(in.to(), in.from() + 80));
    if (line == 0) {
      String why =
          header(new String(bytes, in.from(), in.to() - in.from(), StandardCharsets.UTF_8));
      if (why != null) {
        return broken(why);
      }
    }
    String opening = "{\"n\":" + number + ",\"t\":\"";
    if (!start.startsWith(opening) || bytes[in.to() - 1] != '}') {
      return broken("this is not record " + number);
    }
    byte[] before = chain.lastBytes();
    if (chained && !chain.follows(bytes, in.from(), in.to())) {
      return broken("its hash does not match its content and the record before it");
    }
    String doubt = claimsAgainst(in, before);
    if (doubt != null) {
      chain.last(HexFormat.of().formatHex(before)); // it may be read again
      return broken(doubt);
    }
    last = start.substring(opening.length()).split("\"", 2)[0];
    first = records == 0 ? last : first;
    number++;
    records++;
    return null;
  }

  private @Nullable String claimsAgainst(LineReader in, byte[] before) throws IOException {
    if (claimed != null
        && claimed.records() == number + 1
        && !claimed.hash().equals(chain.last())) {
      return "a signed checkpoint has another hash for this record";
    }
    if (claims == null || !series.isNotarys()) {
      return null;
    }
    long found = claims.checkpoints();
    String why = claims.checkpoint(Arrays.copyOfRange(in.array(), in.from(), in.to()), before);
    if (claims.checkpoints() > found) {
      vouched = number + 1; // a checkpoint vouches for all before it
    }
    return why;
  }

  /** Checks the record that heads a segment; says what is wrong with it. */
  private @Nullable String header(String text) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return "the first record is not JSON";
    }
    if (!json.path("k").asText().equals("segment")
        || !json.path("series").asText().equals(series.name())
        || json.path("segment").asInt(-1) != segment) {
      return "it does not begin as segment " + segment + " of " + series.name();
    }
    String prev = json.path("prev").asText();
    boolean sealed = json.path("chain").asText().equals("sha256") && prev.matches("[0-9a-f]{64}");
    if (!sealed && !json.path("chain").asText().equals("none")) {
      return "the first record does not say how the segment is chained";
    }
    boolean genesis = records == 0 && removed == 0;
    if (!genesis && anchored && sealed != chained) {
      return "it is not chained like the segments before it";
    }
    if (sealed && anchored && !prev.equals(chain.last())) {
      return "it does not follow the segment before it";
    }
    if (sealed && !anchored) {
      chain.last(prev);
    }
    if (!anchored) {
      number = json.path("n").asLong(-1);
    }
    chained = sealed;
    anchored = true;
    return null;
  }

  private State missing(int number) {
    file = series.segment(dir, number);
    line = -1;
    return broken("this segment is missing");
  }

  private State broken(String why) {
    return new State.Broken(file.getFileName().toString(), line + 1, why);
  }

  private SeriesReport report(State state) {
    long signed = Math.max(vouched, claimed == null ? 0 : claimed.records());
    return new SeriesReport(
        series.name(), segments, records, removed, signed, chained, first, last, state);
  }

  private static String ascii(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
