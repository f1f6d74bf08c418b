/** One text on its way out: what may leave, what is held, what is masked. */
@NullMarked
package io.keeptrusts.gateway.policy.text;

import org.jspecify.annotations.NullMarked;
