package io.keeptrusts.gateway.policy.kind.citation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What counts as a citation, and what does not. */
class FormsTest {
  private static final Set<String> NAMES = Set.of("report.pdf", "annual report");

  private static List<String> found(String answer) {
    Extraction extraction =
        Extraction.of(answer, EnumSet.allOf(CitationType.class), NAMES::contains, new Vocabulary());
    return extraction.citations().stream()
        .map(citation -> Checked.lower(citation.type()) + " " + String.join("+", citation.keys()))
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          It is so [1].                               | numbered 1
          It is so[12], and so [2].                   | numbered 12, numbered 2
          It is so [1, 3-5].                          | numbered 1, numbered 3, numbered 4, numbered 5
          It is so [^2].                              | numbered 2
          It is so [^note].                           | numbered note
          It is so [doc2] and (Source 3).             | numbered 2, numbered 3
          It is so \u3010 3\u2020source\u3011.        | numbered 3
          It is so \u30104:0\u2020source\u3011.       | numbered 1
          It is so \u30104:0\u2020report.pdf\u3011.   | numbered report.pdf
          It is so [report.pdf, p. 3].                | numbered report.pdf
          It is so [Source: Annual Report].           | numbered annual report
          See [the page](https://example.com/a).      | url https://example.com/a
          See https://example.com/a(b), and more.     | url https://example.com/a(b)
          See <http://example.com/x?y=1>.             | url http://example.com/x?y=1
          It is so (Smith, 2020).                     | academic Smith+2020
          It is so (Smith & Doe, 2020a; Lee 2019).    | academic Smith+2020, academic Lee+2019
          It is so (see van der Berg et al., 2018, p. 3). | academic Berg+2018
          Smith et al. (2020) say so.                 | academic Smith+2020
          Jones and Smith (2020) say so.              | academic Jones+2020
          Smith (2020) found it.                      | academic Smith+2020
          At 10.1000/xyz.123, it is.                  | academic 10.1000/xyz.123
          In arXiv:1706.03762 it is.                  | academic 1706.03762
          As in 410 U.S. 113 (1973).                  | legal 410 U.S. 113
          As in 550 F.3d 12 and 42 U.S.C. \u00a7 1983. | legal 550 F.3d 12, legal 42 U.S.C. \u00a7 1983
          As in Roe v. Wade it was.                   | legal Roe v. Wade
          As in [2019] UKSC 41.                       | legal 2019] UKSC 41
          As in Art. 6 Abs. 1 DSGVO.                  | legal Art. 6+dsgvo
          As in Article 101 TFEU.                     | legal Article 101+tfeu
          Nach \u00a7 823 Abs. 1 BGB.                 | legal 823+bgb
          Regulation (EU) 2016/679 says.              | legal 2016/679
          Case C-131/12 says.                         | legal C-131/12
          BGH, Urteil vom 12. M\u00e4rz 2020 - I ZR 126/18. | legal bgh+ZR 126/18
          So BVerfGE 65, 1.                           | legal BVerfGE 65, 1
          He said "this is how it was".               | quote this is how it was
          He said \u201cthis ... how it was\u201d.    | quote this + how it was
          Er sagte \u201edas war alles so\u201c.      | quote das war alles so
          """)
  void theseAreCitations(String answer, String citations) {
    assertThat(String.join(", ", found(answer.translateEscapes())))
        .isEqualTo(citations.translateEscapes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          In [2024] it was.
          Call `list[1]` here.
          A box [x] and [ ] and [].
          In Berlin (2020) it was.
          The film (2010) was long.
          It was (since May 2020) open.
          It was (n = 12) then.
          The "new deal" was one.
          I ate 3 a 4 times.
          Version 10.2 is new.
          This is at w and http:// only.
          [a plain remark] stands here.
          """)
  void theseAreNone(String answer) {
    assertThat(found(answer)).isEmpty();
  }
}
