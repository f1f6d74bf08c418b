package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.pack.PackDocument.CircuitBreaker;
import io.keeptrusts.gateway.pack.PackDocument.Fallback;
import io.keeptrusts.gateway.pack.PackDocument.ModelGroup;
import io.keeptrusts.gateway.pack.PackDocument.Providers;
import io.keeptrusts.gateway.pack.PackDocument.StreamFailure;
import io.keeptrusts.gateway.pack.PackDocument.Target;
import io.keeptrusts.gateway.pack.Problem.Code;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The {@code providers} section: targets, fallback and model groups. */
final class ProvidersSection {

  private static final String ROOT = "providers";
  private static final String STREAM_FAILURE = "stream_failure";

  private final Problems problems;
  private final RecordBinder binder;
  private final VendorNames vendors;
  private final Secrets secrets;
  private Set<String> ids = Set.of();

  ProvidersSection(Problems problems, RecordBinder binder, VendorNames vendors, Secrets secrets) {
    this.problems = problems;
    this.binder = binder;
    this.vendors = vendors;
    this.secrets = secrets;
  }

  Providers read(Yaml.Mapping root) {
    Yaml.Mapping section = Sections.mapping(root, ROOT, false, problems);
    if (section == null || section.fields().isEmpty()) {
      noTargets(section == null ? root.at() : section.at(), ROOT);
      return Providers.NONE;
    }
    binder.checkKeys(
        section,
        ROOT,
        Set.of("targets", "fallback", "circuit_breaker", "model_groups", STREAM_FAILURE));
    List<Yaml> items = Sections.items(section, ROOT, "targets", false, problems);
    if (items.isEmpty()) {
      noTargets(section.at(), ROOT + ".targets");
    }
    ids = ids(items).keySet();
    List<Target> targets = targets(items);
    Fallback fallback = block(section, "fallback", Fallback.class);
    CircuitBreaker breaker = block(section, "circuit_breaker", CircuitBreaker.class);
    List<ModelGroup> groups = groups(section);
    var providers =
        new Providers(
            targets,
            fallback,
            breaker == null ? CircuitBreaker.DEFAULT : breaker,
            groups,
            streamFailure(section));
    new StrategyCheck(problems, section, ROOT, providers).check();
    new ContinueCheck(problems, section, ROOT, vendors, providers).check();
    shadows(targets, section);
    return providers;
  }

  /** Every id, once the section was read. */
  Set<String> ids() {
    return ids;
  }

  private StreamFailure streamFailure(Yaml.Mapping section) {
    Yaml node = section.get(STREAM_FAILURE);
    Object given =
        node == null ? null : binder.value(node, ROOT + "." + STREAM_FAILURE, StreamFailure.class);
    return given instanceof StreamFailure failure ? failure : StreamFailure.ERROR;
  }

  private void noTargets(Yaml.At at, String path) {
    problems.add(
        Code.W105,
        at,
        path,
        "no targets: every request is answered with 503 `no_provider`",
        "add a target under providers.targets");
  }

  /**
   * Every id with its place, also of targets that are wrong otherwise: a reference to them is not a
   * second mistake.
   */
  private Map<String, Yaml> ids(List<Yaml> items) {
    var ids = new LinkedHashMap<String, Yaml>();
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Yaml.Mapping m && m.get("id") instanceof Yaml.Scalar id) {
        Yaml first = ids.putIfAbsent(id.text(), id);
        if (first != null) {
          String message =
              "the id `"
                  + Suggest.shortened(id.text())
                  + "` stands twice, first in line "
                  + first.at().line();
          problems.add(
              Code.E005,
              id.at(),
              ROOT + ".targets[" + i + "].id",
              message,
              "ids are unique in a pack");
        }
      }
    }
    return ids;
  }

  private List<Target> targets(List<Yaml> items) {
    var targets = new ArrayList<Target>();
    for (int i = 0; i < items.size(); i++) {
      String path = ROOT + ".targets[" + i + "]";
      Object bound = binder.value(items.get(i), path, Target.class);
      if (bound instanceof Target target && items.get(i) instanceof Yaml.Mapping node) {
        Target checked = new TargetCheck(problems, node, path, vendors).check(target, secrets);
        if (checked != null) {
          targets.add(checked);
        }
      }
    }
    return targets;
  }

  /** An id is looked up before a model. */
  private void shadows(List<Target> targets, Yaml.Mapping section) {
    for (Target named : targets) {
      for (Target other : targets) {
        if (named.id().equals(other.model()) && !named.id().equals(named.model())) {
          problems.add(
              Code.W110,
              Yaml.nearest(section, "targets").at(),
              ROOT + ".targets",
              "`%s` is an id and the model of target `%s`, which is not asked by that name"
                  .formatted(Suggest.shortened(named.id()), Suggest.shortened(other.id())));
        }
      }
    }
  }

  private <R extends Record> @Nullable R block(Yaml.Mapping section, String key, Class<R> type) {
    Yaml.Mapping node = Sections.mapping(section, key, false, problems);
    return node == null ? null : binder.bind(node, ROOT + "." + key, type);
  }

  private List<ModelGroup> groups(Yaml.Mapping section) {
    var groups = new ArrayList<ModelGroup>();
    var names = new LinkedHashMap<String, String>();
    List<Yaml> items = Sections.items(section, ROOT, "model_groups", false, problems);
    for (int i = 0; i < items.size(); i++) {
      String path = ROOT + ".model_groups[" + i + "]";
      Yaml item = items.get(i);
      if (binder.value(item, path, ModelGroup.class) instanceof ModelGroup group) {
        references(group, item, path, ids);
        name(group.name(), item, path, "name", ids, names);
        for (int a = 0; a < group.aliases().size(); a++) {
          name(group.aliases().get(a), item, path, "aliases[" + a + "]", ids, names);
        }
        groups.add(group);
      }
    }
    spares(groups, items);
    return groups;
  }

  private void references(ModelGroup group, Yaml item, String path, Set<String> ids) {
    for (int t = 0; t < group.targets().size(); t++) {
      String id = group.targets().get(t);
      String key = "targets[" + t + "]";
      if (!ids.contains(id)) {
        problems.add(
            Code.E008,
            Yaml.nearest(item, key).at(),
            path + "." + key,
            "no target has the id `" + Suggest.shortened(id) + "`",
            Suggest.among(id, ids));
      }
    }
  }

  /** A group's spare is another group, and its targets come once: spares of spares do not count. */
  private void spares(List<ModelGroup> groups, List<Yaml> items) {
    List<String> names = groups.stream().map(ModelGroup::name).toList();
    for (int i = 0; i < items.size() && groups.size() == items.size(); i++) {
      String spare = groups.get(i).fallbackGroup();
      if (spare != null && (!names.contains(spare) || spare.equals(names.get(i)))) {
        problems.add(
            Code.E008,
            Yaml.nearest(items.get(i), "fallback_group").at(),
            ROOT + ".model_groups[" + i + "].fallback_group",
            "no other group has the name `" + Suggest.shortened(spare) + "`",
            Suggest.among(spare, Set.copyOf(names)));
      }
    }
  }

  /** A name asked for in a request must mean one thing. */
  private void name(
      String name, Yaml item, String path, String key, Set<String> ids, Map<String, String> names) {
    String other = ids.contains(name) ? "a target's id" : names.putIfAbsent(name, path);
    if (other != null) {
      problems.add(
          Code.E009,
          Yaml.nearest(item, key).at(),
          path + "." + key,
          "`" + Suggest.shortened(name) + "` is taken: " + other,
          "choose another name");
    }
  }
}
