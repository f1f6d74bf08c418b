/**
 * The laws of the contract as properties: a lab that makes up answers full of secrets, cuts them in
 * every way, and looks at every byte that comes out. Seeds are fixed; {@code -Dlaws.factor=10} runs
 * ten times as many cases with the same ones first.
 */
package io.keeptrusts.gateway.laws;
