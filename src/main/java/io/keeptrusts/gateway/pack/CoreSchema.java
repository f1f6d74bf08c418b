package io.keeptrusts.gateway.pack;

import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Meaning of plain scalars by the core schema of YAML 1.2 (section 10.3.2). SnakeYAML's own is that
 * of 1.1, where the country code {@code NO} is false and {@code 12:30} is 750.
 */
final class CoreSchema extends Resolver {

  @Override
  protected void addImplicitResolvers() {
    addImplicitResolver(Tag.BOOL, Pattern.compile("true|True|TRUE|false|False|FALSE"), "tTfF");
    addImplicitResolver(
        Tag.INT, Pattern.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"), "-+0123456789");
    addImplicitResolver(
        Tag.FLOAT,
        Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?"),
        "-+0123456789.");
    addImplicitResolver(Tag.NULL, Pattern.compile("~|null|Null|NULL"), "~nN");
    addImplicitResolver(Tag.NULL, EMPTY, null);
  }
}
