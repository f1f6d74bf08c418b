package io.keeptrusts.gateway.policy.kind.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of the tools that a request offers. */
class OfferTest {

  private static ObjectNode json(String json) {
    try {
      return (ObjectNode) new ObjectMapper().readTree(json);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Offer.Kept keep(
      String body, @Nullable List<String> allowed, @Nullable List<String> denied) {
    return Offer.keep(json(body), ToolRules.of("allowed_tools", allowed, "blocked_tools", denied));
  }

  private static String function(String name) {
    return "{\"type\":\"function\",\"function\":{\"name\":\"" + name + "\"}}";
  }

  @ParameterizedTest
  @CsvSource({
    "get_weather, get_weather, true",
    "get_weather, get_weather2, false",
    "get_*, get_weather, true",
    "*_file, delete_file, true",
    "*_file, delete_files, false",
    "a*b*c, axxbyyc, true",
    "a*b*c, axxbyy, false",
    "*, anything, true",
    "Get_weather, get_weather, false",
  })
  void namesAreExactOrHoldAStar(String pattern, String name, boolean matches) {
    assertThat(new Names(List.of(pattern)).match(name)).isEqualTo(matches);
  }

  @Test
  void aStarThatCouldMatchInManyWaysIsStillQuick() {
    Names names = new Names(List.of("*a".repeat(100) + "*b"));

    assertThat(names.match("a".repeat(1000))).isFalse();
  }

  @Test
  void anEmptyListIsRefused() {
    assertThatThrownBy(() -> ToolRules.of("allowed_tools", List.of(), "blocked_tools", null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("allowed_tools: an empty list says nothing");
  }

  @Test
  void aBlankNameIsRefused() {
    assertThatThrownBy(() -> ToolRules.of("a", null, "blocked_tools", List.of("x", " ")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("blocked_tools[1]: a name has");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tools", "functions"})
  void whatIsNoListOfToolsIsNotPassedOn(String field) {
    Offer.Kept kept =
        keep(
            "{\"" + field + "\":{\"a\":" + function("delete_file") + "},\"tool_choice\":\"auto\"}",
            null,
            List.of("delete_file"));

    assertThat(kept.dropped()).isEqualTo(1);
    assertThat(kept.body()).isEqualTo(json("{}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"function\",\"name\":\"ls\",\"function\":{\"name\":\"delete_file\"}}",
        "{\"type\":\"function\",\"name\":\"delete_file\",\"function\":{\"name\":\"ls\"}}",
        "{\"type\":\"custom\",\"name\":\"delete_file\",\"custom\":{\"name\":\"ls\"}}",
      })
  void aToolWithTwoNamesNeedsLeaveForBoth(String tool) {
    String body = "{\"tools\":[" + tool + "]}";

    assertThat(keep(body, List.of("ls"), null).dropped()).isEqualTo(1);
    assertThat(keep(body, List.of("ls", "delete_file"), null).dropped()).isZero();
    assertThat(keep("{\"tool_choice\":" + tool + "}", List.of("ls"), null).forced()).isTrue();
    assertThat(keep(body.replace("\"ls\"", "\"function\""), null, List.of("delete_file")).dropped())
        .isEqualTo(1);
  }

  @Test
  void functionsAndCustomToolsGoByTheirName() {
    Offer.Kept kept =
        keep(
            "{\"tools\":["
                + function("a")
                + ","
                + function("b")
                + ",{\"type\":\"custom\",\"custom\":{\"name\":\"b\"}}"
                + ",{\"type\":\"function\",\"name\":\"b\"},{\"type\":\"custom\",\"name\":\"a\"}]}",
            null,
            List.of("b"));

    assertThat(kept.dropped()).isEqualTo(3);
    assertThat(kept.body().path("tools")).hasSize(2);
    assertThat(kept.body().toString()).doesNotContain("\"b\"");
  }

  @Test
  void aRequestThatLosesNothingIsLeftAsItIs() {
    ObjectNode body = json("{\"tools\":[" + function("a") + "],\"tool_choice\":\"required\"}");

    Offer.Kept kept = Offer.keep(body, ToolRules.of("x", List.of("a"), "y", null));

    assertThat(kept.body()).isSameAs(body);
    assertThat(kept.forced()).isFalse();
  }

  @Test
  void withoutAnyToolLeftTheChoiceGoesToo() {
    Offer.Kept kept =
        keep(
            "{\"model\":\"m\",\"tools\":["
                + function("a")
                + "],\"tool_choice\":\"auto\",\"parallel_tool_calls\":true}",
            List.of("b"),
            null);

    assertThat(kept.body()).isEqualTo(json("{\"model\":\"m\"}"));
    assertThat(kept.forced()).isFalse();
  }

  @Test
  void theOldFunctionsAreToolsToo() {
    Offer.Kept kept =
        keep(
            "{\"functions\":[{\"name\":\"a\"},{\"name\":\"b\"}],\"function_call\":{\"name\":\"b\"}}",
            null,
            List.of("b"));

    assertThat(kept.body().path("functions")).hasSize(1);
    assertThat(kept.forced()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\":\"function\",\"function\":{\"name\":\"b\"}} | true",
        "{\"type\":\"function\",\"name\":\"b\"} | true",
        "{\"type\":\"custom\",\"custom\":{\"name\":\"b\"}} | true",
        "{\"type\":\"allowed_tools\",\"mode\":\"auto\",\"tools\":[{\"type\":\"function\",\"name\":\"b\"}]} | true",
        "{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"b\"}}]}} | true",
        "{\"type\":\"function\",\"function\":{\"name\":\"a\"}} | false",
        "\"required\" | false",
      })
  void aChoiceThatNamesADroppedToolIsTold(String choice, boolean forced) {
    Offer.Kept kept =
        keep(
            "{\"tools\":["
                + function("a")
                + ","
                + function("b")
                + "],\"tool_choice\":"
                + choice
                + "}",
            null,
            List.of("b"));

    assertThat(kept.forced()).isEqualTo(forced);
  }

  @Test
  void aCallIsRequiredAndNoToolIsLeft() {
    assertThat(
            keep(
                    "{\"tools\":[" + function("b") + "],\"tool_choice\":\"required\"}",
                    null,
                    List.of("b"))
                .forced())
        .isTrue();
  }

  @Test
  void toolsOfTheProviderGoByTheirTypeInAnyVersion() {
    Offer.Kept kept =
        keep(
            "{\"tools\":[{\"type\":\"web_search_preview_2025_03_11\"},{\"type\":\"web_search\"},"
                + "{\"type\":\"file_search\"},{\"type\":\"computer_use_preview\"}],\"web_search_options\":{}}",
            null,
            List.of("web_search_preview", "computer"));

    assertThat(kept.body()).isEqualTo(json("{\"tools\":[{\"type\":\"file_search\"}]}"));
    assertThat(kept.dropped()).isEqualTo(4);
  }

  @Test
  void anMcpServerKeepsTheToolsThatArePermitted() {
    Offer.Kept kept =
        keep(
            "{\"tools\":[{\"type\":\"mcp\",\"server_label\":\"fs\",\"allowed_tools\":[\"read\",\"delete\"]},"
                + "{\"type\":\"mcp\",\"server_label\":\"db\",\"allowed_tools\":{\"tool_names\":[\"delete\"]}},"
                + "{\"type\":\"mcp\",\"server_label\":\"all\"}]}",
            null,
            List.of("delete", "all.*"));

    assertThat(kept.body())
        .isEqualTo(
            json(
                "{\"tools\":[{\"type\":\"mcp\",\"server_label\":\"fs\",\"allowed_tools\":[\"read\"]}]}"));
  }

  @Test
  void anMcpServerIsAllowedByItsLabelAndAStar() {
    String body =
        "{\"tools\":[{\"type\":\"mcp\",\"server_label\":\"fs\"},{\"type\":\"mcp\",\"server_label\":\"db\"}]}";

    assertThat(keep(body, List.of("fs.*", "db.read"), null).body().toString())
        .contains("fs")
        .doesNotContain("db");
  }

  @Test
  void anotherToolsNameBehindADotIsNotAllowedByIt() {
    ToolRules rules = ToolRules.of("allowed", List.of("read"), "denied", null);

    assertThat(rules.permit("evil.read")).isFalse();
    assertThat(rules.permit("read")).isTrue();
  }

  @Test
  void toolsOfANamespaceAreNamedWithIt() {
    String body =
        "{\"tools\":[{\"type\":\"namespace\",\"name\":\"crm\",\"tools\":[{\"type\":\"function\",\"name\":\"get\"},{\"type\":\"function\",\"name\":\"drop\"}]}]}";

    assertThat(keep(body, List.of("crm.get"), null).body().toString())
        .contains("\"get\"")
        .doesNotContain("drop");
  }

  @Test
  void whatAConversationHasCalledIsListed() {
    ObjectNode chat =
        json(
            "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":["
                + function("a")
                + ","
                + function("b")
                + "]},{\"role\":\"tool\",\"content\":\"x\"},"
                + "{\"role\":\"assistant\",\"function_call\":{\"name\":\"c\"}}]}");
    ObjectNode items =
        json(
            "{\"input\":[{\"type\":\"function_call\",\"name\":\"a\"},{\"type\":\"function_call_output\"},"
                + "{\"type\":\"mcp_call\",\"server_label\":\"fs\",\"name\":\"read\"},{\"type\":\"web_search_call\"}]}");

    assertThat(Offer.called(chat)).containsExactly("a", "b", "c");
    assertThat(Offer.called(items)).containsExactly("a", "fs.read", "web_search");
  }
}
