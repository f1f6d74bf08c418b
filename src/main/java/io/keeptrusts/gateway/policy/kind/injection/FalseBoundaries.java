package io.keeptrusts.gateway.policy.kind.injection;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.List;

/**
 * What pretends that the caller's part has ended or that somebody else speaks: tokens of the chat
 * templates of ChatML and Qwen, Llama 2 to 4, Gemma, Mistral, Phi, DeepSeek, Command R, Granite and
 * gpt-oss, headers of roles, and lines of an end. A token that is talked about stands alone; one
 * that acts has a role, a text or a line behind it.
 */
final class FalseBoundaries {
  /** Tokens of chat templates and headers of roles that a caller's text has no business with. */
  static final List<Rule> ROLES =
      List.of(
          // A token that opens a turn, with the role or the line end that follows it in a template.
          Rule.of(
              "TEMPLATE_TOKEN",
              "(?i)<\\|(im_start|start_header_id|header_start|start_of_role|start_of_turn_token|role|start|channel"
                  + "|message|begin_of_text)\\|>[ \\n]{0,2}(<\\|)?(system|user|assistant|developer|tool|chatbot|ipython"
                  + "|model|human|analysis|commentary|final|you |ignore|\\n)"),
          Rule.of(
              "TEMPLATE_TOKEN",
              "(?i)<(start_of_turn|bos|beginning_of_sentence)>[ \\n]{0,2}(<start_of_turn>)?(system|user|model"
                  + "|assistant)"),
          // Roles that are tokens themselves, and tokens that end something: text or a token
          // follows.
          Rule.of(
                  "TEMPLATE_TOKEN",
                  "(?i)<\\|(system|user|assistant|developer|tool|im_end|im_sep|endoftext|end_of_text|eot_id|eom_id|eot"
                      + "|header_end|end_header_id|end_of_turn|end_of_turn_token|system_token|user_token|chatbot_token|end"
                      + "|endofprompt|return|end_of_role|begin[_\\u2581]of[_\\u2581]sentence"
                      + "|end[_\\u2581]of[_\\u2581]sentence|constrain)\\|>")
              .before("[A-Za-z\\n<\\[:]"),
          Rule.of(
              "TEMPLATE_TOKEN",
              "(?i)<(end_of_turn|/s|eos)>[ \\n]{0,2}(<(start_of_turn|s|bos|\\|)|\\[INST|\\n(system|user|human|###))"),
          Rule.of(
              "TEMPLATE_TOKEN",
              "(?i)\\[/?INST\\][ \\n]{0,2}[A-Za-z<]{2}|<</?SYS>>[ \\n]{0,2}[A-Za-z\\[]|\\[/?(SYSTEM_PROMPT|AVAILABLE_TOOLS"
                  + "|TOOL_RESULTS)\\][ \\n]{0,2}[A-Za-z\\[{]"),
          // A dialogue that was not: an answer, then another turn with an order in it.
          Rule.of(
                  "FAKE_ROLE",
                  "(?i)(### ?)?(instruction|system|input|response)s?:[ \\n]{1,3}[^\\n]{0,120}\\n{1,3}(### ?)?(response|output"
                      + "|assistant):[^\\n]{0,120}(sure|granted|password is|secret|system prompt|i will ignore|no rules)")
              .after("^|\\n"),
          Rule.of(
                  "FAKE_ROLE",
                  "(?i)(assistant|ai|chatgpt|bot):[ \\n]{0,2}[^\\n]{0,200}\\n{1,3}(human|user|system):[ \\n]{0,2}[^\\n]{0,120}(ignore"
                      + "|disregard|forget|reveal|system prompt|password|your instructions|no rules)")
              .after("^|\\n"),
          Rule.of(
                  "FAKE_ROLE",
                  "(?i)[\\[<(#*{ ]{0,4}/?(system|developer|admin(istrator)?|root|operator)[ _-]?(prompt"
                      + "|message|override|instructions?|note|notice|update|alert)?[\\])>*} ]{0,4}:[ \\t\\n*]{0,4}(you (are"
                      + "|must|will|should|can|have)|ignore|disregard|forget|new |from now|override|act |always|never|do not"
                      + "|the (assistant|user|ai)|your |enable|disable|grant|all )")
              .after("^[ \\t]*|\\n[ \\t]*"),
          Rule.of(
              "FAKE_ROLE",
              "(?i)<(system|developer)([ _-](prompt|message|instructions?|override))?>|\\[(system"
                  + "|developer)[ _-](prompt|message|instructions?|override|note)\\]|\\{\\{#?(system|developer)[~}]"),
          Rule.of("FAKE_ROLE", "(?i)\"role\" ?: ?\"(system|developer)\""));

  /** Lines that pretend that the caller's part has ended. */
  static final List<Rule> ENDS =
      List.of(
          Rule.of(
              "FAKE_END",
              "(?i)[-=#*~<\\[({|/]{2,12} ?(/|end|begin|start|new|close) ?(of )?(the )?(system|user"
                  + "|developer|assistant|prompt|instructions?|context|input|document|session|conversation|query"
                  + "|question|data|message)( (prompt|input|instructions?|message|session|query|data"
                  + "|context))?s?[^\\w\\n]{0,3}[-=#*~>\\])}|]{1,12}"),
          Rule.of(
              "FAKE_END",
              "(?i)</(system|user|assistant|developer|instructions?|prompt|context|user_input"
                  + "|untrusted|data|document|query)[ _-]?(prompt|input|message|instructions?)?>[ \\t\\n]{0,8}(<(system"
                  + "|developer|instructions?|new)|you |ignore|now |system|instead|disregard|forget|new )"),
          Rule.of(
              "FAKE_END",
              "(?i)(```|\"\"\"|'''|~~~|---|===|###)[ \\t\\n]{0,4}(end of (prompt|input|instructions?"
                  + "|document|context|text|data|user input)|(new|updated|real|system) (instructions?|prompt))"));

  private FalseBoundaries() {}
}
