/**
 * How much who may ask: requests and tokens per minute and parallel requests, by key, user, team
 * and for all. Counted in memory, or in a Redis that replicas share.
 */
@NullMarked
package io.keeptrusts.gateway.limits;

import org.jspecify.annotations.NullMarked;
