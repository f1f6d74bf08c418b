/**
 * The trail: what was delivered, redacted or blocked, in order, hash-chained, verifiable.
 *
 * <p>On disk, in one directory that several processes may share:
 *
 * <ul>
 *   <li>{@code <run>.<shard>.<segment>.jsonl}: records, one JSON object per line; zero bytes behind
 *       the last one until the segment is finished. {@code run} is {@code <start, UTC>-<random>}, a
 *       shard is one thread of it; shard 0 is the run's notary and holds its checkpoints.
 *   <li>{@code <run>.<shard>.tombstone}: what retention removed from the head of that series,
 *       signed.
 *   <li>{@code <run>.<number>.blank}: a segment written ahead of need.
 *   <li>{@code trail.ledger}: signed, chained entries of all runs: {@code run}, {@code series},
 *       {@code end} with the ends of its series, {@code removed}.
 *   <li>{@code signing-key.pem}: the key, where none is given from outside.
 *   <li>{@code sink-<name>.position}, {@code .holder}: how far a sink has come, and who feeds it.
 *   <li>{@code <run>.lock}: locked while the process lives; left behind by a crash, and gone after
 *       an orderly end.
 * </ul>
 *
 * A record begins with {@code n}, its number in the series, and {@code t}, UTC to the microsecond;
 * then come the exchange {@code x} and the kind {@code k}. It ends with {@code h}, the SHA-256 over
 * the 32 hash bytes of the record before and this record's bytes before {@code ,"h":}. The chain
 * goes on across the segments of a series. Kinds:
 *
 * <ul>
 *   <li>{@code segment} heads each segment: {@code series}, {@code segment}, {@code thread}, {@code
 *       chain} ({@code sha256} or {@code none}) and {@code prev}, the last hash before it (zeros in
 *       a series' first, the genesis record).
 *   <li>{@code open}: {@code model}, {@code target}, {@code pack}, {@code policies}, {@code
 *       stream}.
 *   <li>{@code delivered}: {@code d}, a list of {@code [channel, text]}, or with {@code privacy:
 *       hash} of {@code [channel, bytes so far, SHA-256 so far]} over the text as JSON content; may
 *       carry verdicts, too.
 *   <li>{@code verdict}: {@code v}, a list of {@code [phase, policy, verdict, label, count]}.
 *   <li>{@code seam}: {@code target} goes on with the answer of one that broke off.
 *   <li>{@code checkpoint}: {@code ends}, a list of {@code [series, segment, records, hash]},
 *       signed as {@link io.keeptrusts.gateway.audit.Signer} says: {@code key}, {@code pub}, {@code
 *       sig}.
 *   <li>{@code left-out}: {@code sink}, {@code series}, {@code from}, {@code count}, {@code why}.
 *   <li>{@code close}: {@code outcome}, {@code usage} (-1: unknown), with HIPAA controls {@code
 *       categories}.
 * </ul>
 *
 * With HIPAA controls each record of an exchange has its {@code caller}. {@code lost} says how many
 * records of the exchange could not be written before this one.
 */
@NullMarked
package io.keeptrusts.gateway.audit;

import org.jspecify.annotations.NullMarked;
