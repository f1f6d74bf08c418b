/**
 * Which tools a model may call: in the request that offers them and in the answer that calls them.
 */
@NullMarked
package io.keeptrusts.gateway.policy.kind.tools;

import org.jspecify.annotations.NullMarked;
