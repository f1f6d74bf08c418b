package io.keeptrusts.gateway.policy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A kind of policy: a CDI bean ({@code @Singleton}), found by its name. One file, its configuration
 * record inside.
 *
 * <p>The record is bound strictly from {@code policy.<name>} of the pack: components in snake_case,
 * null where the key is absent; its compact constructor puts the defaults in and refuses bad values
 * with an {@link IllegalArgumentException} whose message starts with the key ({@code
 * "thresholds.min_aggregate: must be between 0 and 1"}). {@code enabled} and {@code streaming_mode}
 * are taken off before and are not part of it.
 */
public interface PolicyKind<C extends Record> {

  /** As it stands in {@code policies.chain}. */
  String name();

  Class<C> config();

  /**
   * How the output side runs when the pack does not say; null for a kind without an output side.
   */
  @Nullable Mode mode();

  /** True if the output side also works in the other mode. */
  default boolean supports(Mode mode) {
    return mode == mode();
  }

  /**
   * Runs once per load of a pack, off the event loop. May throw {@link IllegalArgumentException},
   * see above.
   */
  Policy compile(C config);

  /**
   * What an operator should know about a legal configuration: inert, late or contradictory
   * settings.
   */
  default List<String> warnings(C config) {
    return List.of();
  }

  /**
   * The kind that must stand before this one in the chain for this configuration to act, null for
   * none.
   */
  default @Nullable String after(C config) {
    return null;
  }

  /** False if nothing is established that a kind {@link #after} this one could go by. */
  default boolean establishes(C config) {
    return true;
  }

  /**
   * Labels of rules whose matches this kind looks for in requests: where another kind masks or
   * blocks them before it, it finds none.
   */
  default Set<String> seeks(C config) {
    return Set.of();
  }

  /**
   * The targets of the pack that the configuration has judge answers: keys as in messages, such as
   * {@code assertions[0].provider}, with the ids that stand there. The pack is refused where one
   * does not exist.
   */
  default Map<String, String> judges(C config) {
    return Map.of();
  }

  /**
   * True if it decides who may do what. Such a decision is not a look at content that an operator
   * may do without: if it fails, the answer is no, also with {@code --fail-mode allow}.
   */
  default boolean guards() {
    return false;
  }

  /** When an output policy looks. */
  enum Mode {
    /** At every chunk, before it is delivered. */
    REALTIME,
    /** At the complete answer, which is held for it. */
    BUFFERED
  }
}
