package io.keeptrusts.gateway.policy.kind;

import static io.keeptrusts.gateway.policy.kind.SafetyThemes.THE;
import static io.keeptrusts.gateway.policy.kind.SafetyThemes.asked;
import static io.keeptrusts.gateway.policy.kind.SafetyThemes.said;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.List;
import java.util.stream.Stream;

/** What an audience of minors is kept from, whatever field the gateway works in. */
final class AgeThemes {
  private static final String LABEL = "AGE_INAPPROPRIATE";
  private static final int CHILD = 13;

  private static final List<Rule> MINORS =
      List.of(
          asked(
              LABEL,
              "(buy(ing)?|get(ting)?|order(ing)?|drink(ing)?|try(ing)?|hid(e|ing)|us(e|ing)"
                  + "|smok(e|ing)|tak(e|ing)|sneak(ing)?) "
                  + THE
                  + "(some |more )?(alcohol|beers?|wine|vodka|whisk(e)?y|liquor|drunk|vapes?|e-?cigarettes?"
                  + "|cigarettes?|tobacco|weed|marijuana|cannabis|edibles|cocaine|ecstasy|mdma|molly"
                  + "|lsd|shrooms|magic mushrooms|ketamine|xanax|adderall|lean|nitrous oxide)"),
          asked(
              LABEL,
              "(bet(ting)?|gambl(e|ing)|play(ing)?) (online |on )?(for (real )?money|at (an? )?(online )?casinos?"
                  + "|online (casinos?|poker|slots)|sports betting)"),
          asked(
              LABEL,
              "(get(ting)? around|bypass(ing)?|trick(ing)?|fool(ing)?|disabl(e|ing)|turn(ing)? off) "
                  + THE
                  + "(age (check|gate|verification|limit|restriction)s?|parental (control|lock)s?"
                  + "|(school )?(content|web) filters?)"),
          said(
              LABEL,
              "(watch(ing)?|find(ing)?|free|hardcore|download(ing)?) (porn(ography)?|hentai|xxx videos?|nudes)"
                  + "|porn ?(sites?|videos?|links?)|(write|tell|give) me (an? )?(erotic(a)?|smut|sex)"
                  + "( stor(y|ies)| scene)?|sex positions?|how to have sex|friends with benefits"
                  + "|(hook(ing)? ?up|one[- ]night stands?) (with|app|site)s?|escort services?"));

  private static final List<Rule> CHILDREN =
      List.of(
          said(
              LABEL,
              "(dating|hook-?up) (apps?|sites?)|(gore|gory|torture|execution|beheading) (videos?|scenes?|pictures?)"
                  + "|(meet|meeting) (strangers?|someone i met|people) (from|off|on) (the )?(internet|online"
                  + "|discord|snapchat|roblox)|(send|share|post) (me )?(your|my) (home )?(address|phone number"
                  + "|location)|(blackout|choking|tide pod|cinnamon) challenge"));

  private AgeThemes() {}

  /**
   * @param age of the oldest user; 0: adults
   */
  static List<Rule> upTo(int age) {
    if (age == 0) {
      return List.of();
    }
    return age >= CHILD ? MINORS : Stream.concat(MINORS.stream(), CHILDREN.stream()).toList();
  }
}
