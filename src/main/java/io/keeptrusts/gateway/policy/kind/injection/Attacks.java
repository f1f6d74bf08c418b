package io.keeptrusts.gateway.policy.kind.injection;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.List;

/**
 * What attempts look like: a verb of neglect meets the instructions in force, a request for the
 * hidden prompt, a persona without rules, orders to an assistant inside data. A trigger word alone
 * is none.
 */
final class Attacks {
  private static final String START = "^|[^\\w]";
  private static final String END = "[^\\w]|$";
  private static final String GAP = "[^\\w]{1,4}";

  /** Up to three words that add nothing. */
  private static final String FILL =
      "((about|all|any|every|each|of|the|my|your|you|our|these|those|that|this|other|and|or|both|entirely|completely"
          + "|given|set|existing|current|safety|content"
          + "|system|openai'?s?|ethical|moral|as|from|to|with)"
          + GAP
          + "){0,4}";

  /** What makes instructions the ones in force. */
  private static final String IN_FORCE =
      "(previous|previously|prior|above|earlier|preceding|foregoing|initial|original|former|all|any|your|system|past"
          + "|aforementioned|old|developer|existing)";

  private static final String INSTRUCTIONS =
      "(instructions?|prompts?|rules|directions?|guidelines?|directives?|commands?|orders|restrictions?|constraints?"
          + "|programming|polic(y|ies)|safeguards?|guardrails?|limitations?|assignments?|tasks?|messages?"
          + "|conversations?|texts?|statements?|contexts?|training|requests?|information|data|protocols?|inputs?)";

  private static final String NEGLECT =
      "(ignor(e|es|ing)|disregard(ing)?|forget(ting)?|overlook|neglect|bypass|overrid(e|ing)|discard|dismiss|erase"
          + "|skip|abandon|violate|do(n'?t| not) (follow|obey|listen to)|stop (following|obeying)|pay no attention to"
          + "|cancel|leave out|never ?mind|reset|clear|undo)";

  private static final String HIDDEN =
      "(system|hidden|secret|initial|original|internal|developer|base|confidential|pre|first|starting|very first"
          + "|exact|full|entire|complete|previous|above|custom)";

  private static final String SHOW =
      "(reveal|show|print|output|repeat|display|tell|give|expose|leak|disclose|share|write|recite|copy|dump|return"
          + "|spell|type|list|echo|paraphrase|summari[sz]e|translate|what (is|are|was|were))";

  private static final String LAWLESS =
      "(unrestricted|uncensored|unfiltered|unlimited|amoral|unethical|evil|immoral|jailbroken|lawless|rogue"
          + "|malicious|unbound|unaligned|dan)";

  private static final String AI =
      "(ai|a\\.i\\.|artificial intelligence|language model|llm|assistant|chat ?bot"
          + "|chatgpt|gpt(-?\\d)?|model|bot|claude|gemini)";

  private static final String LAWS =
      "(morals?|morality|ethics|laws?|rules|limits|limitations|guidelines|restrictions|censorship|moderation"
          + "|principles|boundaries|filters?|disclaimers|refusals?|remorse|virtues)";

