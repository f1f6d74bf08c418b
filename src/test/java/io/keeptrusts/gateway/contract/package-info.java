/**
 * The contract that every provider's protocol keeps, stated once: what a model answers is described
 * in no provider's words ({@link io.keeptrusts.gateway.contract.Answer}), each provider's {@link
 * io.keeptrusts.gateway.contract.Speaks} writes it in its own documented wire format, and a client
 * must hear the same from all of them, by chat and by Responses, streamed or not.
 */
package io.keeptrusts.gateway.contract;
