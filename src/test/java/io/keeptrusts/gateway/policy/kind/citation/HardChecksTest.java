package io.keeptrusts.gateway.policy.kind.citation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Claims that share nearly all words with their source and say something else. */
class HardChecksTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # a number
          The bridge was opened in 1932 and is 503 metres long. | The bridge was opened in 1923 [1].
          The bridge was opened in 1932 and is 503 metres long. | The bridge is 530 metres long [1].
          Revenue was 4.2 million euros in 2021. | Revenue was 4.8 million euros in 2021 [1].
          About 12 percent of the adults smoke. | About 21 percent of the adults smoke [1].
          The factory employs 1,250 people in Leeds. | The factory employs 1,520 people in Leeds [1].
          Tickets cost $15 for adults. It opened in 1998. | Tickets cost $18 for adults [1].
          The trial enrolled 340 patients over 5 years. | The trial enrolled 340 patients over 8 years [1].
          # a name
          The telephone was patented by Alexander Bell in Boston. | The telephone was patented by Thomas Edison in Boston [1].
          The company moved its headquarters from Berlin to Munich. | The company moved its headquarters from Berlin to Hamburg [1].
          In 1903 the prize went to Marie Curie. | In 1903 the prize went to Lise Meitner [1].
          In the final Alice Stone beat Carol Reed by two sets. | In the final Carol Reed beat Alice Stone by two sets [1].
          # the opposite
          The drug is not approved for children under six. | The drug is approved for children under six [1].
          The contract can be terminated without notice. | The contract cannot be terminated without notice [1].
          Sales increased sharply in the last quarter. | Sales decreased sharply in the last quarter [1].
          Guests are allowed to bring dogs into the garden. | Guests are not allowed to bring dogs into the garden [1].
          The committee found the agreement to be legal. | The committee found the agreement to be illegal [1].
          The court upheld the decision of the agency. | The court overturned the decision of the agency [1].
          The museum is never closed on Mondays. | The museum is closed on Mondays [1].
          """)
  void aSwappedNumberOrNameOrNegationIsAMismatch(String source, String answer) {
    Check check = Checked.check(Checked.numbered(source), answer);

    assertThat(check.findings())
        .singleElement()
        .satisfies(finding -> assertThat(finding.status()).isEqualTo(Finding.Status.MISMATCH));
    assertThat(check.contradicted()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          The bridge was opened in 1932 and is 503 metres long. | The bridge was opened in 1932 and is 503 metres long [1].
          The bridge was opened in 1932 and is 503 metres long. | The bridge is 503 metres long [1].
          The city has 1,234,567 inhabitants. | The city has about 1.2 million inhabitants [1].
          Revenue was 4.2 million euros in 2021. | In 2021 revenue was 4,200,000 euros [1].
          The ship left on May 3, 1912 from Southampton. | The ship left Southampton on 1912-05-03 [1].
          The telephone was patented by Alexander Bell in Boston. | The telephone was patented by Bell in Boston [1].
          Obama was born in Honolulu in Hawaii. | Barack Obama was born in Honolulu in Hawaii [1].
          The drug is approved for adults but not for children. | The drug is approved for adults [1].
          The drug is not approved for children under six. | The drug isn't approved for children under six [1].
          In the final Alice Stone beat Carol Reed by two sets. | In the final Carol Reed was beaten by Alice Stone by two sets [1].
          Twelve people were injured in the accident. | 12 people were injured in the accident [1].
          The museum is never closed on Mondays. | The museum is never closed on Mondays [1].
          """)
  void theSameInOtherWordsIsNoMismatch(String source, String answer) {
    Check check = Checked.check(Checked.numbered(source), answer);

    assertThat(check.findings())
        .singleElement()
        .satisfies(finding -> assertThat(finding.status()).isNotEqualTo(Finding.Status.MISMATCH));
    assertThat(check.contradicted()).isZero();
  }
}