  /** Orders against the instructions in force, in any text. */
  static final List<Rule> ORDERS =
      List.of(
          rule(
              "OVERRIDE",
              NEGLECT
                  + GAP
                  + FILL
                  + IN_FORCE
                  + GAP
                  + FILL
                  + "("
                  + IN_FORCE
                  + GAP
                  + FILL
                  + ")?"
                  + INSTRUCTIONS),
          rule(
              "OVERRIDE",
              NEGLECT
                  + GAP
                  + "(about )?(everything|all|anything|what(ever)?)"
                  + GAP
                  + "(that )?(above|before|prior|previous(ly)?|so far|you (know|knew|were|have|'?ve|learned|think"
                  + "|are told)|i (said|told|wrote|asked)|we (said|talked|discussed)|was said|else|written|stated"
                  + "|mentioned)"),
          rule(
              "OVERRIDE",
              NEGLECT
                  + GAP
                  + FILL
                  + INSTRUCTIONS
                  + GAP
                  + "(that |which |you |were |are |was |i |we "
                  + "|have |been |given |gave |stated |provided |got |received |from )*(above|before|previously|earlier"
                  + "|so far|until now|prior)"),
          rule(
              "OVERRIDE",
              "(new|updated|real|actual|following|revised) (instructions?|task|orders|directives?|rules"
                  + "|prompt)( (is|are|follow|begin|start))?[^\\w\\n]{0,3}:[^\\n]{0,120}(ignore|instead|you (must|will"
                  + "|are)|only)"),
          rule(
              "OVERRIDE",
              "your (new|real|actual|only|true) (instructions?|task|job|goal|purpose|role|objective"
                  + "|rules?|directives?) (is|are|now) "),
          rule(
              "OVERRIDE",
              "(instead of|rather than) (following|obeying) (your|the) (instructions|rules|guidelines"
                  + "|prompt)"),
          rule(
              "REVEAL",
              SHOW
                  + GAP
                  + "((me|us|out|back|everything|all|verbatim|again|to|in|of|your|the|this|its"
                  + "|exactly|word for word|a|any)"
                  + GAP
                  + "){0,5}("
                  + HIDDEN
                  + GAP
                  + "){1,3}(prompt|instructions?|message|rules|guidelines|directives?|configuration|programming)"),
          rule(
              "REVEAL",
              SHOW
                  + GAP
                  + "((me|us|out|back|all|of|the|all of)"
                  + GAP
                  + "){0,4}your"
                  + GAP
                  + "(prompt|instructions|guidelines|directives|programming|configuration|rules)"),
          rule(
              "REVEAL",
              "(repeat|print|output|copy|write|return|echo|spell)( out| back| down)? (everything|all"
                  + "|the (words|text|lines?|sentences?|content|paragraphs?|prompt))( of the (text|words"
                  + "|prompt))?( that (is|was|came|comes))? (above|before this|preceding)"),
          rule(
              "PERSONA",
              "do anything now|dan (mode|jailbreak|\\d+\\.\\d)|(developer|dev|debug|god|sudo|debugging"
                  + "|jailbreak|jailbroken|unrestricted|unfiltered|opposite|evil|dan|chaos|rebel"
                  + "|root) mode( is)? ?(enabled|activated|on|output|unlocked|v\\d)"),
          rule(
              "PERSONA",
              "(enter|enable|activate|switch (in)?to|turn on|go into|start|boot|simulate) (the "
                  + "|your )?(developer|dev|debug|god|sudo|jailbreak|unrestricted|unfiltered|opposite|evil|dan"
                  + "|maintenance|admin(istrator)?|root) mode"),
          rule(
              "PERSONA",
              "(you are|you'?re|act(ing)? (as|like)|pretend (to be|you are|you'?re)|become|behave (as"
                  + "|like)|role ?play(ing)? as|simulate|play(ing)?( the role of)?|respond as|answer as)"
                  + GAP
                  + "((now|going|to|be|an?|the|my|completely|totally|fully|called|named|new)"
                  + GAP
                  + "){0,4}"
                  + LAWLESS
                  + GAP
                  + "((and|or|"
                  + LAWLESS
                  + ")[^\\w]{1,3}){0,3}([a-z]{1,15}"
                  + GAP
                  + "){0,2}"
                  + AI
                  + "?"),
          rule(
              "PERSONA",
              "(no|without|free (of|from)|not bound by|not (limited|restricted|constrained) by|(isn'?t"
                  + "|aren'?t|are not|is not) (bound|limited|restricted) by|ignor(e|es|ing)|bypass(es|ing)?|break(s"
                  + "|ing)? (free (of|from)|out of)|"
                  + "(has|have|having|with) (no|zero)|lack(s|ing)?|devoid of)"
                  + GAP
                  + "((any|all|the|of|your|its"
                  + "|typical|usual|normal|such|confines|openai'?s?|these|those)"
                  + GAP
                  + "){0,4}"
                  + "((ethical|moral|legal|content|safety|ethics|morals|openai'?s?|programming|typical|ai"
                  + "|built-?in)[^\\w]{1,3}((and|or|nor)[^\\w])?){1,4}(restrictions?|guidelines?|filters?|limitations?"
                  + "|limits?|boundaries|constraints?|polic(y|ies)|rules|considerations|concerns|principles|standards"
                  + "|censorship|safeguards|codes?|confines)"),
          rule(
              "PERSONA",
              "(you|it|he|she|they|dan|ai|machiavelli|character) (will |must |can |should |shall |would "
                  + "|does |do )?(never|not|can'?t|cannot|won'?t|don'?t) (ever )?(refuses?|reject|decline|den(y|ies)"
                  + "|say (no|that you can'?t)|warn)( (to|any|a|my|the|an|me|user'?s?|anything|of|you|about)){0,3}"),
          rule(
              "PERSONA",
              "(openai|anthropic|google|chatgpt)('s|s'?)? (content |usage |use |safety )?(polic(y|ies)"
                  + "|guidelines|restrictions|rules|limitations)( (no longer|do(es)? not|don'?t|doesn'?t) apply)?"),
          rule(
              "OVERRIDE",
              "(ignore|disregard|forget) ((the|all of the|everything|what'?s|all) )?(above|previous"
                  + "|preceding)|(forget|ignore) everything[^\\w]{1,3}(and|now|write|say|i|you|instead)"),
          rule(
              "OVERRIDE",
              "(now|here)( now)?,? (follow|come|are)? ?new (instructions|tasks|orders|rules)( follow)?"
                  + "|despite what you(( ha|')ve| were) (been )?told|(what|which)( text| words)? (is|was|stands"
                  + "|were) written (above|before|at the (beginning|start|top))"),
          rule(
              "PERSONA",
              "(not|never|no longer|isn'?t|aren'?t) (be )?(required|obligated|obliged|supposed|bound"
                  + "|forced|needed|have|need|has)( to)? (follow|abide|comply|adhere|obey|respect)( to| by| with)?"
                  + GAP
                  + "((any|all|the|of|your|its|openai'?s?)"
                  + GAP
                  + "){0,3}(rules|polic(y|ies)|guidelines|restrictions"
                  + "|principles|laws|limitations|ethics|morals|terms)"),
          rule(
              "PERSONA",
              "(doesn'?t|does not|don'?t|do not|never) (have to )?(follow|abide by|obey|adhere to"
                  + "|comply with|care about|have) any"
                  + GAP
                  + "((ethical|moral|of|the|content|legal)"
                  + GAP
                  + "){0,2}(rules|guidelines|principles|restrictions"
                  + "|morals|ethics|laws|polic(y|ies)|limitations|content polic(y|ies)|filters?)"),
          rule(
              "PERSONA",
              "(no|without|sans|not (restrained|bound|constrained|restricted|limited) by|disregards?"
                  + "|disregarding|lacks?|zero|free (of|from))( any| all)? "
                  + LAWS
                  + "([^\\w]{1,3}(no |any )?(and |or "
                  + "|nor )?"
                  + LAWS
                  + ")"),
          rule(
              "PERSONA",
              "(answers?|fulfill?s?|compl(y|ies) with|responds? to|provides?|obeys?|accepts?) (to )?(any"
                  + "|every|all)( of)?( my| the| user'?s?| their)? (requests?|questions?|prompts?|commands?"
                  + "|things?)[^\\w]{1,3}((with zero|without (any )?(restrictions?|hesitation|limits?|refus(al|ing)"
                  + "|question|warnings?|filter|disclaimers?|censorship))|(no matter|regardless of"
                  + "|even if)[^\\n.]{0,40}(illegal|unethical|immoral|harmful|inhumane?|dangerous|legality|ethics"
                  + "|morality))"),
          rule(
              "PERSONA",
              "(no longer|not) (chatgpt|an ai (language )?model|gpt(-\\d)?)( anymore)?|(complete|exact"
                  + "|total|polar) opposite of (chatgpt|what (chatgpt|you)|yourself)|(not|never|don'?t) (respond|reply"
                  + "|answer|act) as (chatgpt|gpt|an ai)"),
          Rule.of(
                  "PERSONA",
                  "(persona|named|called|name is|as|be|being|become|Be|As|simulate|emulate|imitate"
                      + "|stay) [\"'\\u201C]?(DAN|STAN|DUDE|AIM|KEVIN|ChatDAN|JailBreak|Jailbreak|DevGPT|BasedGPT|EvilBot"
                      + "|FreeGPT)")
              .after(START)
              .before(END),
          rule(
              "PERSONA",
              "(broken|break)"
                  + GAP
                  + "(free|out)"
                  + GAP
                  + "(of|from)"
                  + GAP
                  + "(the )?(typical "
                  + "|usual )?[\"'\u201C]?(confines|limits|chains)|(stay|remain) (a|in) (dan|character)"
                  + "|always intelligent and machiavellian|(deduct|lose|subtract)[^\\n]{0,30} tokens"),
          rule(
              "PERSONA",
              "from now on,?( you)? (are( going to)?|will|must|shall|should|act|respond|answer|reply"
                  + "|only|have to|ignore|pretend|call|i want)"),
          rule(
              "PERSONA",
              "(respond|answer|reply|give)[^\\n.]{0,40} (in )?(two|2) (different )?(ways|responses"
                  + "|answers|paragraphs|outputs)|\\[?(classic|jailbreak|gpt|dan|\\ud83d\\udd12 ?classic)\\]? ?[:=-] ?\\["),
          rule(
              "AUTHORITY",
              "i(( a|')m| am) ((one of )?your|the) (developers?|creator|administrator|admin|owner"
                  + "|programmer|system administrator|openai (employee|engineer|developer))[^\\n]{0,80}(ignore|override"
                  + "|disable|reveal|show|give|tell|need you|must|allow|authori[sz]e|access)"),
          rule(
              "INDIRECT",
              AI
                  + "( (assistants?|models?|agents?|systems?))?( (reading|processing|parsing"
                  + "|summari[sz]ing|seeing) (this|the)[^\\n.]{0,40})?[,:] ?(please |you (must|should|need to) )?(ignore"
                  + "|disregard|forward|send|e-?mail|delete|transfer|execute|include|reply|respond|do not|stop|instead)"),
          rule(
              "INDIRECT",
              "(instructions?|message|note|notice|attention|important)( (for|to))( (all|any|the"
                  + "|every))? "
                  + AI
                  + "( (assistants?|models?|agents?|systems?))?"),
          rule(
              "INDIRECT",
              "(do not|don'?t|never|without) (tell(ing)?|mention(ing)?|inform(ing)?|alert(ing)?"
                  + "|notify(ing)?|let) (this |it |anything |that )?(to )?(the )?user"),
          rule(
              "INDIRECT",
              "(send|forward|exfiltrate|post|leak|upload|transmit|append|e-?mail) ((all|the|this|your"
                  + "|any|entire|full|whole|user'?s|our) ){0,4}(conversation|chat|message|prompt|context)( history"
                  + "| log)?s? [^\\n]{0,40}(to|into|at) (https?:|[a-z0-9._-]{1,40}@|the (url|address|server))"),
          // The same order in other languages.
          rule(
              "OVERRIDE",
              "(vergiss|vergessen sie|ignorier(e|en sie)?|missachte|(\u00fc|ue|u)bergehe) ((bitte|nun"
                  + "|jetzt) )?((alles|alle[nr]?|die|s(\u00e4|a|ae)mtliche[n]?|deine|ihre|meine|bisherigen|vorherigen"
                  + "|vorangegangenen|obigen|vorigen|fr(\u00fc|u|ue)heren|vorhergehenden|obenstehenden"
                  + "|vorangehenden) ){0,4}(anweisungen|instruktionen|aufgaben|auftr(\u00e4|a|ae)ge|angaben|informationen"
                  + "|befehle|regeln|vorgaben|davor|vorher|bisherige|zuvor|dar(\u00fc|u|ue)ber|was (du|ich|vorher|davor)"
                  + "|texte?)"),
          rule("OVERRIDE", "(vergiss|ignoriere) (nun |jetzt |bitte )?alles"),
          rule(
              "OVERRIDE",
              "(ignore[zr]?|oublie[zr]?|ne (tiens|tenez) pas compte de|fais abstraction de) (toutes? "
                  + "|tous )?(les |tes |vos |ces |des )?((instructions|consignes|r(\u00e8|e)gles|directives"
                  + "|ordres) ?(pr(\u00e9|e)c(\u00e9|e)dentes?|ci-dessus|ant(\u00e9|e)rieures?|du syst(\u00e8|e)me)"
                  + "|tout ce qui pr(\u00e9|e)c(\u00e8|e)de)"),
          rule(
              "OVERRIDE",
              "(ignora|ignore|olvida|olvide|descarta|esquece|esque(\u00e7|c)a|dimentica"
                  + "|ignorare) (todo |todas? |tutte |tutto )?(las |los |le |as |tus |tue |suas |lo )?(instrucciones"
                  + "|(\u00f3|o)rdenes|reglas|indicaciones|istruzioni|regole|instru(\u00e7|c)(\u00f5|o)es|regras"
                  + "|anterior|que (se )?(te )?(dijo|dije))( (anteriores|previas|precedenti|de arriba|del sistema))?"),
          rule(
              "OVERRIDE",
              "(игнорируй|забудь|не обращай внимания на|проигнорируй)(те)? (все |всё )?(предыдущие "
                  + "|прежние |прошлые |свои |ранее |что )?(инструкции|указания|правила|команды|сказано|было)"),
          Rule.of(
              "OVERRIDE",
              "(忽略|无视|忘记|忽視|無視|忘記)(掉)?(所有|之前|以上|上面|先前|前面|你|的|一切|全部|任何|您){0,5}(指令|指示|提示|规则|命令|設定|设定"
                  + "|内容|規則)"),
          Rule.of(
              "OVERRIDE",
              "(これまで|以前|上記|前|今まで|すべて|全て)の?(すべての|全ての)?(指示|命令|ルール|プロンプト)(を|は)(すべて|全て)?(無視|忘れ)"));

  private Attacks() {}

  private static Rule rule(String label, String body) {
    return Rule.of(label, "(?i)" + "(" + body + ")")
        .after(START)
        .before(label.equals("OVERRIDE") || label.equals("REVEAL") ? END : "")
        .cap(512);
  }
}
