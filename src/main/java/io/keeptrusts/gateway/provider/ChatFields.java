package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.exchange.Channel;
import io.keeptrusts.gateway.exchange.Frame.Treatment;
import io.keeptrusts.gateway.exchange.ToolCall;
import io.keeptrusts.gateway.exchange.ToolCall.Part;
import io.keeptrusts.gateway.wire.JsonTape;
import io.keeptrusts.gateway.wire.JsonTape.Type;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the text of a delta (or of a whole message) and adds it to the frame. One per stream, used
 * for one frame at a time.
 */
final class ChatFields extends JsonFields {
  private static final byte[] INDEX = {'i', 'n', 'd', 'e', 'x'};
  private static final byte[] NAME = {'n', 'a', 'm', 'e'};
  private static final byte[] FUNCTION = {'f', 'u', 'n', 'c', 't', 'i', 'o', 'n'};
  private static final byte[] CUSTOM = {'c', 'u', 's', 't', 'o', 'm'};
  private static final int MAX_INDEX = 4095;

  private final ChatChannels channels;
  private int choice;

  ChatFields(JsonTape tape, ChatChannels channels) {
    super(tape);
    this.channels = channels;
  }

  /** The members of {@code delta} or {@code message}. */
  void delta(int object, int ofChoice) {
    choice = ofChoice;
    once(object);
    for (int member = tape.first(object); member >= 0; member = tape.next(member)) {
      switch (Keys.of(tape, json, member)) {
        case ROLE -> {
          worth(member);
          opaque(member);
        }
        case CONTENT -> content(member);
        case TOOL_CALLS -> toolCalls(member);
        case FUNCTION_CALL -> {
          if (tape.type(member) == Type.OBJECT) {
            told(member, -1);
          }
          function(member, List.of("function_call"));
        }
        // Complete things, not pieces: each of their strings is a text of its own.
        case ANNOTATIONS, EXECUTED_TOOLS, IMAGES, AUDIO, CONTENT_PARTS -> member(member);
        case THINKING_BLOCKS -> signed(member, "thinking_blocks", "thinking");
        case REASONING_DETAILS -> signed(member, "reasoning_details", "text");
        case REFUSAL, REASONING, REASONING_CONTENT -> channel(member, List.of(key(member)));
        default -> {
          key(member, true);
          channel(member, List.of(key(member)));
        }
      }
    }
  }

  private void content(int node) {
    if (tape.type(node) != Type.ARRAY) {
      if (tape.type(node) == Type.STRING) {
        stream(node, channels.content(choice));
      } else {
        texts(node);
      }
      return;
    }
    // Mistral and vLLM: a list of parts. What a client shows as the answer is one channel, however
    // it is spelt.
    for (int part = tape.first(node); part >= 0; part = tape.next(part)) {
      if (tape.type(part) != Type.OBJECT) {
        texts(part);
        continue;
      }
      for (int member = tape.first(part); member >= 0; member = tape.next(member)) {
        switch (Keys.of(tape, json, member)) {
          case TEXT -> {
            if (tape.type(member) == Type.STRING) {
              stream(member, channels.content(choice));
            } else {
              texts(member);
            }
          }
          case THINKING -> thinking(member);
          default -> member(member);
        }
      }
    }
  }

  private void thinking(int node) {
    if (tape.type(node) == Type.STRING) {
      stream(node, channels.thinking(choice));
      return;
    }
    for (int part = tape.first(node); part >= 0; part = tape.next(part)) {
      for (int member = tape.type(part) == Type.OBJECT ? tape.first(part) : -1;
          member >= 0;
          member = tape.next(member)) {
        if (Keys.of(tape, json, member) == Keys.TEXT && tape.type(member) == Type.STRING) {
          stream(member, channels.thinking(choice));
        } else {
          member(member);
        }
      }
      if (tape.type(part) != Type.OBJECT) {
        texts(part);
      }
    }
  }

  /**
   * Anthropic's thinking, as gateways pass it on: each block is a text of its own, closed by its
   * signature.
   *
   * @param text the member of a block that its signature speaks of
   */
  private void signed(int array, String list, String text) {
    if (tape.type(array) != Type.ARRAY) {
      channel(array, List.of(list));
      return;
    }
    int position = 0;
    for (int block = tape.first(array); block >= 0; block = tape.next(block)) {
      boolean object = tape.type(block) == Type.OBJECT;
      List<Object> place =
          List.of(
              list,
              object
                  ? number(tape.find(block, INDEX), position, MAX_INDEX)
                  : Math.min(position, MAX_INDEX));
      if (!object) {
        channel(block, place);
      }
      for (int member = object ? tape.first(block) : -1; member >= 0; member = tape.next(member)) {
        key(member, true);
        if (Keys.of(tape, json, member) == Keys.SIGNATURE && isSeal(member)) {
          frame.worth();
          frame.add(
              Treatment.SEAL,
              channels.at(choice, join(place, text), false),
              tape.start(member),
              tape.end(member));
        } else {
          channel(member, join(place, key(member)));
        }
      }
      position++;
    }
  }

