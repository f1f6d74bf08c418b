/** The matcher: all rules of a stage in one pass over a text, however it is cut. */
@NullMarked
package io.keeptrusts.gateway.policy.match;

import org.jspecify.annotations.NullMarked;
