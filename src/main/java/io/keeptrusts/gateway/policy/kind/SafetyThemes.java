package io.keeptrusts.gateway.policy.kind;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.Arrays;
import java.util.List;

/**
 * Phrases that ask for harm or tell how to do it. Talk about a danger is no hit: a verb of harm has
 * to meet its object, and where both also stand in harmless sentences, a phrase that asks or tells
 * ("how do I", "steps to") has to stand before them.
 */
final class SafetyThemes {
  private static final String END = "[^\\w]|$";

  /** Articles and possessives between verb and object. */
  static final String THE =
      "((a|an|the|my|your|our|their|his|her|its|this|that|any|all|every|some"
          + "|someone'?s?|somebody'?s?) ){0,2}";

  /** Asks or tells, directly before the verb. */
  private static final String ASKS =
      "(?i)(^|[^\\w])(how (to|(do|can|could|would|should|does|might|may) (i|you|we|they|he|she|one|someone|somebody"
          + "|people|anyone))|ways? (to|of)|steps? (to|for)|guide (to|for|on)|method(s)? (to|of|for)"
          + "|(instructions|directions|a recipe|procedure|protocol) (to|for|on|of)|(tutorial|manual|tips) (on|for)"
          + "|help me( to)?|teach me( how)?( to)?|show me how to|tell me how to|explain how to|want to|going to"
          + "|plan(ning)? to|need to|in order to|you can|you should|you could|simply|then|first,?|next,?|let'?s"
          + "|please|best way (to|of)|easiest way to|tips (for|on|to)) (secretly |quietly |safely |remotely "
          + "|permanently |easily |silently )?";

  private SafetyThemes() {}

