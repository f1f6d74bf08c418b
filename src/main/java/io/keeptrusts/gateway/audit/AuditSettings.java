package io.keeptrusts.gateway.audit;

import java.util.List;

/**
 * What the trail keeps, and where it is sent.
 *
 * @param retentionDays whole segments older than this are removed, 1 to 36,500
 * @param logAllAccess false: an exchange is recorded from its first verdict other than allow on,
 *     with all that it delivered before, or when it is blocked or fails; see {@link AuditTrail}
 * @param immutable segments are hash-chained, signed and never rewritten; false: plain records
 *     without hashes
 * @param hipaaAuditControls records also say who asked and which categories of data were found
 * @param privacy what a record holds of the delivered text
 * @param sinks where records are sent, besides the files
 */
public record AuditSettings(
    int retentionDays,
    boolean logAllAccess,
    boolean immutable,
    boolean hipaaAuditControls,
    Privacy privacy,
    List<SinkSettings> sinks) {

  public AuditSettings {
    sinks = List.copyOf(sinks);
  }

  /** Files alone. */
  public AuditSettings(
      int retentionDays,
      boolean logAllAccess,
      boolean immutable,
      boolean hipaaAuditControls,
      Privacy privacy) {
    this(retentionDays, logAllAccess, immutable, hipaaAuditControls, privacy, List.of());
  }

  public enum Privacy {
    /** The delivered text. */
    TEXT,
    /** Its length and running SHA-256. */
    HASH
  }
}
