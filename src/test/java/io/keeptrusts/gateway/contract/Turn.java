package io.keeptrusts.gateway.contract;

import java.util.List;

/**
 * The turn of an assistant and the results of its tools, as a provider got them back.
 *
 * @param thought with its seal where the provider wants one; empty: none came back
 * @param calls in order
 * @param results in order
 */
record Turn(String thought, List<Heard.Called> calls, List<Result> results) {
  record Result(String id, String text) {}
}