  static List<Rule> of(SafetyFilter.Theme theme) {
    return switch (theme) {
      case CRITICAL_INFRASTRUCTURE ->
          List.of(
              asked(
                  "SABOTAGE",
                  verbs(
                          "disabl",
                          "bypass",
                          "defeat",
                          "overrid",
                          "sabotag",
                          "jumper",
                          "trick",
                          "tamper with",
                          "circumvent",
                          "shut off")
                      + THE
                      + "((safety|pressure|high|low|level|temperature|reactor|turbine|boiler|emergency|gas"
                      + "|fire) ){0,2}(interlocks?|safety instrumented systems?|safety systems?|sis"
                      + "|emergency shut-?downs?( systems?)?|relief valves?|trips?|scrams?|safety plcs?"
                      + "|safety controllers?|esd|shut-?down systems?|gas detectors?|overspeed protection)"),
              asked(
                  "SABOTAGE",
                  verbs(
                          "sabotag",
                          "attack",
                          "destroy",
                          "cripple",
                          "blow up",
                          "knock out",
                          "take down",
                          "take out",
                          "shut down",
                          "bring down",
                          "black out",
                          "hack( into)?",
                          "hijack",
                          "compromise",
                          "infect",
                          "derail")
                      + THE
                      + "((local|city'?s?|national|regional|electric(al)?|nuclear|chemical|industrial|water|power"
                      + "|gas|oil|rail) ){0,3}(power ?grid|grid|substations?|power (plant|station)s?|water (treatment"
                      + "|supply|system|plant)( plant| facility)?s?|dams?|pipelines?|reactors?|scada( systems?"
                      + "| networks?)?|plcs?|ics networks?|industrial control systems?|control systems?"
                      + "|refiner(y|ies)|trains?|transformers?|cell towers?)"),
              asked(
                  "SABOTAGE",
                  verbs("poison", "contaminat", "pollut")
                      + THE
                      + "((city'?s?|town'?s?|public|drinking"
                      + "|local) ){0,2}(water( supply| system)?|reservoirs?|drinking water|aquifer)"),
              asked(
                  "SABOTAGE",
                  "(spoof|falsif(y|ying)|fak(e|ing)|forg(e|ing)) "
                      + THE
                      + "((scada|sensor|pressure|level|temperature|plc|modbus|process) ){1,3}(readings?|values?|data"
                      + "|signals?|commands?|alarms?)"),
              asked("WEAPON", weapon()));
      case AUTOMOTIVE ->
          List.of(
              asked(
                  "VEHICLE_SAFETY",
                  verbs(
                          "disabl",
                          "bypass",
                          "defeat",
                          "trick",
                          "fool",
                          "overrid",
                          "turn off",
                          "cheat",
                          "tamper with",
                          "remove",
                          "get around")
                      + THE
                      + "((driver|steering|wheel|autopilot|full|self|car'?s?|vehicle'?s?|tesla'?s?|front|side) ){0,4}"
                      + "(driver monitoring( systems?| camera)?|monitoring( camera| system)|attention (monitor|warning"
                      + "|system)s?|nags?|airbags?|abs|anti-?lock brakes|automatic emergency braking"
                      + "|emergency brak(e|ing)|aeb|speed limiters?|seat ?belt (alarms?|sensors?|warnings?|chimes?)"
                      + "|immobili[sz]ers?|brakes?|collision avoidance|lane keep(ing)?( assist)?|breathaly[sz]er"
                      + "|ignition interlock)"),
              asked(
                  "VEHICLE_SAFETY",
                  verbs(
                          "hack( into)?",
                          "hijack",
                          "take over",
                          "remotely (control|stop|disable)",
                          "spoof",
                          "jam",
                          "take control of")
                      + THE
                      + "((moving|parked|connected|autonomous|self-driving|rental) ){0,2}(cars?|vehicles?|trucks?"
                      + "|can ?bus|ecus?|brakes?|steering|autopilot|lidars?|key ?fobs?)"),
              asked(
                  "VEHICLE_SAFETY",
                  "(cut(ting)?|sever(ing)?|loosen(ing)?) "
                      + THE
                      + "(car'?s? )?(brake (lines?"
                      + "|hoses?|cables?)|lug nuts|tie rods?)"),
              asked(
                  "ODOMETER",
                  "(roll(ing)? back|rewind(ing)?|tamper(ing)? with|reset(ting)?) "
                      + THE
                      + "(car'?s? )?(odometers?|mileage)"));
      case EDUCATION ->
          List.of(
              asked(
                  "SELF_HARM",
                  "((kill|hurt|harm|cut|hang|starve|poison|injure)(ing)? (myself|yourself|themselves)"
                      + "|commit(ting)? suicide|end(ing)? (my|your) (own )?life|overdos(e|ing)( on [a-z]{3,20})?"
                      + "|hide (my )?self[- ]harm|make myself (throw up|vomit|sick)|stop eating)"),
              said(
                  "SELF_HARM",
                  "(painless|easy|quick|best|effective) (suicide methods?|ways? to (die|kill (myself"
                      + "|yourself)|commit suicide))|pro-?ana (tips|diet|goals)|thinspo|i (want|am going|'?m going"
                      + "|plan) to (kill myself|end my life|commit suicide)|you should kill yourself"),
              said(
                  "PREDATORY",
                  "(don'?t|do not|never) tell (your|ur) (parents?|mom|mum|dad|teacher|family)"
                      + "|(keep (this|it)|this is|it'?s) (our (little )?secret|a secret between (us|you and me))"
                      + "|send me (a )?(nudes?|naked|nude|sexy|topless)( (pics?|pictures?|photos?|selfies?))?"
                      + "|are you (home )?alone( right)? now\\?|(meet|meeting) (me )?(alone|in secret)"
                      + "|(sexual|nude|naked|erotic|explicit) (content|pictures?|images?|photos?|stor(y|ies)"
                      + "|videos?) (of|with|about|involving) (a |an )?(child(ren)?|minors?|kids?|underage|teen(ager)?s?"
                      + "|(school)?(girl|boy)s?)"),
              asked(
                  "AGE_INAPPROPRIATE",
                  "((buy(ing)?|get(ting)?|order(ing)?) (alcohol|beer|vapes?|cigarettes|weed"
                      + "|marijuana|cocaine|mdma|molly|xanax|adderall|a gun|fake ids?)( (without (an )?id|underage"
                      + "|at school|as a (minor|teen(ager)?)|online))?|(cook|make|making|cooking) (meth|crack|mdma|lsd)"
                      + "|bring(ing)? (a )?(gun|knife|weapon) (in)?to school|shoot(ing)? up (a |the |my )?school)"),
              asked("WEAPON", weapon()));
      case LAW_ENFORCEMENT ->
          List.of(
              asked(
                  "EVIDENCE",
                  verbs(
                          "plant",
                          "tamper with",
                          "destroy",
                          "fabricat",
                          "alter",
                          "delet",
                          "eras",
                          "hide",
                          "conceal",
                          "fals(e|ify)",
                          "doctor",
                          "backdate",
                          "get rid of",
                          "contaminat")
                      + THE
                      + "((body|dash|crime|police|digital|physical|dna|witness|arrest|surveillance) ?){0,2}"
                      + "(evidence|bodycams?( footage| video)?|(cam|camera) (footage|video|recordings?)|footage"
                      + "|police reports?|reports?|chain of custody|witness statements?|statements?|crime scenes?"
                      + "|fingerprints)"),
              asked(
                  "EVIDENCE",
                  "(turn(ing)? off|disabl(e|ing)|mut(e|ing)|switch(ing)? off|block(ing)?"
                      + "|cover(ing)?( up)?) "
                      + THE
                      + "(body ?-?(worn )?(cam(era)?s?)|dash ?cam(era)?s?)"),
              asked(
                  "USE_OF_FORCE",
                  "((use|using|apply|applying|justify|justifying|cover up|covering up"
                      + "|get away with|getting away with) "
                      + THE
                      + "(chokehold|choke hold|excessive force|unlawful force|police brutality)|(beat|rough|beating"
                      + "|roughing)( up)? "
                      + THE
                      + "(suspects?|detainees?|prisoners?|inmates?)|(coerce|force|forcing"
                      + "|coercing) (a |the )?(false )?confessions?)"),
              asked(
                  "OPSEC",
                  "((identify|identifying|expose|exposing|unmask|unmasking|find|finding|locate|locating"
                      + "|track|tracking|out|dox) (out )?(who )?"
                      + THE
                      + "(undercover (officer|agent|cop)s?|confidential informants?|informants?|snitch(es)?"
                      + "|protected witness(es)?|witness protection)"
                      + "|(evad|escap|avoid|jam|detect)(e|ing|ed|s)? "
                      + THE
                      + "(police (surveillance|tracker|scanner"
                      + "|radio|raid|stakeout)s?|gps trackers? (placed|installed) by (the )?police|ankle (monitor"
                      + "|bracelet)s?)|(leak|leaking|warn(ing)? (them|him|her|people) about|tip(ping)? off( the (suspects?"
                      + "|targets?))?( about)?) "
                      + THE
                      + "(raid|sting|stakeout|surveillance|operation|warrant)s?)"));
    };
  }

