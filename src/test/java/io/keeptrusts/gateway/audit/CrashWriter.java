package io.keeptrusts.gateway.audit;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * The process that {@link AuditCrashTest} kills: says each piece on stdout, unbuffered, once it is
 * committed. Needs no library.
 */
final class CrashWriter {

  private CrashWriter() {}

  public static void main(String[] args) throws IOException {
    AuditSettings settings = new AuditSettings(1, true, true, false, AuditSettings.Privacy.TEXT);
    AuditTrail trail =
        AuditTrail.open(
            Path.of(args[0]),
            settings,
            new AuditTrail.Options(64 << 10, Duration.ofMillis(5), InstantSource.system()));
    for (String name : List.of("a", "b")) {
      Thread.ofPlatform().start(() -> write(trail, name));
    }
    while (true) {
      trail.prepare();
      trail.force();
      LockSupport.parkNanos(5_000_000);
    }
  }

  private static void write(AuditTrail trail, String name) {
    Random random = new Random();
    // Not closed: that would close the standard output for the other thread.
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    Session session = trail.shard().open(new Head(name, "", "m", "t", "p", List.of(), true));
    for (int i = 0; ; i++) {
      String piece = name + ":" + i + ":" + "z".repeat(random.nextInt(200));
      byte[] json = piece.getBytes(StandardCharsets.UTF_8);
      session.delivered("0/content", json, 0, json.length);
      session.commit();
      try {
        out.write((piece + "\n").getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
