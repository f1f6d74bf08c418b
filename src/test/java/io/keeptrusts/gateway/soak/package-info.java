/** Hours of mixed traffic: what grows is a leak. {@code ./mvnw test -Psoak -Dsoak.minutes=60}. */
package io.keeptrusts.gateway.soak;
