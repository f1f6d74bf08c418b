/**
 * The rules that keep the house in order: who may import whom, how long a file may grow, how the
 * build finds its Java.
 */
package io.keeptrusts.gateway.house;
