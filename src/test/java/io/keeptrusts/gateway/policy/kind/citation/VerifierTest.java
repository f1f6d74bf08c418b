package io.keeptrusts.gateway.policy.kind.citation;

import static io.keeptrusts.gateway.policy.kind.citation.Checked.check;
import static io.keeptrusts.gateway.policy.kind.citation.Checked.found;
import static io.keeptrusts.gateway.policy.kind.citation.Checked.numbered;
import static io.keeptrusts.gateway.policy.kind.citation.Checked.system;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

/** Citations against the documents of a request. */
class VerifierTest {
  private static final String MILL =
      "The mill beside the canal was built of red brick by John Hart in 1841.";
  private static final String CANAL =
      "The canal was dug by hand and joins the river below the town of Ware.";
  private static final ObjectNode TWO = numbered(MILL, CANAL);

  @Test
  void aMarkerIsVerifiedByTheSourceThatItNumbers() {
    assertThat(
            found(
                TWO,
                "The mill was built of red brick in 1841 [1].\nThe canal was dug by hand. [2]"))
        .containsExactly("numbered 1 verified", "numbered 2 verified");
  }

  @Test
  void aMarkerOfAnotherSourceIsNotVerified() {
    assertThat(found(TWO, "The mill was built of red brick in 1841 [2]."))
        .containsExactly("numbered 2 unverified");
  }

  @Test
  void aMarkerBeyondTheListDangles() {
    assertThat(found(TWO, "The mill was built of red brick in 1841 [3]."))
        .containsExactly("numbered - dangling");
  }

  @Test
  void aClaimBeginsAfterTheMarkerBeforeIt() {
    assertThat(
            found(
                TWO,
                "The mill was built of red brick in 1841 [1], and the canal was dug by hand [2]."))
        .containsExactly("numbered 1 verified", "numbered 2 verified");
  }

  @Test
  void markersSideBySideMaySupportAClaimTogether() {
    assertThat(
            found(
                TWO,
                "The mill beside the canal was built of red brick and the canal was dug by hand [1][2]."))
        .containsExactly("numbered 1 verified", "numbered 2 verified");
  }

  @Test
  void aMarkerThatAddsNothingIsNotVerifiedByItsNeighbour() {
    assertThat(found(TWO, "The mill was built of red brick in 1841 [1][2]."))
        .containsExactly("numbered 1 verified", "numbered 2 unverified");
  }

  @Test
  void whatIsSaidTwiceCountsTwice() {
    Check check = check(TWO, "The canal was dug by hand [2]. The canal was dug by hand [2].");

    assertThat(check.findings()).hasSize(2);
    assertThat(check.cited()).isEqualTo(1);
  }

  @Test
  void theAnswersOwnListSaysWhatAMarkerMeans() {
    ObjectNode request =
        system(
            "Context:\nhttps://example.com/mill says: "
                + MILL
                + "\n\nhttps://example.com/canal is of no use.");
    String answer =
        "The mill was built of red brick in 1841 [1]. It is so [2].\n\n"
            + "[1]: https://www.example.com/mill/\n[2]: https://example.org/none";

    assertThat(found(request, answer))
        .containsExactly("numbered 1 verified", "numbered - dangling");
  }

  @Test
  void anAddressMustBeOneOfTheRequest() {
    ObjectNode request = system("Context:\nhttps://example.com/mill says: " + MILL);

    assertThat(
            found(
                request,
                """
                The mill was built of red brick in 1841 (https://www.example.com/mill?utm_source=x#top).
                The mill was built of red brick in 1841, see [this](https://example.com/other).
                The mill was built of red brick in 1841, see https://example.org/mill."""))
        .containsExactly("url 1 verified", "url - unmatched", "url - unmatched");
    assertThat(check(request, "See https://example.com/other.").findings())
        .singleElement()
        .satisfies(finding -> assertThat(finding.confidence()).isEqualTo(0.5));
  }

  @Test
  void aQuotationMustStandInASource() {
    assertThat(found(TWO, "It was \"built of red brick by John Hart\"."))
        .containsExactly("quote 1 verified");
    assertThat(found(TWO, "It was \u201cBUILT of red ... John Hart in 1841\u201d."))
        .containsExactly("quote 1 verified");
    assertThat(found(TWO, "It was \"built of red brick by Jack Hart\"."))
        .containsExactly("quote 1 mismatch");
    assertThat(found(TWO, "He cried \"let nobody ever leave this house\"."))
        .containsExactly("quote - unmatched");
  }

