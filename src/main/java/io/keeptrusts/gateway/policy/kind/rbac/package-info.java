/** Who asks, and what their roles let them ask. */
@NullMarked
package io.keeptrusts.gateway.policy.kind.rbac;

import org.jspecify.annotations.NullMarked;
