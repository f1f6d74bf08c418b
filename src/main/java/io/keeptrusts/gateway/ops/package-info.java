/** Health, metric names, the running-config view and the drain: what an operator looks at. */
@NullMarked
package io.keeptrusts.gateway.ops;

import org.jspecify.annotations.NullMarked;
