/**
 * Inputs that nobody would send, against everything that reads. The targets are classes named
 * {@code *Fuzz} beside what they test; {@code ./mvnw test -Pfuzz} gives each to Jazzer.
 */
package io.keeptrusts.gateway.fuzz;