  @Test
  void aQuotationMustStandInTheSourceThatIsCitedBesideIt() {
    assertThat(found(TWO, "It was \"built of red brick by John Hart\" [1]."))
        .contains("quote 1 verified");
    assertThat(found(TWO, "It was \"built of red brick by John Hart\" [2]."))
        .contains("quote 1 mismatch");
  }

  @Test
  void theQuestionMayBeQuoted() {
    ObjectNode request =
        Checked.json(
            """
            {"messages": [{"role": "system", "content": "Context: The mill is red."},
              {"role": "user", "content": "What does make hay while you can mean?"}]}""");

    assertThat(found(request, "You ask what \"make hay while you can\" means."))
        .containsExactly("quote - verified");
  }

  @Test
  void authorsAndLawsAreLookedForInTheSources() {
    ObjectNode request =
        numbered(
            "Hart, J. (2019). Mills. The mill was built of red brick in the last century.",
            "Artikel 6 der DSGVO: The processing of data is lawful with consent. See 410 U. S. 113.");

    assertThat(found(request, "The mill was built of red brick (Hart, 2019)."))
        .containsExactly("academic 1 verified");
    assertThat(found(request, "The mill was built of red brick (Hart, 2018)."))
        .containsExactly("academic - unmatched");
    assertThat(found(request, "The processing of data is lawful with consent by Art. 6 DSGVO."))
        .containsExactly("legal 2 verified");
    assertThat(found(request, "See 410 U.S. 113 (1973).")).containsExactly("legal 2 verified");
    assertThat(found(request, "See 411 U.S. 113 (1973).")).containsExactly("legal - unmatched");
  }

  @Test
  void withoutDocumentsNothingCanBeVerified() {
    Check check =
        check(system("Be brief."), "The mill is very red [1], says \"the book of the mills\".");

    assertThat(check.findings())
        .extracting(Finding::status)
        .containsOnly(Finding.Status.UNVERIFIED);
    assertThat(check.groundedness()).isNaN();
  }

  @Test
  void claimsAreCountedByWhatTheSourcesSayOfThem() {
    Check check =
        check(
            TWO,
            """
            # The mill
            The mill was built of red brick by John Hart in 1841 [1].
            The mill was built of red brick by John Hart in 1851.
            Many tourists love strawberry ice cream on sunny afternoons!
            Do you know more?
            ```
            x[1] = 2
            ```
            """);

    assertThat(check.claims()).isEqualTo(3);
    assertThat(check.contradicted()).isEqualTo(1);
    assertThat(check.unsupported()).isEqualTo(1);
    assertThat(check.coverage()).isEqualTo(1 / 3.0, within(1e-9));
    assertThat(check.sources()).isEqualTo(2);
    assertThat(check.cited()).isEqualTo(1);
  }

  @Test
  void groundednessRisesWithWhatTheSourcesSay() {
    double all = check(TWO, MILL + " " + CANAL).groundedness();
    double half =
        check(TWO, MILL + " I love strawberry ice cream on sunny afternoons, you know.")
            .groundedness();
    double none =
        check(TWO, "I love strawberry ice cream on sunny afternoons, you know.").groundedness();

    assertThat(all).isGreaterThan(0.9);
    assertThat(half).isBetween(none, all);
    assertThat(none).isLessThan(0.1);
  }

  @Test
  void documentsWithoutNumbersAreCountedAndLooseParagraphsOnlyAmongThemselves() {
    String loose = MILL + " " + MILL + " " + MILL;
    String tool = "{\"role\": \"tool\", \"content\": \"" + CANAL + "\"}";
    String system = "{\"role\": \"system\", \"content\": \"" + loose + "\"}";

    assertThat(
            found(
                Checked.json("{\"messages\": [" + system + "," + tool + "]}"),
                "The canal was dug by hand [1]."))
        .containsExactly("numbered 2 verified");
    assertThat(
            found(
                Checked.json("{\"messages\": [" + system + "]}"),
                "The mill was built of red brick in 1841 [1]."))
        .containsExactly("numbered 1 verified");
  }
}
