package io.keeptrusts.gateway.audit;

import io.keeptrusts.gateway.exchange.Usage;
import org.jspecify.annotations.Nullable;

/**
 * One exchange in the trail. Used by the shard's thread only. After an {@link AuditException} the
 * session stays usable: what could not be written is dropped, and the next record that can be
 * written says how many are missing ({@code lost}).
 */
public interface Session {

  /**
   * Collects a verdict.
   *
   * @param phase {@code input} or {@code output}
   * @param verdict {@code allow}, {@code redact}, {@code block} or {@code escalate}
   * @param label the category found, or empty; never matched text
   * @param count how many spans
   */
  void verdict(String phase, String policy, String verdict, String label, int count);

  /**
   * Collects delivered text; neighbouring pieces of one channel become one. What grows beyond one
   * record (128 KiB or an eighth of a segment) becomes several, never cutting a character or an
   * escape.
   *
   * @param channel such as {@code 0/content}
   * @param json UTF-8 as it stood on the wire between the quotes of a JSON string
   */
  void delivered(String channel, byte[] json, int from, int to);

  /**
   * Notes that another target goes on with the answer from here: what was delivered before is the
   * work of others.
   *
   * @throws AuditException if it cannot be recorded
   */
  void seam(String target);

  /** Drops the text collected since the last commit: it will not leave after all. Verdicts stay. */
  void forget();

  /**
   * Writes what was collected since the last commit as one record; nothing if nothing was. When it
   * returns the record survives the death of the process. To be called before the bytes go to the
   * socket.
   *
   * @throws AuditException if it cannot be recorded
   */
  void commit();

  /**
   * Commits, then writes the closing record. A second call does nothing.
   *
   * @param outcome {@code completed}, {@code blocked}, {@code failed} or {@code cancelled}
   * @throws AuditException if it cannot be recorded
   */
  void close(String outcome, @Nullable Usage usage);
}
