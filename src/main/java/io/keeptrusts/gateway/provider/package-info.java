/**
 * Who answers: targets, routing, and one file per wire protocol.
 *
 * <p>A new vendor that speaks OpenAI's protocol is one row in {@link
 * io.keeptrusts.gateway.provider.Vendors}. A new protocol is one implementation of {@link
 * io.keeptrusts.gateway.provider.Protocol}: a request body one way, a reader the other way that
 * turns bytes into frames of chat completions.
 */
@NullMarked
package io.keeptrusts.gateway.provider;

import org.jspecify.annotations.NullMarked;
