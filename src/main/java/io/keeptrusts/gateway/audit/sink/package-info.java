/**
 * Sends the trail elsewhere. The files of the trail are the buffer: a sink reads them on a thread
 * of its own and keeps its position, so that nothing is lost while it is down and everything
 * arrives at least once.
 */
@NullMarked
package io.keeptrusts.gateway.audit.sink;

import org.jspecify.annotations.NullMarked;
