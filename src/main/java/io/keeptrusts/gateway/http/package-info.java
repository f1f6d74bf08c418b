/** The front door: the only room that knows sockets of clients. */
@NullMarked
package io.keeptrusts.gateway.http;

import org.jspecify.annotations.NullMarked;
