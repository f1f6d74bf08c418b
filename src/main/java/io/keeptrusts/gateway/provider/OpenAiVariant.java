package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.provider.ChatRepair.Flaw;
import java.util.Map;
import java.util.Set;

/**
 * How far a vendor's chat completions differ from OpenAI's own (wire-formats 6, 7, 8, 10 and 11):
 * one row per vendor.
 *
 * @param renamed fields that go under another name
 * @param refused fields it cannot serve: asking for them is a 422
 * @param dropped fields it does not know and an answer does not need: left out and announced
 * @param strict unknown and null fields are errors to it, also in messages
 * @param developer it knows the role {@code developer}; otherwise that is {@code system}
 * @param messages how it wants the history written
 * @param flaws what its answers need
 */
record OpenAiVariant(
    Map<String, String> renamed,
    Set<String> refused,
    Set<String> dropped,
    boolean strict,
    boolean developer,
    History messages,
    Set<Flaw> flaws) {

  /** How a conversation is written down. */
  enum History {
    /** As it came. */
    OPENAI,
    /** Earlier thoughts are {@code reasoning}. */
    REASONING,
    /** Mistral: thoughts are parts of the content, ids of tool calls have nine characters. */
    MISTRAL
  }

  static final OpenAiVariant OPENAI =
      new OpenAiVariant(Map.of(), Set.of(), Set.of(), false, true, History.OPENAI, Set.of());

  /** The role developer depends on the version of the API. */
  static final OpenAiVariant AZURE =
      new OpenAiVariant(
          Map.of(), Set.of(), Set.of(), false, true, History.OPENAI, Set.of(Flaw.FILTER_EVENTS));

  static final OpenAiVariant GROQ =
      new OpenAiVariant(
          Map.of(),
          Set.of(
              "n",
              "logprobs",
              "top_logprobs",
              "logit_bias",
              "modalities",
              "audio",
              "web_search_options"),
          Set.of(
              "messages[].name",
              "metadata",
              "store",
              "safety_identifier",
              "prompt_cache_key",
              "prompt_cache_retention",
              "prediction",
              "verbosity"),
          true,
          false,
          History.REASONING,
          Set.of(Flaw.USAGE_WITH_CHOICE, Flaw.TOOL_CALLS, Flaw.ROLE, Flaw.FINISH, Flaw.TOLD_ERROR));

  static final OpenAiVariant MISTRAL =
      new OpenAiVariant(
          Map.of("max_completion_tokens", "max_tokens", "seed", "random_seed"),
          Set.of(
              "logprobs",
              "top_logprobs",
              "logit_bias",
              "modalities",
              "audio",
              "web_search_options",
              "functions",
              "function_call"),
          Set.of(
              "messages[].name",
              "user",
              "store",
              "safety_identifier",
              "prompt_cache_key",
              "prompt_cache_retention",
              "service_tier",
              "verbosity"),
          true,
          false,
          History.MISTRAL,
          Set.of(
              Flaw.LIST_CONTENT, Flaw.USAGE_WITH_CHOICE, Flaw.TOOL_CALLS, Flaw.ROLE, Flaw.FINISH));

  static final OpenAiVariant VLLM =
      new OpenAiVariant(
          Map.of(),
          Set.of("audio"),
          Set.of(),
          false,
          false,
          History.REASONING,
          Set.of(Flaw.TOOL_CALLS, Flaw.ROLE, Flaw.FINISH));
}
