package io.keeptrusts.gateway.audit;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
  static List<AuditTrail.Recovered> crashedRuns(Path dir) throws IOException {
    List<AuditTrail.Recovered> recovered = new ArrayList<>();
    for (String name : Run.unfinished(dir)) {
      Run run = Run.takeOver(dir, name);
      if (run != null) {
        try (run) {
          finish(dir, name, recovered);
        }
      }
    }
    return List.copyOf(recovered);
  }

  private static void finish(Path dir, String run, List<AuditTrail.Recovered> recovered)
      throws IOException {
    for (var entry : Series.list(dir).entrySet()) {
      if (!entry.getKey().run().equals(run)) {
        continue;
      }
      for (int number : entry.getValue()) {
        Path segment = entry.getKey().segment(dir, number);
        long cut = SegmentTail.finish(segment);
        if (cut > 0) {
          recovered.add(new AuditTrail.Recovered(segment, cut));
          LOG.log(
              Level.WARNING,
              "{0}: cut {1} bytes of a record that was being written at the crash",
              segment,
              cut);
        }
      }
    }
  }
}
