package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.limits.RateLimits;
import io.keeptrusts.gateway.pack.PackDocument.Entry;
import io.keeptrusts.gateway.pack.PackDocument.Header;
import io.keeptrusts.gateway.pack.PackDocument.Providers;
import io.keeptrusts.gateway.pack.PackDocument.Testing;
import io.keeptrusts.gateway.pack.Problem.Code;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads packs, strictly: what it does not know it refuses, and it says all that is wrong at once.
 * Compiles every policy on the way, so it may take a while and must not run on an event loop.
 * Thread-safe.
 */
public final class PackReader {

  /** Errors that may only be due to a layer that could not be read. */
  private static final Set<Code> GUESSES = EnumSet.of(Code.E006, Code.E008);

  private final Secrets secrets;

  public PackReader(Secrets secrets) {
    this.secrets = secrets;
  }

  /**
   * Reads files as layers of one pack: mappings are merged, for anything else the later file wins.
   *
   * @param files at least one
   */
  public Read read(List<Path> files, KindCatalog kinds, VendorNames vendors) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("no files");
    }
    var problems = new Problems();
    var reader = new YamlReader(problems);
    var layers = new ArrayList<Yaml.@Nullable Mapping>();
    for (Path file : files) {
      layers.add(reader.read(file));
    }
    return check(layers, problems, kinds, vendors);
  }

  /**
   * Reads a pack that is not a file, such as one inside of the program; {@code name} stands for it
   * in problems.
   */
  public Read read(String name, byte[] yaml, KindCatalog kinds, VendorNames vendors) {
    var problems = new Problems();
    var layers = new ArrayList<Yaml.@Nullable Mapping>();
    layers.add(new YamlReader(problems).read(name, yaml));
    return check(layers, problems, kinds, vendors);
  }

  private Read check(
      List<Yaml.@Nullable Mapping> layers,
      Problems problems,
      KindCatalog kinds,
      VendorNames vendors) {
    Yaml.Mapping root = null;
    for (Yaml.Mapping layer : layers) {
      if (layer != null) {
        root = root == null ? layer : root.under(layer);
      }
    }
    if (root == null) {
      return new Read.Refused(problems.sorted());
    }
    var binder = new RecordBinder(problems, secrets);
    RateLimitsSection limits = new RateLimitsSection(problems, binder);
    limits.checkKeys(root, Set.of("pack", "policies", "policy", "providers", "testing"));
    Header header = header(root, binder, problems);
    List<Entry> chain = new PolicySection(problems, binder, kinds).read(root);
    var targets = new ProvidersSection(problems, binder, vendors, secrets);
    Providers providers = targets.read(root);
    new JudgeCheck(problems, root, targets.ids()).check(chain);
    new TaskCheck(problems, root, providers.targets()).check(chain);
    RateLimits rateLimits = limits.read(root, chain);
    Testing testing = new TestingSection(problems, binder).read(root);
    if (layers.contains(null)) {
      return new Read.Refused(
          problems.sorted().stream()
              .filter(p -> p.isError() && !GUESSES.contains(p.code()))
              .toList());
    }
    if (header == null || problems.errors() > 0) {
      return new Read.Refused(problems.sorted());
    }
    return new Read.Checked(
        new PackDocument(header, chain, providers, rateLimits, testing),
        problems.sorted(),
        ConfigView.json(root));
  }

  private static @Nullable Header header(
      Yaml.Mapping root, RecordBinder binder, Problems problems) {
    Yaml.Mapping section = Sections.mapping(root, "pack", true, problems);
    Header header = section == null ? null : binder.bind(section, "pack", Header.class);
    if (section != null && header != null && !header.enabled()) {
      problems.add(
          Code.W103,
          Yaml.nearest(section, "enabled").at(),
          "pack.enabled",
          "the pack is disabled: NO POLICY RUNS, requests and answers pass unchecked",
          "set `enabled: true`");
    }
    return header;
  }
}
