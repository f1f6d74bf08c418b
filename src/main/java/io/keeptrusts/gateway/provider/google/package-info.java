/**
 * Google's Gemini, asked by its own API and heard as chat completions (wire-formats 5, 11-14).
 *
 * <p>{@link io.keeptrusts.gateway.provider.google.GeminiProtocol} is the door. {@code ChatRequest}
 * and its helpers say a request in Gemini's words; a reader ({@code StreamReader}, {@code
 * AnswerBody}) hands each chunk to {@code Answer}, which tells it as chat to a {@code Told}: the
 * same for both readers, so that a streamed answer says what a whole one says.
 */
@NullMarked
package io.keeptrusts.gateway.provider.google;

import org.jspecify.annotations.NullMarked;
