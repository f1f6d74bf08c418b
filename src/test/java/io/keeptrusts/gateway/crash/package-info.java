/** What is left of the trail after {@code kill -9}, and how a gateway lives with a bad disk. */
package io.keeptrusts.gateway.crash;
