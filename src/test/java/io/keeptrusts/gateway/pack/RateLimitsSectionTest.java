package io.keeptrusts.gateway.pack;

import static io.keeptrusts.gateway.pack.Packs.HEAD;
import static io.keeptrusts.gateway.pack.Packs.checked;
import static io.keeptrusts.gateway.pack.Packs.only;
import static io.keeptrusts.gateway.pack.Packs.problems;
import static io.keeptrusts.gateway.pack.Packs.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.limits.Limit;
import io.keeptrusts.gateway.limits.RateLimits;
import io.keeptrusts.gateway.limits.Scope;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitsSectionTest {
  private static final String BLOCKS = "policy: {pii-detector: {}}\n";

  private static Read limits(String section) {
    return read(HEAD + BLOCKS + "rate_limits: " + section + "\n");
  }

  @Test
  void everyScopeIsRead() {
    RateLimits limits =
        checked(
                limits(
                    """
                    {per_key: {rpm: 60, tpm: 100000, max_parallel_requests: 5}, per_user: {rpm: 6},
                      per_team: {tpm: 7}, global: {max_parallel_requests: 800}, trusted_peers: [10.0.0.0/8]}"""))
            .document()
            .rateLimits();

    assertThat(limits.limits())
        .isEqualTo(
            Map.of(
                Scope.KEY, new Limit(60, 100_000L, 5),
                Scope.USER, new Limit(6, null, null),
                Scope.TEAM, new Limit(null, 7L, null),
                Scope.GLOBAL, new Limit(null, null, 800)));
  }

  @Test
  void absentNothingIsLimited() {
    assertThat(checked(read(HEAD + BLOCKS)).document().rateLimits()).isEqualTo(RateLimits.NONE);
  }

  @Test
  void operatorsSeeTheLimits() {
    assertThat(checked(limits("{per_key: {rpm: 60}}")).view()).contains("\"per_key\":{\"rpm\":60}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{per_key: {rpm: 0}}                     | E003 rate_limits.per_key.rpm",
        "{per_key: {tpm: -5}}                    | E003 rate_limits.per_key.tpm",
        "{global: {max_parallel_requests: 0}}    | E003 rate_limits.global.max_parallel_requests",
        "{global: {rpm: many}}                   | E003 rate_limits.global.rpm",
        "{global: {rpm: 1.5}}                    | E003 rate_limits.global.rpm",
        "{per_ip: {rpm: 5}}                      | E002 rate_limits.per_ip",
        "{per_key: {max_requests: 5}}            | E002 rate_limits.per_key.max_requests",
        "{per_key: {rpm: 5}, trusted_peers: [x]} | E003 rate_limits.trusted_peers[0]",
      })
  void whatCannotBeIsRefused(String section, String problem) {
    Problem only = only(limits(section));

    assertThat(only.code() + " " + only.path()).isEqualTo(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                | per_key",
        "{per_key: {}, global: {rpm: 5}}                   | per_key",
        "{per_user: {rpm: 5}}                              | per_user",
        "{per_team: {rpm: 5}}                              | per_team",
        "{global: {rpm: 5}, trusted_peers: [10.0.0.0/8]}   | trusted_peers",
        "{per_key: {rpm: 50}, global: {rpm: 5}}            | per_key.rpm",
        "{per_key: {tpm: 50}, global: {tpm: 5}}            | per_key.tpm",
        "{per_key: {max_parallel_requests: 50}, global: {max_parallel_requests: 5}} |"
            + " per_key.max_parallel_requests",
        "{per_user: {rpm: 9}, per_team: {rpm: 8}, trusted_peers: [10.0.0.0/8]} | per_user.rpm",
      })
  void whatDoesNothingIsWarnedOf(String section, String path) {
    assertThat(checked(limits(section)).notes())
        .extracting(note -> note.code() + " " + note.path())
        .containsExactly("W110 rate_limits." + path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{per_key: {rpm: 5}, global: {rpm: 5}}",
        "{per_key: {rpm: 5}, global: {tpm: 1}}",
        "{per_user: {rpm: 5}, per_team: {rpm: 8}, trusted_peers: [10.0.0.0/8]}"
      })
  void whatActsIsNotWarnedOf(String section) {
    assertThat(checked(limits(section)).notes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "global_rate_limit, global",
    "user_rate_limit, per_user",
    "ip_rate_limit, per_user",
    "token_rate_limit, tpm",
    "consumer_groups, per_key",
    "rate_limit_defaults, per_key"
  })
  void whatOtherDocumentsCallLimitsIsRefusedWithWhatToWrite(String key, String instead) {
    Problem only = only(read(HEAD + BLOCKS + key + ": {max_requests: 100, window_seconds: 60}\n"));

    assertThat(only.code()).isEqualTo(Problem.Code.E002);
    assertThat(only.suggestion()).contains("rate_limits").contains(instead);
  }

  @Test
  void aMisspeltSectionIsRecognized() {
    assertThat(problems(read(HEAD + BLOCKS + "rate_limit: {}\n")))
        .extracting(Problem::suggestion)
        .containsExactly("did you mean `rate_limits`?");
  }
}