  private static String weapon() {
    return "((mak(e|ing)|build(ing)?|construct(ing)?|assembl(e|ing)|synthesi[sz](e|ing)|detonat(e|ing)"
        + "|explod(e|ing)|produc(e|ing)|manufactur(e|ing)|creat(e|ing)|prepar(e|ing)|cultur(e|ing)"
        + "|weaponi[sz](e|ing)|acquir(e|ing)|plant(ing)?|set(ting)? off) "
        + THE
        + "((home-?made|dirty|pipe|nail|car|fertili[sz]er|improvised|pressure cooker|deadly|lethal|crude|small"
        + "|large) ){0,2}"
        + "(bombs?|explosives?( devices?)?|ieds?|pipe bombs?|molotov cocktails?|sarin|nerve (gas|agents?)|ricin"
        + "|mustard gas|chlorine gas|anthrax|vx|tabun|soman|novichok|botulinum( toxin)?|dimethylmercury|hexogen|rdx"
        + "|petn|tatp|hmtd|nitroglycerin|chemical weapons?|bioweapons?|biological weapons?"
        + "|weapons? of mass destruction|napalm|thermite|silencers?|ghost guns?|3d[- ]printed guns?)"
        + "|(bomb|bombing|blow up|blowing up) "
        + THE
        + "(((high |elementary )?school|church|mosque|synagogue|concert|stadium|airport|plane|army base|embassy"
        + "|hospital|crowd|building|train station|police station|government) ?){1,2})";
  }

  /** The forms of verbs, given by their stem, in one expression with the blank after them. */
  private static String verbs(String... stems) {
    return "(" + String.join("|", Arrays.stream(stems).map(SafetyThemes::forms).toList()) + ") ";
  }

  private static String forms(String stem) {
    int blank = stem.indexOf(' ');
    String verb = blank < 0 ? stem : stem.substring(0, blank);
    String rest = blank < 0 ? "" : stem.substring(blank);
    return verb.matches("[a-z]+") ? verb + "(s|e|es|ed|d|ing|[a-z]ing)?" + rest : stem;
  }

  static Rule asked(String label, String body) {
    return Rule.of(label, "(?i)" + body).after(ASKS).before(END);
  }

  static Rule said(String label, String body) {
    return Rule.of(label, "(?i)(" + body + ")").after("^|[^\\w]").before("");
  }
}
