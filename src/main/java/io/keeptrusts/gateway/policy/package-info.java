/** What a policy is, and how a chain of them runs over a prompt and over a stream. */
@NullMarked
package io.keeptrusts.gateway.policy;

import org.jspecify.annotations.NullMarked;
