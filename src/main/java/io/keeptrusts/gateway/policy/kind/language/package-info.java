/** Which language a text is written in. */
@NullMarked
package io.keeptrusts.gateway.policy.kind.language;

import org.jspecify.annotations.NullMarked;
