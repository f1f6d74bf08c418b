package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.pack.Problem.Code;
import io.keeptrusts.gateway.pack.Yaml.At;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Bytes to a {@link Yaml} tree: one UTF-8 document of at most 1 MiB that is a mapping. Everything
 * else is a problem.
 */
final class YamlReader {
  private static final String ALIAS = "found undefined alias";

  static final int MAX_BYTES = 1 << 20;
  private static final int MAX_DEPTH = 50;
  private static final int MAX_COLLECTION_ALIASES = 50;

  private final Problems problems;

  YamlReader(Problems problems) {
    this.problems = problems;
  }

  /** Null if the file could not be read as a mapping; the reasons are among the problems. */
  Yaml.@Nullable Mapping read(Path file) {
    String name = file.toString();
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      return refuse(new At(name, 1, 1), "is not a regular file", null);
    }
    try (InputStream in = Files.newInputStream(file)) {
      return read(name, in.readNBytes(MAX_BYTES + 1));
    } catch (NoSuchFileException _) {
      return refuse(new At(name, 1, 1), "no such file", null);
    } catch (IOException e) {
      return refuse(new At(name, 1, 1), "cannot be read: " + e.getClass().getSimpleName(), null);
    }
  }

  Yaml.@Nullable Mapping read(String name, byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      return refuse(new At(name, 1, 1), "is larger than 1 MiB", null);
    }
    String text = decode(name, bytes);
    return text == null ? null : tree(name, text);
  }

  private @Nullable String decode(String name, byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    var out = CharBuffer.allocate(bytes.length + 1);
    if (StandardCharsets.UTF_8.newDecoder().decode(in, out, true).isError()) {
      refuse(
          place(name, out.flip().toString(), Integer.MAX_VALUE),
          "is not UTF-8",
          "save the file as UTF-8");
      return null;
    }
    String text = out.flip().toString();
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private Yaml.@Nullable Mapping tree(String name, String text) {
    try {
      Node root = compose(text);
      if (root == null) {
        return refuse(
            new At(name, 1, 1), "is empty", "a pack needs at least `pack` and `policies`");
      }
      return switch (new YamlTree(name, problems).of(root)) {
        case Yaml.Mapping mapping -> mapping;
        case Yaml other ->
            refuse(other.at(), "a mapping is wanted, " + other.noun() + " found", null);
      };
    } catch (YamlTree.Refused e) {
      return refuse(e.at, e.text, null);
    } catch (MarkedYAMLException e) {
      var mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
      At at =
          mark == null
              ? new At(name, 1, 1)
              : new At(name, mark.getLine() + 1, mark.getColumn() + 1);
      // getProblem alone: the whole message quotes the line, and the line may hold a key.
      String problem = e.getProblem() == null ? "cannot be read" : e.getProblem();
      if (problem.startsWith(ALIAS)) { // it names the alias, and a key may begin with a star
        problem = ALIAS;
      }
      return refuse(at, problem, hint(problem));
    } catch (ReaderException e) {
      return refuse(
          place(name, text, e.getPosition()),
          "holds a control character",
          "remove it or write an escape");
    } catch (YAMLException e) {
      return refuse(new At(name, 1, 1), String.valueOf(e.getMessage()), null);
    }
  }

  private static @Nullable Node compose(String text) {
    var options = new LoaderOptions();
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setMaxAliasesForCollections(MAX_COLLECTION_ALIASES);
    options.setCodePointLimit(MAX_BYTES + 1);
    return new Composer(new ParserImpl(new StreamReader(text), options), new CoreSchema(), options)
        .getSingleNode();
  }

  private static @Nullable String hint(String problem) {
    if (problem.contains("TAB")) {
      return "indent with spaces";
    }
    if (problem.contains("mapping values are not allowed")) {
      return "check the indentation, and quote texts that contain `: `";
    }
    return problem.contains("another document") ? "one document per file: remove `---`" : null;
  }

  /** Where a reader stopped, given how many code points it had read. */
  private static At place(String name, String text, int codePoints) {
    int end =
        text.offsetByCodePoints(0, Math.min(codePoints, text.codePointCount(0, text.length())));
    int line = 1 + (int) text.substring(0, end).chars().filter(c -> c == '\n').count();
    return new At(name, line, end - text.lastIndexOf('\n', end - 1));
  }

  private Yaml.@Nullable Mapping refuse(At at, String message, @Nullable String suggestion) {
    problems.add(Code.E007, at, "", message, suggestion);
    return null;
  }
}
