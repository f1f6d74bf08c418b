package io.keeptrusts.gateway.policy.kind.citation;

import java.util.List;

/**
 * A citation in an answer.
 *
 * @param from where it begins in the answer
 * @param to where it ends
 * @param keys what to look for: a number or name, a URL, an author and a year, phrases
 */
record Citation(CitationType type, int from, int to, List<String> keys) {}
