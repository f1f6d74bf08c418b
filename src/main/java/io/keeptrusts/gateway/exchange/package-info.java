/** What walks: plain records without a framework. */
@NullMarked
package io.keeptrusts.gateway.exchange;

import org.jspecify.annotations.NullMarked;
