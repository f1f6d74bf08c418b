/** {@code kt}: flags become configuration, nothing more. */
@NullMarked
package io.keeptrusts.gateway.cli;

import org.jspecify.annotations.NullMarked;
