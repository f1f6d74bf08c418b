package io.keeptrusts.gateway.policy.kind;

import io.keeptrusts.gateway.audit.AuditSettings;
import io.keeptrusts.gateway.audit.AuditSettings.Privacy;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import jakarta.inject.Singleton;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code audit-logger}: every chunk and every verdict in an append-only, hash-chained trail. */
@Singleton
public final class AuditLogger implements PolicyKind<AuditLogger.Config> {
  private static final int MAX_DAYS = 36_500;

  /**
   * {@code policy.audit-logger}.
   *
   * @param immutable records are hash-chained; default true
   * @param retentionDays 1 to 36,500; default 365
   * @param logAllAccess false: only exchanges with a verdict other than allow are kept; default
   *     true
   * @param hipaaAuditControls records say who asked and which categories of data were found;
   *     default false
   * @param privacy {@code text}: the delivered text; {@code hash}: its length and running SHA-256;
   *     default text
   */
  public record Config(
      @Nullable Boolean immutable,
      @Nullable Integer retentionDays,
      @Nullable Boolean logAllAccess,
      @Nullable Boolean hipaaAuditControls,
      @Nullable Privacy privacy) {

    public Config {
      if (retentionDays != null && (retentionDays < 1 || retentionDays > MAX_DAYS)) {
        throw new IllegalArgumentException("retention_days: must be between 1 and " + MAX_DAYS);
      }
    }

    AuditSettings settings() {
      return new AuditSettings(
          Objects.requireNonNullElse(retentionDays, 365),
          !Boolean.FALSE.equals(logAllAccess),
          !Boolean.FALSE.equals(immutable),
          Boolean.TRUE.equals(hipaaAuditControls),
          Objects.requireNonNullElse(privacy, Privacy.TEXT));
    }
  }

  @Override
  public String name() {
    return "audit-logger";
  }

  @Override
  public Class<Config> config() {
    return Config.class;
  }

  @Override
  public Mode mode() {
    return Mode.REALTIME;
  }

  @Override
  public Policy compile(Config config) {
    return Policy.of(name()).withAudit(config.settings());
  }
}
