/** {@code quality-scorer}: measures of a whole answer, assertions about it, and what follows. */
@NullMarked
package io.keeptrusts.gateway.policy.kind.quality;

import org.jspecify.annotations.NullMarked;
