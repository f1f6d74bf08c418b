package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.pack.PackDocument.Entry;
import io.keeptrusts.gateway.pack.Problem.Code;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.policy.PolicyKind.Mode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code policies.chain} and the {@code policy.<kind>} blocks: every block is bound and compiled,
 * in the chain or not.
 */
final class PolicySection {

  private static final String ENABLED = "enabled";
  private static final String STREAMING_MODE = "streaming_mode";
  private static final Set<String> COMMON = Set.of(ENABLED, STREAMING_MODE);

  private final Problems problems;
  private final RecordBinder binder;
  private final KindCatalog kinds;

  PolicySection(Problems problems, RecordBinder binder, KindCatalog kinds) {
    this.problems = problems;
    this.binder = binder;
    this.kinds = kinds;
  }

  /** The entries that are usable, in the chain's order. */
  List<Entry> read(Yaml.Mapping root) {
    Map<String, Yaml.At> chain = chain(root);
    Yaml.Mapping blocks = blocks(root);
    var entries = new LinkedHashMap<String, Entry>();
    chain.forEach(
        (name, at) -> {
          PolicyKind<?> kind = kinds.find(name);
          Yaml block = blocks.get(name);
          if (block == null) {
            String message = "`" + name + "` has no block: it runs on its defaults";
            problems.add(Code.I201, at, "policies.chain", message);
            block = Yaml.Mapping.empty(at);
          }
          Entry entry = kind == null ? null : entry(kind, block, true);
          if (entry != null) {
            entries.put(name, entry);
          }
        });
    blocks.fields().forEach((name, field) -> spare(name, field, chain.keySet()));
    new ChainCheck(problems, chain).check(List.copyOf(entries.values()));
    return List.copyOf(entries.values());
  }

  /** Known kinds with the places they stand at. */
  private Map<String, Yaml.At> chain(Yaml.Mapping root) {
    var chain = new LinkedHashMap<String, Yaml.At>();
    Yaml.Mapping policies = Sections.mapping(root, "policies", true, problems);
    if (policies == null) {
      return chain;
    }
    binder.checkKeys(policies, "policies", Set.of("chain"));
    List<Yaml> items = Sections.items(policies, "policies", "chain", true, problems);
    for (int i = 0; i < items.size(); i++) {
      String path = "policies.chain[" + i + "]";
      if (binder.value(items.get(i), path, String.class) instanceof String name
          && known(name, items.get(i).at(), path)) {
        if (chain.putIfAbsent(name, items.get(i).at()) != null) {
          problems.add(
              Code.E004,
              items.get(i).at(),
              path,
              "`" + name + "` stands twice in the chain",
              "keep one");
        }
      }
    }
    if (items.isEmpty() && policies.get("chain") instanceof Yaml.Sequence empty) {
      problems.add(
          Code.W105, empty.at(), "policies.chain", "the chain is empty: nothing is checked");
    }
    return chain;
  }

  private boolean known(String name, Yaml.At at, String path) {
    if (kinds.find(name) != null) {
      return true;
    }
    String shown = Suggest.shortened(name);
    problems.add(
        Code.E001, at, path, "unknown kind `" + shown + "`", Suggest.among(name, kinds.names()));
    return false;
  }

  private Yaml.Mapping blocks(Yaml.Mapping root) {
    Yaml.Mapping blocks = Sections.mapping(root, "policy", false, problems);
    return blocks == null ? Yaml.Mapping.empty(root.at()) : blocks;
  }

  /** A block whose kind is not in the chain: still checked, never run. */
  private void spare(String name, Yaml.Field field, Set<String> chain) {
    String path = "policy." + Suggest.shortened(name);
    if (chain.contains(name) || !known(name, field.keyAt(), path)) {
      return;
    }
    problems.add(
        Code.W101,
        field.keyAt(),
        path,
        "`" + name + "` is not in the chain: it never runs",
        "add it to policies.chain or remove the block");
    PolicyKind<?> kind = kinds.find(name);
    if (kind != null) {
      entry(kind, field.value(), false);
    }
  }

  private <C extends Record> @Nullable Entry entry(PolicyKind<C> kind, Yaml node, boolean inChain) {
    String path = "policy." + kind.name();
    Yaml.Mapping block = Sections.asMapping(node, path, problems);
    if (block == null) {
      return null;
    }
    int before = problems.errors();
    boolean enabled = enabled(block, path, inChain);
    Mode mode = mode(kind, block, path);
    C config = binder.bind(block, path, kind.config(), COMMON);
    Policy policy = config == null ? null : compile(kind, config, block, path);
    if (config == null || policy == null || problems.errors() > before) {
      return null;
    }
    unstreamed(policy, block, path);
    if (inChain && enabled) {
      Set<String> keys = RecordBinder.keys(kind.config());
      kind.warnings(config).forEach(text -> problems.say(Code.W110, block, path, keys, text, null));
    }
    return new Entry(kind.name(), kind, config, mode, enabled, policy);
  }

  private boolean enabled(Yaml.Mapping block, String path, boolean inChain) {
    Yaml node = block.get(ENABLED);
    boolean enabled =
        node == null
            || !Boolean.FALSE.equals(binder.value(node, path + "." + ENABLED, Boolean.class));
    if (node != null && !enabled && inChain) {
      problems.add(
          Code.I203, node.at(), path + "." + ENABLED, "disabled: the chain runs without it");
    }
    return enabled;
  }

  private @Nullable Mode mode(PolicyKind<?> kind, Yaml.Mapping block, String path) {
    Yaml node = block.get(STREAMING_MODE);
    if (node == null
        || !(binder.value(node, path + "." + STREAMING_MODE, Mode.class) instanceof Mode asked)) {
      return kind.mode();
    }
    if (kind.mode() == null) {
      problems.add(
          Code.E003,
          node.at(),
          path + "." + STREAMING_MODE,
          "`" + kind.name() + "` looks at requests only: there is no stream for it to check",
          "remove the key");
    } else if (asked != kind.mode() && !kind.supports(asked)) {
      String reason =
          switch (asked) {
            case REALTIME -> "needs the whole answer: realtime would make it inert";
            case BUFFERED -> "acts on each chunk as it comes: buffered would make it late";
          };
      String only = kind.mode() == Mode.BUFFERED ? "buffered" : "realtime";
      problems.add(
          Code.E003,
          node.at(),
          path + "." + STREAMING_MODE,
          "`" + kind.name() + "` " + reason,
          "remove the key or write `" + only + "`");
    }
    return asked;
  }

  /** Settings may leave a kind without its output side. */
  private void unstreamed(Policy policy, Yaml.Mapping block, String path) {
    Yaml node = block.get(STREAMING_MODE);
    boolean input = policy.prompt() != null || !policy.input().isEmpty();
    boolean output =
        policy.answer() != null || policy.tools() != null || !policy.output().isEmpty();
    if (node != null && input && !output) {
      problems.add(
          Code.W110,
          node.at(),
          path + "." + STREAMING_MODE,
          "has no effect: by its settings `" + policy.kind() + "` looks at requests only");
    }
  }

  private <C extends Record> @Nullable Policy compile(
      PolicyKind<C> kind, C config, Yaml.Mapping block, String path) {
    try {
      return kind.compile(config);
    } catch (RuntimeException e) {
      // Not only IllegalArgumentException: a kind that fails must not take the lint or the running
      // gateway with it.
      String text =
          e.getMessage() == null
              ? "cannot be compiled: " + e.getClass().getSimpleName()
              : e.getMessage();
      problems.say(Code.E003, block, path, RecordBinder.keys(kind.config()), text, null);
      return null;
    }
  }
}
