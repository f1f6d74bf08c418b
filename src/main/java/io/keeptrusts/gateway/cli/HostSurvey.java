package io.keeptrusts.gateway.cli;

import static io.keeptrusts.gateway.cli.Finding.Area.DISK;
import static io.keeptrusts.gateway.cli.Finding.Area.PROCESS;

import com.sun.management.UnixOperatingSystemMXBean;
import io.keeptrusts.gateway.GatewayConfig;
import io.keeptrusts.gateway.audit.AuditSettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks at the machine: the disk of the trail, what the process may open, the Java it runs on. */
final class HostSurvey {
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final int LEAST_JAVA = 25;

  /** Files, jars, event loops and the like, besides the sockets of exchanges. */
  private static final int OTHER_DESCRIPTORS = 300;

  private final GatewayConfig config;

  HostSurvey(GatewayConfig config) {
    this.config = config;
  }

  /**
   * @param audit what the pack keeps of a trail; null: nothing
   */
  List<Finding> findings(@Nullable AuditSettings audit) throws IOException {
    List<Finding> findings = new ArrayList<>();
    if (audit != null) {
      disk(audit, findings);
    }
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      findings.add(descriptors(unix.getMaxFileDescriptorCount(), config.maxConcurrency()));
    }
    int java = Runtime.version().feature();
    findings.add(
        java < LEAST_JAVA
            ? Finding.problem(PROCESS, "Java " + java + ": " + LEAST_JAVA + " or newer is needed")
            : Finding.ok(PROCESS, "Java " + Runtime.version()));
    return findings;
  }

  /** An exchange has two sockets: the client's and the provider's. */
  static Finding descriptors(long most, int exchanges) {
    long needed = 2L * exchanges + OTHER_DESCRIPTORS;
    String said = "%d files may be open, %d exchanges need %d".formatted(most, exchanges, needed);
    return most < needed
        ? Finding.warning(PROCESS, said + ": raise the limit or lower --max-concurrency")
        : Finding.ok(PROCESS, said);
  }

  private void disk(AuditSettings audit, List<Finding> findings) throws IOException {
    Path dir = config.audit().dir().toAbsolutePath().normalize();
    Path there = dir;
    Path above = there.getParent();
    while (!Files.exists(there) && above != null) {
      there = above;
      above = there.getParent();
    }
    if (!Files.isDirectory(there) || !Files.isWritable(there)) {
      findings.add(Finding.problem(DISK, dir + ": cannot be written"));
      return;
    }
    long segment = config.audit().segment().asLongValue();
    long free = Files.getFileStore(there).getUsableSpace();
    String said =
        "%s: %d MiB free, a segment of the trail takes %d MiB"
            .formatted(dir, free >> 20, segment >> 20);
    // Each event loop writes a segment and has the next one made ready.
    long wanted = 2L * 2 * Runtime.getRuntime().availableProcessors() * segment;
    findings.add(
        free < segment
            ? Finding.problem(DISK, said)
            : free < wanted ? Finding.warning(DISK, said) : Finding.ok(DISK, said));
    String lost = Files.isReadable(MOUNTS) ? passing(Files.readAllLines(MOUNTS), there) : null;
    if (lost != null) {
      String where = dir + ": is on " + lost;
      findings.add(
          audit.sinks().isEmpty()
              ? Finding.warning(DISK, where + ", and no sink holds the trail: it is lost with it")
              : Finding.ok(DISK, where + "; sinks hold the trail"));
    }
  }

  /**
   * What a directory is on if that does not outlive its machine, container or pod; null if it does,
   * as far as one can see.
   *
   * @param mounts lines of {@code /proc/self/mountinfo}, see proc_pid_mountinfo(5)
   */
  static @Nullable String passing(List<String> mounts, Path dir) {
    String place = null;
    int longest = -1;
    for (String line : mounts) {
      List<String> fields = List.of(line.split(" "));
      int dash = fields.indexOf("-");
      if (dash < 5 || dash + 1 >= fields.size()) {
        continue;
      }
      Path point = Path.of(fields.get(4).replace("\\040", " "));
      if (dir.startsWith(point) && point.getNameCount() >= longest) { // the last mount covers
        longest = point.getNameCount();
        String type = fields.get(dash + 1);
        place =
            fields.get(3).contains("kubernetes.io~empty-dir")
                ? "an emptyDir, which goes with its pod"
                : type.equals("tmpfs") || type.equals("ramfs")
                    ? type + ", which goes with a restart"
                    : type.equals("overlay") ? "the container's own layer" : null;
      }
    }
    return place;
  }
}
