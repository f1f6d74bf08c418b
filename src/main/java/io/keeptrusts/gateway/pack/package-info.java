/** policy-config.yaml becomes a checked document, a document becomes a compiled {@code Pack}. */
@NullMarked
package io.keeptrusts.gateway.pack;

import org.jspecify.annotations.NullMarked;
