package io.keeptrusts.gateway.audit;

import static io.keeptrusts.gateway.audit.TrailFixture.ALL;
import static io.keeptrusts.gateway.audit.TrailFixture.START;
import static io.keeptrusts.gateway.audit.TrailFixture.checkpointSegments;
import static io.keeptrusts.gateway.audit.TrailFixture.crashed;
import static io.keeptrusts.gateway.audit.TrailFixture.exchange;
import static io.keeptrusts.gateway.audit.TrailFixture.json;
import static io.keeptrusts.gateway.audit.TrailFixture.only;
import static io.keeptrusts.gateway.audit.TrailFixture.segments;
import static io.keeptrusts.gateway.audit.TrailFixture.series;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.audit.AuditVerify.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an attacker with the directory but without the key cannot do unseen. */
class AuditSignatureTest {

  @TempDir Path home;
  private Path dir;
  private Path key;
  private Path publicKey;
  private Instant now = START;

  @BeforeEach
  void keys() throws Exception {
    dir = Files.createDirectory(home.resolve("trail"));
    key = home.resolve("key.pem");
    publicKey = home.resolve("key.pub.pem");
    makeKey(key, publicKey);
  }

  private static void makeKey(Path secret, Path open) throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Files.writeString(secret, Keys.pem("PRIVATE KEY", pair.getPrivate()));
    Files.writeString(open, Keys.pem("PUBLIC KEY", pair.getPublic()));
  }

  private AuditTrail open(Path with) throws IOException {
    Duration second = Duration.ofSeconds(1);
    AuditTrail.Options options =
        new AuditTrail.Options(
            64 << 10, second, () -> now, Duration.ofDays(1), Duration.ofSeconds(10), 0, with);
    return AuditTrail.open(dir, ALL, options);
  }

  private AuditVerify.Report verify() throws IOException {
    return AuditVerify.verify(dir, List.of(publicKey));
  }

  private static String why(State state) {
    return state instanceof State.Broken broken ? broken.why() : "not broken";
  }

  private List<JsonNode> checkpoints() throws IOException {
    return checkpointSegments(dir).stream()
        .flatMap(file -> TrailFixture.lines(file))
        .map(TrailFixture::json)
        .filter(record -> record.path("k").asText().equals("checkpoint"))
        .toList();
  }

  @Test
  void aTrailSignedWithTheGivenKeyVerifiesAndSaysSo() throws IOException {
    try (AuditTrail trail = open(key)) {
      exchange(trail, "x", 1000);
    }

    AuditVerify.Report report = verify();

    assertThat(report.ok()).as(report.toText()).isTrue();
    assertThat(report.signing().checked()).isTrue();
    assertThat(report.signing().keyInside()).isFalse();
    assertThat(report.signing().keys()).hasSize(1);
    assertThat(series(report)).allSatisfy(each -> assertThat(each.unsigned()).isZero());
    assertThat(checkpoints().getFirst().path("pub").asText()).hasSize(60);
    assertThat(json(report.toJson()).at("/signing/checked").asBoolean()).isTrue();
  }

  @Test
  void recordsAreSignedAfterSomeTimeWhenASegmentRollsAndWhenTheyAreMany() throws IOException {
    try (AuditTrail trail = open(key)) {
      exchange(trail, "first", 1);
      trail.force();
      exchange(trail, "soon", 1);
      trail.force();
      assertThat(checkpoints()).extracting(c -> c.path("why").asText()).containsExactly("begin");
      assertThat(series(verify()).getFirst().unsigned()).isEqualTo(3);

      now = now.plusSeconds(10);
      trail.force();
      exchange(trail, "much", 300);
      trail.force();

      assertThat(checkpoints())
          .extracting(c -> c.path("why").asText())
          .containsExactly("begin", "time", "roll");
      assertThat(verify().series()).allSatisfy(each -> assertThat(each.unsigned()).isZero());
      trail.force();
      assertThat(checkpoints()).as("nothing new, nothing signed").hasSize(3);
    }
  }

  @Test
  void aTrailResignedWithAnotherKeyIsTakenOnlyWithoutTheRightOne() throws Exception {
    Path other = home.resolve("other.pem");
    makeKey(other, home.resolve("other.pub.pem"));
    try (AuditTrail trail = open(other)) {
      exchange(trail, "x", 10);
    }

    assertThat(AuditVerify.verify(dir).ok()).isTrue();
    assertThat(AuditVerify.verify(dir).toText()).contains("NOT compared with a key of yours");
    assertThat(verify().ok()).isFalse();
    assertThat(verify().toText()).contains("which is none of those given");
  }

  @Test
  void afterAKeyIsChangedBothPublicKeysAreWanted() throws Exception {
    Path second = home.resolve("second.pem");
    Path secondOpen = home.resolve("second.pub.pem");
    makeKey(second, secondOpen);
    for (Path with : List.of(key, second)) {
      try (AuditTrail trail = open(with)) {
        exchange(trail, "x", 10);
      }
    }

    AuditVerify.Report both = AuditVerify.verify(dir, List.of(publicKey, secondOpen));

    assertThat(both.ok()).as(both.toText()).isTrue();
    assertThat(both.signing().keys()).hasSize(2);
    assertThat(verify().ok()).isFalse();
  }

  @Test
  void aSeriesThatIsDeletedWholeIsMissed() throws IOException {
    for (int run = 0; run < 3; run++) {
      try (AuditTrail trail = open(key)) {
        exchange(trail, "x", 5);
      }
    }
    String gone = segments(dir).get(1).getFileName().toString().split("\\.")[0];
    for (Path file : segments(dir)) {
      if (file.getFileName().toString().startsWith(gone)) {
        Files.delete(file);
      }
    }

    assertThat(verify().ok()).isFalse();
    assertThat(series(verify()).get(1).state())
        .isEqualTo(new State.Broken(gone + ".01.000000.jsonl", 0, "this segment is missing"));

    Files.delete(checkpointSegments(dir).get(1));
    assertThat(verify().ok()).as("its checkpoints went with it").isFalse();
  }

  @Test
  void aSeriesOfALivingRunThatIsDeletedWholeIsMissed() throws IOException {
    try (AuditTrail trail = open(key)) {
      exchange(trail, "x", 5);
      trail.force();
      Files.delete(segments(dir).getFirst());

      assertThat(why(only(verify()))).isEqualTo("this segment is missing");
    }
  }

  @Test
  void recordsCutOffAtTheEndOfAClosedSeriesAreMissed() throws IOException {
    try (AuditTrail trail = open(key)) {
      exchange(trail, "x", 20);
    }
    Path file = segments(dir).getLast();
    List<String> lines = Files.readAllLines(file);
    Files.write(file, lines.subList(0, lines.size() - 2));

    assertThat(why(only(verify()))).isEqualTo("2 records are missing at its end: 23 are signed");
  }

  @Test
  void signedRecordsCutOffACrashedSeriesAreMissedAndUnsignedOnesAreNot() throws IOException {
    Path file = crashed(dir, 6).getLast();
    List<String> lines = TrailFixture.lines(file).toList();
    List<String> unsigned = lines.subList(0, 3);
    List<String> signed = lines.subList(0, 2);

    Files.write(file, unsigned);
    State withoutTheUnsigned = only(AuditVerify.verify(dir));
    Files.write(file, signed);
    State withoutTheSigned = only(AuditVerify.verify(dir));

    assertThat(withoutTheUnsigned).isEqualTo(new State.Ok());
    assertThat(why(withoutTheSigned)).contains("1 records are missing");
  }

  @Test
  void aCrashedRunIsClosedInTheLedgerByTheNextStart() throws IOException {
    crashed(dir, 6);
    assertThat(series(AuditVerify.verify(dir)).getFirst().unsigned()).isEqualTo(5);

    AuditTrail.open(dir, ALL, TrailFixture.small(() -> now)).close();

    assertThat(series(AuditVerify.verify(dir)).getFirst().unsigned()).isZero();
    assertThat(Files.readString(dir.resolve(Ledger.NAME))).contains("\"how\":\"crashed\"");
  }

  @Test
  void aTrailRewrittenWithRightHashesDoesNotMeetItsCheckpoint() throws IOException {
    try (AuditTrail trail = open(key)) {
      exchange(trail, "x", 5);
    }
    Path file = segments(dir).getFirst();
    Chain chain = new Chain();
    Bytes forged = new Bytes(4096);
    for (String line : Files.readAllLines(file)) {
      String members = line.replace("piece 3", "piece 4");
      Bytes record = new Bytes(512).ascii(members.substring(0, members.length() - Chain.SEAL));
      chain.seal(record);
      chain.advance();
      forged.put(record).put('\n');
    }
    Files.write(file, forged.toByteArray());

    assertThat(why(only(verify())))
        .isEqualTo("a signed checkpoint has another hash for this record");
  }

  @Test
  void everyChangedByteOfTheLedgerIsFound() throws IOException {
    try (AuditTrail trail = open(key)) {
      exchange(trail, "x", 5);
    }
    Path ledger = dir.resolve(Ledger.NAME);
    byte[] whole = Files.readAllBytes(ledger);

    for (int at = 0; at < whole.length - 1; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= 1;
      Files.write(ledger, changed);

      assertThat(verify().ok()).as("byte %d", at).isFalse();
    }
    Files.delete(ledger);
    assertThat(why(only(verify()))).isEqualTo("there is no ledger that vouches for it");
  }

  @Test
  void anUnsignedOrTakenAwayCheckpointIsFound() throws IOException {
    try (AuditTrail trail = open(key)) {
      exchange(trail, "x", 5);
      trail.checkpoint();
      exchange(trail, "y", 5);
    }
    Path file = checkpointSegments(dir).getFirst();
    byte[] whole = Files.readAllBytes(file);

    for (int at = 0; at < whole.length - 1; at += 3) {
      byte[] changed = whole.clone();
      changed[at] ^= 1;
      Files.write(file, changed);
      assertThat(verify().ok()).as("byte %d", at).isFalse();
    }
    Files.write(file, Files.readAllLines(file).subList(0, 0));
    assertThat(verify().ok()).isFalse();
  }

  @Test
  void aLedgerEntryTornByACrashIsNotedAndMended() throws IOException {
    open(key).close();
    Path ledger = dir.resolve(Ledger.NAME);
    byte[] whole = Files.readAllBytes(ledger);
    Files.write(ledger, Arrays.copyOf(whole, whole.length - 20));

    assertThat(verify().ok()).isTrue();
    assertThat(verify().toText()).contains("was being written when the process died");
    open(key).close();

    assertThat(verify().signing().ledger()).isEqualTo(new State.Ok());
  }

  @Test
  void aDamagedLedgerIsNotWrittenOn() throws IOException {
    open(key).close();
    Files.writeString(dir.resolve(Ledger.NAME), "not an entry\n");

    assertThatIOException().isThrownBy(() -> open(key)).withMessageContaining("is damaged");
  }

  @Test
  void aForgedTombstoneDoesNotExplainAMissingSegment() throws IOException {
    try (AuditTrail trail = open(key)) {
      exchange(trail, "x", 1500);
    }
    Path first = segments(dir).getFirst();
    byte[] last = SegmentTail.lastLine(first);
    Series series = Series.place(first).series();
    String time = START.toString();
    new Tombstone(series, 1, Chain.number(last) + 1, time, time, Chain.hash(last)).write(dir, null);
    Files.delete(first);

    assertThat(why(only(verify()))).isEqualTo("the ledger knows of no such removal");
  }

  @Test
  void theTombstonesOfRetentionAreSigned() throws IOException {
    try (AuditTrail trail = open(key)) {
      exchange(trail, "old", 1000);
      trail.force();
      now = now.plus(Duration.ofDays(400));
      exchange(trail, "new", 1000);
      trail.force();
      trail.retain(now);
    }
    AuditVerify.Report report = verify();

    assertThat(report.ok()).as(report.toText()).isTrue();
    assertThat(series(report).getFirst().removed()).isPositive();
    assertThat(Files.readString(dir.resolve(series(report).getFirst().name() + ".tombstone")))
        .contains("\"sig\":\"");
  }

  @Test
  void withoutAKeyOneIsMadeForItsOwnerAndVerifyWarns() throws IOException {
    open(null).close();
    try (AuditTrail trail = open(null)) {
      exchange(trail, "x", 5);
    }

    AuditVerify.Report report = AuditVerify.verify(dir);

    assertThat(report.ok()).as(report.toText()).isTrue();
    assertThat(report.signing().keys()).as("made once").hasSize(1);
    assertThat(report.toText()).contains("the signing key lies beside the trail");
    assertThat(Files.getPosixFilePermissions(dir.resolve("signing-key.pem")))
        .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  }

  @Test
  void aKeyThatIsNotThereOrNoEd25519KeyIsRefusedByItsName() throws IOException {
    Path none = home.resolve("none.pem");
    assertThatIOException()
        .isThrownBy(() -> open(none))
        .withMessageContaining("no key file " + none);
    Files.writeString(none, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    assertThatIOException()
        .isThrownBy(() -> open(none))
        .withMessage(none + " holds no Ed25519 private key");
    assertThatIOException()
        .isThrownBy(() -> AuditVerify.verify(dir, List.of(key)))
        .withMessage(key + " is no PEM file with a PUBLIC KEY");
  }
}
