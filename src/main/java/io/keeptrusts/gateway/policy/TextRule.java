package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.text.Masking;

/** A rule of a policy and what to do where it matches. */
public record TextRule(Rule rule, Action action, Masking masking) {}
