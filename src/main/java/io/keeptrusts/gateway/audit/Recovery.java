package io.keeptrusts.gateway.audit;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Brings the files of crashed runs to their length: zeros behind the last record go, and a line
 * that the crash tore.
 */
final class Recovery {
  private static final Logger LOG = System.getLogger(AuditTrail.class.getName());

  private Recovery() {}

  /**
   * Recovers every run of the directory that has crashed. Runs of living processes are left alone.
   */
  static List<AuditTrail.Recovered> crashedRuns(Path dir, @Nullable Ledger ledger)
      throws IOException {
    List<AuditTrail.Recovered> recovered = new ArrayList<>();
    for (String name : Run.unfinished(dir)) {
      Run run = Run.takeOver(dir, name);
      if (run != null) {
        try (run) {
          finish(dir, name, ledger, recovered);
        }
      }
    }
    return List.copyOf(recovered);
  }

  private static void finish(
      Path dir, String run, @Nullable Ledger ledger, List<AuditTrail.Recovered> recovered)
      throws IOException {
    List<SeriesEnd> ends = new ArrayList<>();
    for (var entry : Series.list(dir).entrySet()) {
      if (entry.getKey().run().equals(run)) {
        SeriesEnd end = finish(dir, entry.getKey(), entry.getValue(), recovered);
        if (end != null) {
          ends.add(end);
        }
      }
    }
    try (var blanks = Files.newDirectoryStream(dir, run + ".*.blank")) {
      for (Path blank : blanks) {
        Files.delete(blank);
      }
    }
    if (ledger != null && Run.isName(run)) {
      ledger.end(run, "crashed", ends);
    }
  }

  private static @Nullable SeriesEnd finish(
      Path dir, Series series, SortedSet<Integer> numbers, List<AuditTrail.Recovered> recovered)
      throws IOException {
    SeriesEnd end = null;
    for (int number : numbers) {
      Path segment = series.segment(dir, number);
      long cut = SegmentTail.finish(segment);
      if (cut > 0) {
        recovered.add(new AuditTrail.Recovered(segment, cut));
        LOG.log(
            Level.WARNING,
            "{0}: cut {1} bytes of a record that was being written at the crash",
            segment,
            cut);
      }
      if (Files.exists(segment)) {
        SeriesEnd here = SeriesEnd.of(series.name(), number, SegmentTail.lastLine(segment));
        end = here == null ? end : here;
      }
    }
    return end;
  }
}