  private boolean isSeal(int node) {
    int from = tape.start(node);
    return tape.type(node) == Type.STRING
        && tape.end(node) > from
        && looksOpaque(from, tape.end(node));
  }

  private void toolCalls(int array) {
    if (tape.type(array) != Type.ARRAY) {
      worth(array);
      texts(array);
      return;
    }
    int position = 0;
    for (int call = tape.first(array); call >= 0; call = tape.next(call)) {
      if (tape.type(call) == Type.OBJECT) {
        int index = number(tape.find(call, INDEX), position, MAX_INDEX);
        toolCall(call, index);
      } else {
        texts(call);
      }
      position++;
    }
  }

  private void toolCall(int call, int index) {
    once(call);
    int function = tape.find(call, FUNCTION);
    int custom = tape.find(call, CUSTOM);
    boolean isFunction = function >= 0 && !tape.isNull(function);
    if (isFunction && custom >= 0 && !tape.isNull(custom)) {
      throw ProviderFailure.broken("The provider sent a tool call that is of two types.");
    }
    told(isFunction ? function : custom, index);
    for (int member = tape.first(call); member >= 0; member = tape.next(member)) {
      switch (Keys.of(tape, json, member)) {
        case ID -> {
          called(member);
          opaque(member);
        }
        case TYPE -> opaque(member);
        case INDEX -> {}
        case FUNCTION, CUSTOM -> function(member, List.of("tool_calls", index, key(member)));
        default -> {
          key(member, true);
          channel(member, List.of("tool_calls", index, key(member)));
        }
      }
    }
  }

  /** Marks the call, with what its function says of name and arguments. */
  private void told(int function, int index) {
    boolean object = function >= 0 && tape.type(function) == Type.OBJECT;
    int name = object ? tape.find(function, NAME) : -1;
    boolean begun = false;
    for (int member = object ? tape.first(function) : -1; member >= 0; member = tape.next(member)) {
      // Empty arguments come with a name that may still go on; whatever else comes is later.
      begun |=
          Keys.of(tape, json, member) != Keys.NAME
              && !tape.isNull(member)
              && (tape.type(member) != Type.STRING || tape.end(member) > tape.start(member));
    }
    Part part = begun ? Part.LAST : Part.PIECE;
    frame.call(new ToolCall(choice, index, name < 0 ? "" : text(name), part));
  }

  private void function(int object, List<Object> place) {
    if (tape.type(object) == Type.OBJECT) {
      once(object);
    }
    for (int member = tape.type(object) == Type.OBJECT ? tape.first(object) : -1;
        member >= 0;
        member = tape.next(member)) {
      switch (Keys.of(tape, json, member)) {
        case NAME -> {
          called(member);
          if (tape.type(member) == Type.STRING) {
            Channel channel = channels.at(choice, join(place, "name"), false);
            frame.add(Treatment.NAME, channel, tape.start(member), tape.end(member));
          }
        }
        case ARGUMENTS -> {
          if (tape.type(member) == Type.STRING) {
            stream(member, channels.at(choice, join(place, "arguments"), true));
          } else {
            worth(member);
            texts(member);
          }
        }
        default -> {
          key(member, true);
          channel(member, join(place, key(member)));
        }
      }
    }
    if (tape.type(object) != Type.OBJECT) {
      texts(object);
    }
  }

  /** Unknown strings of a delta are channels keyed by their path. */
  private void channel(int node, List<Object> place) {
    switch (tape.type(node)) {
      case STRING -> {
        if (isOpaqueKey(node)) {
          worth(node);
          opaque(node);
        } else {
          stream(node, channels.at(choice, place, false));
        }
      }
      case OBJECT -> {
        for (int member = tape.first(node); member >= 0; member = tape.next(member)) {
          key(member, true);
          channel(member, join(place, key(member)));
        }
      }
      case ARRAY -> {
        int position = 0;
        for (int item = tape.first(node); item >= 0; item = tape.next(item)) {
          int index =
              tape.type(item) == Type.OBJECT
                  ? number(tape.find(item, INDEX), position, MAX_INDEX)
                  : position;
          channel(item, join(place, Math.min(index, MAX_INDEX)));
          position++;
        }
      }
      case NUMBER, TRUE, FALSE -> frame.worth();
      case NULL -> {}
    }
  }

  private void stream(int node, Channel channel) {
    frame.add(Treatment.STREAM, channel, tape.start(node), tape.end(node));
  }

  private static List<Object> join(List<Object> place, Object step) {
    List<Object> longer = new ArrayList<>(place);
    longer.add(step);
    return longer;
  }
}
