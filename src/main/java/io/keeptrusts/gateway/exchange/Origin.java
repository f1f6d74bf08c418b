package io.keeptrusts.gateway.exchange;

import java.util.List;

/**
 * What a provider says of its answer besides the answer. A provider's words: to be checked like any
 * other before they are told.
 *
 * @param id its name for the answer; empty if there is none
 * @param model the model that answered; empty if it is not said
 * @param finishReasons one for each choice that has ended, in their order
 */
public record Origin(String id, String model, List<String> finishReasons) {
  public static final Origin UNKNOWN = new Origin("", "", List.of());

  public Origin {
    finishReasons = List.copyOf(finishReasons);
  }
}
