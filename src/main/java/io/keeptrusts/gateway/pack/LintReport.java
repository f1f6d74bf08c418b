package io.keeptrusts.gateway.pack;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.pack.PackDocument.Entry;
import io.keeptrusts.gateway.pack.Problem.Severity;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What {@code policy lint} prints.
 *
 * @param file as the user named it; several joined by a comma
 * @param read what came of it
 */
public record LintReport(String file, Read read) {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** 0 for a valid pack, with warnings too; 2 otherwise. */
  public int exitCode() {
    return switch (read) {
      case Read.Checked _ -> 0;
      case Read.Refused _ -> 2;
    };
  }

  /** Lines for people, each ended by a line feed. */
  public String text() {
    return switch (read) {
      case Read.Checked(var document, var notes, _) ->
          "%s: valid\nPack: %s (v%s)\nChain: %s\nPolicies validated: %d\n%s"
              .formatted(
                  file,
                  document.pack().name(),
                  document.pack().version(),
                  document.chain().stream().map(Entry::kind).collect(Collectors.joining(" -> ")),
                  document.chain().size(),
                  lines(notes));
      case Read.Refused(var problems) ->
          "%s: invalid, %d error(s)\n%s"
              .formatted(file, problems.stream().filter(Problem::isError).count(), lines(problems));
    };
  }

  /**
   * One line for scripts: {@code {valid, file, pack{name, version}, chain[], policy_count,
   * warnings[], infos[]}} or {@code {valid, file, errors[], warnings[], infos[]}}, with problems as
   * {@code {code, path, message, suggestion, file, line, column}}.
   */
  public String json() {
    ObjectNode out = JSON.objectNode();
    List<Problem> problems =
        switch (read) {
          case Read.Checked(var document, var notes, _) -> {
            out.put("valid", true).put("file", file);
            out.putObject("pack")
                .put("name", document.pack().name())
                .put("version", document.pack().version());
            ArrayNode chain = out.putArray("chain");
            document.chain().forEach(entry -> chain.add(entry.kind()));
            out.put("policy_count", document.chain().size());
            yield notes;
          }
          case Read.Refused(var all) -> {
            out.put("valid", false).put("file", file);
            out.set("errors", array(all, Severity.ERROR));
            yield all;
          }
        };
    out.set("warnings", array(problems, Severity.WARNING));
    out.set("infos", array(problems, Severity.INFO));
    return out.toString();
  }

  private static String lines(List<Problem> problems) {
    return problems.stream()
        .sorted((a, b) -> a.severity().compareTo(b.severity()))
        .map(p -> p.severity().name().toLowerCase(Locale.ROOT) + " " + p + "\n")
        .collect(Collectors.joining());
  }

  private static ArrayNode array(List<Problem> problems, Severity severity) {
    ArrayNode array = JSON.arrayNode();
    for (Problem p : problems) {
      if (p.severity() == severity) {
        array
            .addObject()
            .put("code", p.code().name())
            .put("path", p.path())
            .put("message", p.message())
            .put("suggestion", p.suggestion())
            .put("file", p.file())
            .put("line", p.line())
            .put("column", p.column());
      }
    }
    return array;
  }
}
