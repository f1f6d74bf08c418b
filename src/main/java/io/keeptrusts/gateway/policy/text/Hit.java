package io.keeptrusts.gateway.policy.text;

import io.keeptrusts.gateway.policy.Action;

/** A match that ends the text. Never holds the text itself. */
public record Hit(String policy, Action action, String label) {}
