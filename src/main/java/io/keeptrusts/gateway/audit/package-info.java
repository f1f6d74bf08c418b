/** The trail: what was delivered, redacted or blocked, in order, hash-chained, verifiable. */
@NullMarked
package io.keeptrusts.gateway.audit;

import org.jspecify.annotations.NullMarked;
