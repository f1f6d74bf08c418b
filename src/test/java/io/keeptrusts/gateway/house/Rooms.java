package io.keeptrusts.gateway.house;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The import rules of the house, checked on class files. A room is a package below {@link #HOUSE},
 * "" the house itself (where Gateway lives). {@link #MAY_IMPORT} says which other rooms a room may
 * import; {@link #DOORS} names single types a room may use although their room is closed to it;
 * {@link #LIBRARIES} names the libraries that only some rooms may use.
 */
final class Rooms {

  static final String HOUSE = "io.keeptrusts.gateway";

  private static final Set<String> GROUND = Set.of("audit", "wire", "exchange");
  private static final Set<String> BELOW_POLICY = with(GROUND, "provider");
  private static final Set<String> BELOW_KIND =
      with(BELOW_POLICY, "policy", "policy.text", "policy.match", "access");
  private static final Set<String> BELOW_DIALECT = with(BELOW_KIND, "policy.kind");
  private static final Set<String> BELOW_GATEWAY =
      with(BELOW_DIALECT, "dialect", "pack", "limits", "audit.sink");
  private static final Set<String> BELOW_OPS = with(BELOW_GATEWAY, "");

  static final Map<String, Set<String>> MAY_IMPORT =
      Map.ofEntries(
          Map.entry("cli", with(BELOW_OPS, "ops")),
          Map.entry("http", with(BELOW_OPS, "ops")),
          Map.entry("ops", BELOW_OPS),
          Map.entry("", BELOW_GATEWAY),
          Map.entry("dialect", BELOW_DIALECT),
          Map.entry("pack", with(BELOW_DIALECT, "limits")),
          Map.entry("limits", Set.of("wire", "exchange")),
          Map.entry("policy.kind", BELOW_KIND),
          Map.entry("policy", with(BELOW_POLICY, "policy.text", "policy.match")),
          Map.entry("policy.text", Set.of("policy.match", "wire", "exchange")),
          Map.entry("policy.match", Set.of("exchange")),
          Map.entry("provider", GROUND),
          Map.entry("audit.sink", Set.of("audit")),
          Map.entry("audit", Set.of("wire", "exchange")),
          Map.entry("access", Set.of("exchange")),
          Map.entry("wire", Set.of()),
          Map.entry("exchange", Set.of()));

  private static final Map<String, Set<String>> DOORS =
      Map.of("policy.text", Set.of(HOUSE + ".policy.Action", HOUSE + ".policy.TextRule"));

  /** Types that start with {@code prefix} may be used in {@code rooms} only. */
  private record Library(String prefix, Set<String> rooms) {}

  /** Audit reads its own records again when it verifies them. */
  private static final Set<String> JSON_ROOMS =
      Set.of("audit", "dialect", "pack", "provider", "policy.kind", "ops", "http", "cli");

  /** They hand JSON on, and neither read nor write it. */
  private static final Set<String> JSON_TREE_ROOMS = with(JSON_ROOMS, "exchange", "policy", "");

  /** Of several prefixes that fit a type, the first decides. */
  private static final List<Library> LIBRARIES =
      List.of(
          new Library("io.vertx.", Set.of("wire", "http", "ops", "cli")),
          new Library("jakarta.ws.rs.", Set.of("http")),
          new Library("org.apache.kafka.", Set.of("audit.sink")),
          new Library("io.opentelemetry.", Set.of("ops")),
          new Library("java.net.http.", Set.of("audit.sink", "access")),
          new Library("com.fasterxml.jackson.databind.JsonNode", JSON_TREE_ROOMS),
          new Library("com.fasterxml.jackson.databind.node.", JSON_TREE_ROOMS),
          new Library("com.fasterxml.jackson.databind.", JSON_ROOMS),
          new Library("java.util.regex.", allBut("policy.match", "policy.text", "wire")));

  private Rooms() {}

  /**
   * Every import that breaks a rule, as a sentence, sorted; a class of a room that no rule knows is
   * one too.
   */
  static Collection<String> violations(JavaClasses classes) {
    Set<String> found = new TreeSet<>();
    for (JavaClass source : classes) {
      String room = room(source.getPackageName());
      if (!MAY_IMPORT.containsKey(room)) {
        found.add(
            source.getName() + " is in a room without import rules: add it to Rooms.MAY_IMPORT");
        continue;
      }
      for (Dependency dependency : source.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (!allows(room, target.getPackageName(), topLevel(target.getName()))) {
          found.add(topLevel(source.getName()) + " must not import " + topLevel(target.getName()));
        }
      }
    }
    return found;
  }

  private static boolean allows(String room, String targetPackage, String target) {
    if (isOurs(targetPackage)) {
      String to = room(targetPackage);
      return to.equals(room)
          || MAY_IMPORT.get(room).contains(to)
          || DOORS.getOrDefault(room, Set.of()).contains(target);
    }
    return LIBRARIES.stream()
        .filter(library -> target.startsWith(library.prefix()))
        .findFirst()
        .map(library -> library.rooms().contains(room))
        .orElse(true);
  }

  private static boolean isOurs(String packageName) {
    return packageName.equals(HOUSE) || packageName.startsWith(HOUSE + ".");
  }

  /**
   * A kind that outgrew its file lives in a package below policy.kind, a protocol below provider:
   * the same room.
   */
  private static String room(String packageName) {
    String room =
        packageName.length() > HOUSE.length() ? packageName.substring(HOUSE.length() + 1) : "";
    return room.startsWith("policy.kind.")
        ? "policy.kind"
        : room.startsWith("provider.") ? "provider" : room;
  }

  private static String topLevel(String className) {
    int nested = className.indexOf('$');
    return nested < 0 ? className : className.substring(0, nested);
  }

  private static Set<String> with(Set<String> rooms, String... more) {
    Set<String> all = new TreeSet<>(rooms);
    all.addAll(Arrays.asList(more));
    return Set.copyOf(all);
  }

  private static Set<String> allBut(String... rooms) {
    Set<String> rest = new TreeSet<>(MAY_IMPORT.keySet());
    rest.removeAll(Arrays.asList(rooms));
    return Set.copyOf(rest);
  }
}
