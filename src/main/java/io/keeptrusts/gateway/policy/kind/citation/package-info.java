/** Citations of an answer, and whether the sources of the request say what it says. */
@NullMarked
package io.keeptrusts.gateway.policy.kind.citation;

import org.jspecify.annotations.NullMarked;
