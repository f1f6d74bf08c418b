/**
 * The gateway: one request's walk from the client to a provider and back, past the policies of the
 * running pack.
 */
@NullMarked
package io.keeptrusts.gateway;

import org.jspecify.annotations.NullMarked;
