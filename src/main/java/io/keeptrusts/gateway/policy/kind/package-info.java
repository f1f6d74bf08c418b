/** The kinds of policy: one kind, one file, its configuration record inside. */
@NullMarked
package io.keeptrusts.gateway.policy.kind;

import org.jspecify.annotations.NullMarked;
