package io.keeptrusts.gateway.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keeptrusts.gateway.audit.AuditVerify.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is signed about a directory: the ledger's entries and the checkpoints of the notaries'
 * series. Single thread.
 */
final class Claims {
  private static final JsonMapper JSON = new JsonMapper();
  private static final State OK = new State.Ok();

  private final Path ledger;
  private final Signatures signatures;
  private final Set<String> runs = new HashSet<>();
  private final Set<String> series = new TreeSet<>();
  private final Map<String, SeriesEnd> reached = new HashMap<>();
  private final Map<String, SeriesEnd> ended = new HashMap<>();
  private final Map<String, SeriesEnd> removed = new HashMap<>();
  private State state = OK;
  private long entries;
  private long checkpoints;

  private Claims(Path ledger, Signatures signatures) {
    this.ledger = ledger;
    this.signatures = signatures;
  }

  /** Reads and checks the ledger of a directory. */
  static Claims read(Path dir, Signatures signatures) throws IOException {
    Claims claims = new Claims(dir.resolve(Ledger.NAME), signatures);
    if (Files.exists(claims.ledger)) {
      claims.state = claims.lines();
    }
    return claims;
  }

  private State lines() throws IOException {
    Chain chain = new Chain();
    try (LineReader in = new LineReader(ledger, 0)) {
      while (true) {
        switch (in.next()) {
          case LINE -> {
            String why = entry(in, chain);
            if (why != null) {
              return broken(why);
            }
            entries++;
          }
          case END -> {
            return OK;
          }
          case TORN -> {
            return new State.Torn(Ledger.NAME, entries);
          }
          case HOLE, TOO_LONG -> {
            return broken("this is no entry");
          }
        }
      }
    }
  }

  private @Nullable String entry(LineReader in, Chain chain) throws IOException {
    byte[] bytes = in.array();
    byte[] before = chain.lastBytes();
    byte[] line = java.util.Arrays.copyOfRange(bytes, in.from(), in.to());
    if (Chain.number(line) != entries) {
      return "this is not entry " + entries;
    }
    if (!chain.follows(line, 0, line.length)) {
      return "its hash does not match its content and the entry before it";
    }
    String why = signatures.problem(line, members(line), line.length, before);
    if (why == null) {
      take(JSON.readTree(line));
    }
    return why;
  }

  private void take(JsonNode entry) throws IOException {
    switch (entry.path("k").asText()) {
      case "run" -> runs.add(entry.path("run").asText());
      case "series" -> entry.path("series").forEach(name -> series.add(name.asText()));
      case "end" -> {
        for (JsonNode end : entry.path("ends")) {
          SeriesEnd read = SeriesEnd.read(end);
          series.add(read.series());
          ended.put(read.series(), read);
        }
      }
      case "removed" -> {
        for (JsonNode end : entry.path("ends")) {
          SeriesEnd read = SeriesEnd.read(end);
          removed.put(read.series(), read);
        }
      }
      default -> {} // of a later version
    }
  }

  /** Where the signed members of a record begin: behind its number. */
  static int members(byte[] line) {
    int at = 0;
    while (at < line.length && line[at] != ',') {
      at++;
    }
    return at + 1;
  }

  /**
   * Takes a record of a notary's series into account.
   *
   * @return what is wrong with it
   */
  @Nullable String checkpoint(byte[] line, byte[] before) throws IOException {
    JsonNode record = JSON.readTree(line);
    if (!record.path("k").asText().equals("checkpoint")) {
      return null;
    }
    String why = signatures.problem(line, members(line), line.length, before);
    if (why == null) {
      checkpoints++;
      for (JsonNode each : record.path("ends")) {
        SeriesEnd end = SeriesEnd.read(each);
        reached.merge(end.series(), end, (a, b) -> a.records() > b.records() ? a : b);
      }
    }
    return why;
  }

  /** How many checkpoints were found right so far. */
  long checkpoints() {
    return checkpoints;
  }

  Signatures signatures() {
    return signatures;
  }

  State state() {
    return state;
  }

  long entries() {
    return entries;
  }

  boolean hasLedger() {
    return entries > 0;
  }

  boolean knows(Series of) {
    return runs.contains(of.run());
  }

  /** Every series that the ledger names. */
  Set<String> series() {
    return series;
  }

  /** The furthest end of a series that is signed. */
  @Nullable SeriesEnd reached(Series of) {
    SeriesEnd end = ended.get(of.name());
    return end != null ? end : reached.get(of.name());
  }

  /** Whether what is {@link #reached} is the last word. */
  boolean ended(Series of) {
    return ended.containsKey(of.name());
  }

  /** What retention has removed of a series. */
  @Nullable SeriesEnd removed(Series of) {
    return removed.get(of.name());
  }

  private State broken(String why) {
    return new State.Broken(Ledger.NAME, entries + 1, why);
  }
}
