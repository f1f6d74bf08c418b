package io.keeptrusts.gateway.policy.kind.tools;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which tools may be used. A function goes by its name; a tool of the provider's by its type, such
 * as {@code web_search}, whose dated and preview forms count as the same; a tool of an MCP server
 * by {@code <server_label>.<tool>}, and the server as a whole by {@code <server_label>.}. What is
 * denied is denied by its bare name, too; what is allowed must be named in full. Immutable.
 *
 * @param allowed null: all
 * @param denied null: none; wins over allowed
 */
public record ToolRules(@Nullable Names allowed, @Nullable Names denied) implements Permits {

  /**
   * @param allowedKey for messages
   */
  public static ToolRules of(
      String allowedKey,
      @Nullable List<String> allowed,
      String deniedKey,
      @Nullable List<String> denied) {
    return new ToolRules(canonical(allowedKey, allowed), canonical(deniedKey, denied));
  }

  /** Entries that have no effect because of the other list. */
  public static List<String> warnings(
      String allowedKey,
      @Nullable List<String> allowed,
      String deniedKey,
      @Nullable List<String> denied) {
    if (allowed == null || denied == null) {
      return List.of();
    }
    ToolRules rules = of(allowedKey, allowed, deniedKey, denied);
    List<String> warnings =
        new ArrayList<>(
            Names.overruled(allowedKey, allowed, deniedKey, name -> !rules.permit(name)));
    if (allowed.stream().noneMatch(name -> name.contains("*"))) {
      for (int i = 0; i < denied.size(); i++) {
        ToolRules one = of(allowedKey, null, deniedKey, List.of(denied.get(i)));
        if (allowed.stream().allMatch(name -> one.permit(name) && one.permit(label(name)))) {
          warnings.add(deniedKey + "[" + i + "]: has no effect, " + allowedKey + " leaves it out");
        }
      }
    }
    return warnings;
  }

  /** An MCP server is allowed by its label with a dot, and may be denied without. */
  private static String label(String name) {
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  private static @Nullable Names canonical(String key, @Nullable List<String> names) {
    Names checked = Names.of(key, names);
    return checked == null
        ? null
        : new Names(checked.patterns().stream().map(ToolRules::canonical).toList());
  }

  /** The name of a provider's tool without its version. */
  static String canonical(String type) {
    if (type.startsWith("web_search_preview") || type.startsWith("web_search_20")) {
      return "web_search";
    }
    return type.startsWith("computer_use") ? "computer" : type;
  }

  @Override
  public boolean permit(String name) {
    String tool = canonical(name);
    String bare = tool.substring(tool.lastIndexOf('.') + 1);
    if (denied != null && (denied.match(tool) || denied.match(bare))) {
      return false;
    }
    return allowed == null || allowed.match(tool);
  }

  @Override
  public boolean permitAll(String label) {
    return permit(label + ".") && (denied == null || !denied.match(label));
  }
}
