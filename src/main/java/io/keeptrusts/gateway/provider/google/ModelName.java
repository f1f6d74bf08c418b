package io.keeptrusts.gateway.provider.google;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What follows from a model's name.
 *
 * @param generation tenfold: 25 for {@code gemini-2.5-pro}; 0 where the name does not say it
 * @param pro the largest of its generation, which always thinks
 * @param gemini any of that family, also {@code gemini-flash-latest}
 */
record ModelName(int generation, boolean pro, boolean gemini) {
  private static final String FAMILY = "gemini-";

  static ModelName of(String model) {
    String name = model.substring(model.lastIndexOf('/') + 1);
    int generation = 0;
    if (name.startsWith(FAMILY) && name.length() > FAMILY.length()) {
      String rest = name.substring(FAMILY.length());
      int major = Character.digit(rest.charAt(0), 10);
      int minor =
          rest.length() > 2 && rest.charAt(1) == '.' ? Character.digit(rest.charAt(2), 10) : 0;
      generation = Math.max(0, major) * 10 + Math.max(0, minor);
    }
    return new ModelName(generation, name.contains("-pro"), name.startsWith(FAMILY));
  }

  /**
   * From generation 3 on a function call must come back with its thought signature; "latest" may be
   * one of them.
   */
  boolean wantsSignatures() {
    return generation >= 30 || gemini && generation == 0;
  }

  /**
   * OpenAI's {@code reasoning_effort} as {@code thinkingConfig}: levels from generation 3 on, token
   * budgets before.
   */
  ObjectNode thinking(String effort) {
    ObjectNode config = Json.object();
    switch (effort) {
      case "none" -> {
        if (generation >= 30 || pro && generation >= 25) {
          throw GeminiProtocol.invalid(
              "reasoning_effort", "cannot be none: this model always thinks.");
        }
        return generation == 0 || generation >= 25 ? config.put("thinkingBudget", 0) : config;
      }
      case "minimal" -> level(config, pro ? "LOW" : "MINIMAL", 1024);
      case "low" -> level(config, "LOW", 1024);
      case "medium" -> level(config, pro && generation == 30 ? "HIGH" : "MEDIUM", 8192);
      case "high", "xhigh", "max" -> level(config, "HIGH", 24576);
      default ->
          throw GeminiProtocol.invalid(
              "reasoning_effort", "must be none, minimal, low, medium, high or xhigh.");
    }
    return config.put("includeThoughts", true);
  }

  private void level(ObjectNode config, String level, int budget) {
    if (generation >= 30) {
      config.put("thinkingLevel", level);
    } else if (generation == 0 || generation >= 25) {
      config.put("thinkingBudget", budget);
    } else {
      throw GeminiProtocol.invalid(
          "reasoning_effort", "is not possible: this model does not think.");
    }
  }
}
