package io.keeptrusts.gateway.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A text that a policy puts in the place of an answer.
 *
 * @param kind whose text it is: that policy does not look at it again
 * @param report what the client is told beside it
 */
public record Replacement(String kind, String text, String reason, ObjectNode report) {}
