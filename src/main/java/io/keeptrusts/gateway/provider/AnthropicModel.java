package io.keeptrusts.gateway.provider;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a model of Anthropic's can do, told by its name: {@code claude-3-5-haiku-latest}, {@code
 * claude-opus-4-1}. A name that is none of these (a compatible server's model) is taken for one of
 * the middle generation.
 *
 * @param version 10 times the version: 35, 37, 46
 */
record AnthropicModel(int version) {
  /**
   * Resellers put their name before it; the family stands before or after the version; a date is no
   * minor version.
   */
  private static final Pattern NAME =
      Pattern.compile("(?:[a-z./]*[./])?claude-(?:[a-z]+-)?(\\d{1,2})(?:[-.](\\d))?(?:[-@.:].*)?");

  private static final int UNKNOWN = 45;

  /** How a model is told to think. */
  enum Thinking {
    NONE,
    /** {@code thinking.budget_tokens}. */
    BUDGET,
    /** {@code output_config.effort}, and thinking as it sees fit. */
    ADAPTIVE
  }

  static AnthropicModel of(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return new AnthropicModel(UNKNOWN);
    }
    int minor = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
    return new AnthropicModel(Integer.parseInt(matcher.group(1)) * 10 + minor);
  }

  Thinking thinking() {
    return version < 37 ? Thinking.NONE : version < 46 ? Thinking.BUDGET : Thinking.ADAPTIVE;
  }

  /**
   * The most that a client that names no limit may get: what every model of the generation allows.
   */
  int maxTokens() {
    return version < 35 ? 4096 : version < 37 ? 8192 : 32_000;
  }

  /** Whether {@code output_config.format} and strict tools are known to it. */
  boolean schemas() {
    return version >= 41;
  }

  /** Whether it takes {@code temperature} or {@code top_p}, not both. */
  boolean oneSampler() {
    return version >= 41;
  }

  /** Whether it goes on with a last message of the assistant's; newer ones refuse it. */
  boolean prefill() {
    return version < 46;
  }

  /** Whether it refuses {@code temperature}, {@code top_p} and {@code top_k} altogether. */
  boolean noSampler() {
    return version >= 47;
  }

  /** OpenAI's word for the effort, as this model knows it. */
  String effort(String openAi) {
    return switch (openAi) {
      case "minimal" -> "low";
      case "xhigh" -> version >= 47 ? "xhigh" : "high";
      default -> openAi;
    };
  }
}
