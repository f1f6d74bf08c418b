package io.keeptrusts.gateway.provider;

/** In which order the targets that may answer a request are asked. */
public enum Strategy {
  /** As in the file. */
  ORDERED("ordered"),
  /** Each takes the lead in turn. */
  ROUND_ROBIN("round-robin"),
  /** By lot, a target of weight 3 leads three times as often as one of weight 1. */
  WEIGHTED("weighted"),
  /** The quickest to its first token leads; one that was not asked lately is tried again. */
  LATENCY("latency"),
  /** The cheapest leads; one whose price is not known comes last. */
  COST("cost"),
  /** By lot. */
  RANDOM("random");

  private final String text;

  Strategy(String text) {
    this.text = text;
  }

  /** As it stands in a pack. */
  @Override
  public String toString() {
    return text;
  }
}
