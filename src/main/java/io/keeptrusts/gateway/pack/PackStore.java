package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.policy.PolicyKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The pack that new requests get. Loading is atomic: a request keeps the pack it began with, and a
 * file that is not right changes nothing. Thread-safe; loading blocks and is not for event loops.
 */
public final class PackStore {

  /** What came of a load. */
  public sealed interface Load {
    /** The pack is in force. */
    record Loaded(Pack pack) implements Load {}

    /** The files are not right; the pack before, if there was one, stays in force. */
    record Refused(List<Problem> problems) implements Load {}
  }

  private static final String DEMO = "demo-pack.yaml";

  private final List<Path> files;
  private final KindCatalog kinds;
  private final Secrets secrets;
  private final boolean failOpen;
  private final Consumer<Pack> before;
  private final @Nullable PackSource source;
  private volatile @Nullable Pack current;

  /**
   * @param files layers in order; empty: the demo pack that ships inside
   * @param before called with a compiled pack before it comes into force: opens its trail; what it
   *     throws keeps the pack out. An {@link IllegalArgumentException} is a problem of the pack, an
   *     {@link UncheckedIOException} or {@link IllegalStateException} one of this machine
   */
  public PackStore(
      List<Path> files,
      List<PolicyKind<?>> kinds,
      Secrets secrets,
      boolean failOpen,
      Consumer<Pack> before) {
    this.files = List.copyOf(files);
    this.kinds = new KindCatalog(kinds);
    this.secrets = secrets;
    this.failOpen = failOpen;
    this.before = before;
    this.source = files.isEmpty() ? null : new PackSource(files);
  }

  /**
   * The pack in force.
   *
   * @throws io.keeptrusts.gateway.exchange.GatewayException 503 if none was loaded yet
   */
  public Pack current() {
    Pack pack = current;
    if (pack == null) {
      throw GatewayError.overloaded(
              "no_pack", "The gateway has no pack yet; ask again.", Duration.ofSeconds(1))
          .exception();
    }
    return pack;
  }

  public boolean isLoaded() {
    return current != null;
  }

  /** Whether the files have changed since the last call. */
  public boolean changed() {
    return source != null && source.poll();
  }

  /** Reads, checks and compiles the files, and puts the pack in force if all is well. */
  public synchronized Load load() {
    return switch (read()) {
      case Read.Refused(List<Problem> problems) -> new Load.Refused(problems);
      case Read.Checked checked -> {
        Pack pack = new PackCompiler(secrets, failOpen).compile(checked);
        try {
          before.accept(pack);
        } catch (IllegalArgumentException e) {
          yield new Load.Refused(List.of(unusable(e)));
        } catch (UncheckedIOException | IllegalStateException e) {
          yield new Load.Refused(List.of(notHere(e)));
        }
        current = pack;
        yield new Load.Loaded(pack);
      }
    };
  }

  private Problem unusable(IllegalArgumentException why) {
    String file = files.isEmpty() ? DEMO : files.getLast().toString();
    return new Problem(
        file, 1, 1, "", Problem.Code.E008, Objects.requireNonNull(why.getMessage()), null);
  }

  private Problem notHere(RuntimeException e) {
    String file = files.isEmpty() ? DEMO : files.getLast().toString();
    String message = String.valueOf(e.getMessage());
    return new Problem(file, 1, 1, "policy.audit-logger", Problem.Code.E010, message, null);
  }

  /** Reads and checks the files. */
  public Read read() {
    PackReader reader = new PackReader(secrets);
    if (!files.isEmpty()) {
      return reader.read(files, kinds, VendorTable.INSTANCE);
    }
    try (InputStream in = PackStore.class.getResourceAsStream("/" + DEMO)) {
      return reader.read(
          DEMO, Objects.requireNonNull(in).readAllBytes(), kinds, VendorTable.INSTANCE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
