/** How much who may ask. */
package io.keeptrusts.gateway.limits;
