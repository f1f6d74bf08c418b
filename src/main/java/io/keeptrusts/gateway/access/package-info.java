/** Who may come in: named tokens and what signs them. Knows neither requests nor packs. */
@NullMarked
package io.keeptrusts.gateway.access;

import org.jspecify.annotations.NullMarked;
