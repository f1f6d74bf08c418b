/** Attempts to give a model other instructions than its operator's. */
@NullMarked
package io.keeptrusts.gateway.policy.kind.injection;

import org.jspecify.annotations.NullMarked;
