package io.keeptrusts.gateway.policy.kind;

import io.keeptrusts.gateway.audit.AuditSettings;
import io.keeptrusts.gateway.audit.AuditSettings.Privacy;
import io.keeptrusts.gateway.audit.SinkSettings;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code audit-logger}: every chunk and every verdict in an append-only, hash-chained trail. */
@Singleton
public final class AuditLogger implements PolicyKind<AuditLogger.Config> {
  private static final int MAX_DAYS = 36_500;
  private static final int MAX_SINKS = 8;

  /**
   * {@code policy.audit-logger}.
   *
   * @param immutable records are hash-chained and signed; default true
   * @param retentionDays 1 to 36,500; default 365
   * @param logAllAccess false: only exchanges with a verdict other than allow, and blocked or
   *     failed ones, are kept, whole; default true
   * @param hipaaAuditControls records say who asked and which categories of data were found;
   *     default false
   * @param privacy {@code text}: the delivered text; {@code hash}: its length and running SHA-256;
   *     default text
   * @param sinks where records are sent, besides the files
   */
  public record Config(
      @Nullable Boolean immutable,
      @Nullable Integer retentionDays,
      @Nullable Boolean logAllAccess,
      @Nullable Boolean hipaaAuditControls,
      @Nullable Privacy privacy,
      @Nullable List<AuditSink> sinks) {

    public Config {
      if (retentionDays != null && (retentionDays < 1 || retentionDays > MAX_DAYS)) {
        throw new IllegalArgumentException("retention_days: must be between 1 and " + MAX_DAYS);
      }
      if (sinks != null && sinks.size() > MAX_SINKS) {
        throw new IllegalArgumentException("sinks: at most " + MAX_SINKS);
      }
      if (sinks != null && !sinks.isEmpty() && Boolean.FALSE.equals(immutable)) {
        throw new IllegalArgumentException(
            "sinks: need `immutable: true`: what was left out is said in the signed trail");
      }
    }

    AuditSettings settings() {
      List<SinkSettings> compiled =
          sinks == null ? List.of() : sinks.stream().map(AuditSink::settings).toList();
      if (compiled.stream().map(SinkSettings::name).distinct().count() < compiled.size()) {
        throw new IllegalArgumentException("sinks: two are the same");
      }
      return new AuditSettings(
          Objects.requireNonNullElse(retentionDays, 365),
          !Boolean.FALSE.equals(logAllAccess),
          !Boolean.FALSE.equals(immutable),
          Boolean.TRUE.equals(hipaaAuditControls),
          Objects.requireNonNullElse(privacy, Privacy.TEXT),
          compiled);
    }
  }

  @Override
  public List<String> warnings(Config config) {
    List<String> warnings = new ArrayList<>();
    if (Boolean.FALSE.equals(config.immutable)) {
      warnings.add(
          "immutable: false: records are neither chained nor signed, a change of the trail is not found");
    }
    if (Boolean.FALSE.equals(config.hipaaAuditControls) || config.hipaaAuditControls == null) {
      return warnings;
    }
    if (Boolean.FALSE.equals(config.logAllAccess)) {
      warnings.add(
          "log_all_access: false: with hipaa_audit_controls every access should be recorded");
    }
    return warnings;
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
