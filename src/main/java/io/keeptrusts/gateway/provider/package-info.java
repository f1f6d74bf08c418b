/** Who answers: targets, routing, and one file per wire protocol. */
@NullMarked
package io.keeptrusts.gateway.provider;

import org.jspecify.annotations.NullMarked;
