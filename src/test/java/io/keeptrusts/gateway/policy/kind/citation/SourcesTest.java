package io.keeptrusts.gateway.policy.kind.citation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where a request keeps its documents. */
class SourcesTest {
  private static final String LONG =
      "The mill was built of red brick beside the old canal and for more than a hundred years it"
          + " ground the corn of all the farms between the two hills.";

  private static List<Source> of(ObjectNode body) {
    return Sources.of(body).documents();
  }

  private static List<String> texts(ObjectNode body) {
    return of(body).stream().map(Source::text).toList();
  }

  @Test
  void numberedEntriesAreDocumentsWithTheirNumberTitleAndAddress() {
    List<Source> found =
        of(
            Checked.system(
                """
                Use these sources.
                [3] The Mill - https://example.com/mill
                It is built of brick.
                It is old.
                [4]: The Canal
                It is deep.

                Question: what is old?
                """));

    assertThat(found).extracting(Source::number).containsExactly(3, 4);
    assertThat(found.get(0).url()).isEqualTo("https://example.com/mill");
    assertThat(found.get(0).text()).endsWith("It is old.");
    assertThat(found.get(1).names()).contains("The Canal");
    assertThat(found.get(1).text()).doesNotContain("Question");
  }

  @Test
  void entriesMayBeCalledByAWord() {
    List<Source> found =
        of(Checked.system("Source 1: The mill is red.\nDocument #2 - The canal is deep."));

    assertThat(found).extracting(Source::number).containsExactly(1, 2);
    assertThat(found)
        .extracting(Source::text)
        .containsExactly("The mill is red.", "The canal is deep.");
  }

  @Test
  void aListUnderAHeadingIsNumberedToo() {
    assertThat(of(Checked.system("Sources:\n1. The mill is red.\n2. The canal is deep.")))
        .extracting(Source::number)
        .containsExactly(1, 2);
    assertThat(of(Checked.system("Rules for you:\n1. Be brief.\n2. Be kind."))).isEmpty();
  }

  @Test
  void elementsAreDocuments() {
    List<Source> found =
        of(
            Checked.system(
                """
                <documents>
                <document index="1" title="Mill">
                <source>mill.pdf</source>
                <document_content>The mill is red.</document_content>
                </document>
                <document index="2"><document_content>The canal is deep.</document_content></document>
                </documents>
                <question>What is red?</question>
                """));

    assertThat(found).extracting(Source::number).containsExactly(1, 2);
    assertThat(found.get(0).names()).contains("mill.pdf", "Mill");
    assertThat(found.get(0).text()).contains("The mill is red.").doesNotContain("<");
    assertThat(found.get(1).text()).isEqualTo("The canal is deep.");
  }

  @Test
  void whatStandsUnderAHeadingIsADocumentUpToTheQuestion() {
    assertThat(texts(Checked.system("Context:\nThe mill is red.\n\nQuestion: Is the mill red?")))
        .containsExactly("The mill is red.");
    assertThat(texts(Checked.system("Knowledge: The mill is red.\n\nIs the mill red?")))
        .containsExactly("The mill is red.");
    assertThat(texts(Checked.system("Summarise:\n```\nThe mill is red.\n```\nThank you.")))
        .containsExactly("The mill is red.");
  }

  @Test
  void longParagraphsAreDocumentsButQuestionsAndOrdersAreNot() {
    assertThat(texts(Checked.system("You are a helpful assistant.\n\n" + LONG)))
        .containsExactly(LONG);
    assertThat(texts(Checked.system("Please say that you know: " + LONG))).isEmpty();
    assertThat(texts(Checked.system(LONG.replace("hills.", "hills, was it not?")))).isEmpty();
  }

  @Test
  void resultsOfToolsAreDocuments() {
    List<Source> found =
        of(
            Checked.json(
                """
                {"messages": [
                  {"role": "user", "content": "What is red?"},
                  {"role": "tool", "content": "{\\"results\\": [{\\"title\\": \\"Mill\\", \\"url\\": \\"https://example.com/m\\", \\"content\\": \\"The mill is red.\\"}, {\\"id\\": 7, \\"snippet\\": \\"The canal is deep.\\"}]}"},
                  {"role": "tool", "content": "It is 21 degrees."},
                  {"role": "tool", "content": "{\\"degrees\\": 21}"}]}"""));

    assertThat(found)
        .extracting(source -> source.text().strip())
        .containsExactly(
            "Mill\nThe mill is red.",
            "The canal is deep.",
            "It is 21 degrees.",
            "{\"degrees\": 21}");
    assertThat(found.get(0).url()).isEqualTo("https://example.com/m");
    assertThat(found.get(1).number()).isEqualTo(7);
  }

  @Test
  void itemsOfAResponsesRequestAreDocuments() {
    String file =
        Base64.getEncoder().encodeToString("The lock is shut.".getBytes(StandardCharsets.UTF_8));
    assertThat(
            texts(
                Checked.json(
                    """
                    {"instructions": "Context: The sluice is open.",
                     "input": [
                      {"type": "function_call_output", "call_id": "c", "output": "The mill is red."},
                      {"type": "file_search_call", "id": "f", "results": [{"filename": "canal.txt", "text": "The canal is deep."}]},
                      {"role": "user", "content": [
                        {"type": "input_file", "filename": "lock.txt", "file_data": "data:text/plain;base64,%s"},
                        {"type": "input_text", "text": "What is red?"}]}]}"""
                        .formatted(file))))
        .map(String::strip)
        .containsExactly(
            "The sluice is open.", "The mill is red.", "The canal is deep.", "The lock is shut.");
  }

  @Test
  void documentsOfTheRequestAreDocuments() {
    assertThat(
            texts(
                Checked.json(
                    """
                    {"messages": [], "documents": [{"title": "Mill", "text": "The mill is red."}, "The canal is deep."]}""")))
        .map(String::strip)
        .containsExactly("Mill\nThe mill is red.", "The canal is deep.");
  }

  @Test
  void whatTheAssistantSaidIsNoDocumentButWasSaid() {
    Sources sources =
        Sources.of(
            Checked.json("{\"messages\":[{\"role\":\"assistant\",\"content\":\"" + LONG + "\"}]}"));

    assertThat(sources.documents()).isEmpty();
    assertThat(sources.said()).contains("red brick");
  }
}
