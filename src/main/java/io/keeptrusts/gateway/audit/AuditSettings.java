package io.keeptrusts.gateway.audit;

/**
 * What the trail keeps.
 *
 * @param retentionDays whole segments older than this are removed, 1 to 36,500
 * @param logAllAccess false: only exchanges with a verdict other than allow are recorded
 * @param immutable segments are hash-chained and never rewritten; false: plain records without
 *     hashes
 * @param hipaaAuditControls records also say who asked and which categories of data were found
 * @param privacy what a record holds of the delivered text
 */
public record AuditSettings(
    int retentionDays,
    boolean logAllAccess,
    boolean immutable,
    boolean hipaaAuditControls,
    Privacy privacy) {

  public enum Privacy {
    /** The delivered text. */
    TEXT,
    /** Its length and running SHA-256. */
    HASH
  }
}
