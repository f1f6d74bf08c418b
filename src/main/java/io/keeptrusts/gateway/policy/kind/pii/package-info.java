/**
 * Personal data, payment data, identifiers and credentials: tables of rules and the checks behind
 * them.
 */
@NullMarked
package io.keeptrusts.gateway.policy.kind.pii;

import org.jspecify.annotations.NullMarked;
