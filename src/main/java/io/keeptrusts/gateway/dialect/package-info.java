/** How clients speak: a body becomes a {@code Prompt}, frames become what goes on the wire. */
@NullMarked
package io.keeptrusts.gateway.dialect;

import org.jspecify.annotations.NullMarked;
