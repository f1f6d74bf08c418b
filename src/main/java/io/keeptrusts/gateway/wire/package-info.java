/** Bytes on sockets: HTTP client, SSE and JSON scanners. Knows no language model. */
@NullMarked
package io.keeptrusts.gateway.wire;

import org.jspecify.annotations.NullMarked;
