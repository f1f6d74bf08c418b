package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.exchange.Frame.Treatment;
import io.keeptrusts.gateway.exchange.ToolCall;
import io.keeptrusts.gateway.exchange.ToolCall.Part;
import io.keeptrusts.gateway.provider.ResponsesChannels.Entry;
import io.keeptrusts.gateway.provider.ResponsesChannels.Slot;
import io.keeptrusts.gateway.wire.JsonTape;
import io.keeptrusts.gateway.wire.JsonTape.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds the text of output items and their parts, wherever they stand: in events of their own or in
 * the whole response.
 */
final class ResponsesFields extends JsonFields {
  private static final byte[] TYPE = "type".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ID = "id".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NAME = "name".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NAMESPACE = "namespace".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SERVER = "server_label".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NO_ID = {};

  private final ResponsesChannels channels;
  private byte[] itemId = NO_ID;
  private boolean terminal;
  private boolean again;

  ResponsesFields(JsonTape tape, ResponsesChannels channels) {
    super(tape);
    this.channels = channels;
  }

  /**
   * {@code response}, or an answer that is not streamed: each item of its output by its position.
   *
   * @param repeated whether a stream has told the items before
   */
  void output(int array, boolean repeated) {
    if (tape.type(array) != Type.ARRAY) {
      member(array);
      return;
    }
    terminal = true;
    again = repeated;
    int position = 0;
    for (int item = tape.first(array); item >= 0; item = tape.next(item)) {
      if (tape.type(item) == Type.OBJECT) {
        item(item, position);
      } else {
        texts(item);
      }
      position++;
    }
    terminal = false;
    again = false;
  }

  void item(int item, int output) {
    frame.worth();
    itemId = string(tape.find(item, ID));
    int kind = tape.find(item, TYPE);
    if (!is(kind, "message") && !is(kind, "reasoning")) {
      frame.substance();
    }
    called(item, kind < 0 ? "" : text(kind), output);
    for (int member = tape.first(item); member >= 0; member = tape.next(member)) {
      boolean text = tape.type(member) == Type.STRING;
      switch (Keys.of(tape, json, member)) {
        case NAME, NAMESPACE -> name(member);
        case ARGUMENTS ->
            said(
                member, is(kind, "function_call") ? Slot.ARGUMENTS : Slot.MCP_ARGUMENTS, output, 0);
        case INPUT -> said(member, Slot.INPUT, output, 0);
        case CODE -> said(member, Slot.CODE, output, 0);
        case CONTENT -> parts(member, output, is(kind, "reasoning") ? Slot.REASONING : Slot.TEXT);
        case SUMMARY -> parts(member, output, Slot.SUMMARY);
        case ACTION, OPERATION -> action(member, output);
        case RESULT -> {
          if (text && is(kind, "image_generation_call")) {
            opaque(member);
          } else {
            member(member);
          }
        }
        default -> member(member);
      }
    }
  }

  private void called(int item, String type, int output) {
    String name =
        switch (type) {
          case "function_call", "custom_tool_call" -> qualified(item, NAMESPACE);
          case "mcp_call", "mcp_approval_request" -> qualified(item, SERVER);
          default -> type.endsWith("_call") ? type.substring(0, type.length() - 5) : null;
        };
    if (name != null) {
      Part part = again ? Part.AGAIN : name.isEmpty() ? Part.PIECE : Part.WHOLE;
      frame.call(new ToolCall(0, output, name, part));
    }
  }

  private String qualified(int item, byte[] byMember) {
    int owner = tape.find(item, byMember);
    int name = tape.find(item, NAME);
    String prefix = owner < 0 ? "" : text(owner);
    String own = name < 0 ? "" : text(name);
    return prefix.isEmpty() || own.isEmpty() ? own : prefix + "." + own;
  }

  /**
   * An event of a call without its item: of a tool of the provider's it tells the name.
   *
   * @param type such as {@code response.web_search_call.searching}
   */
  void calling(String type, int output) {
    int end = type.indexOf("_call");
    if (end > 0 && type.startsWith("response.")) {
      String tool = type.substring("response.".length(), end);
      boolean unnamed = tool.equals("function") || tool.equals("custom_tool") || tool.equals("mcp");
      frame.call(new ToolCall(0, output, unnamed ? "" : tool, unnamed ? Part.PIECE : Part.WHOLE));
    }
  }

  private void parts(int array, int output, Slot slot) {
    if (tape.type(array) != Type.ARRAY) {
      member(array);
      return;
    }
    int position = 0;
    for (int part = tape.first(array); part >= 0; part = tape.next(part)) {
      if (tape.type(part) == Type.OBJECT) {
        part(part, slot, output, position);
      } else {
        texts(part);
      }
      position++;
    }
  }

  /**
   * @param slot what its {@code text} is, unless its type says otherwise
   */
  void part(int part, Slot slot, int output, int position) {
    Slot text = is(tape.find(part, TYPE), "reasoning_text") ? Slot.REASONING : slot;
    for (int member = tape.first(part); member >= 0; member = tape.next(member)) {
      switch (Keys.of(tape, json, member)) {
        case TEXT -> said(member, text, output, position);
        case REFUSAL -> said(member, Slot.REFUSAL, output, position);
        case LOGPROBS -> logprobs(member, channels.at(text, output, position, itemId), false);
        default -> member(member);
      }
    }
  }

  private void action(int action, int output) {
    if (tape.type(action) != Type.OBJECT) {
      member(action);
      return;
    }
    for (int member = tape.first(action); member >= 0; member = tape.next(member)) {
      switch (Keys.of(tape, json, member)) {
        case DIFF -> said(member, Slot.DIFF, output, 0);
        case COMMANDS -> {
          int position = 0;
          for (int command = tape.first(member); command >= 0; command = tape.next(command)) {
            said(command, Slot.COMMAND, output, position++);
          }
        }
        default -> member(member);
      }
    }
  }

  /** The event that follows speaks of this item. */
  void ofItem(int id) {
    itemId = string(id);
  }

  Entry entry(Slot slot, int output, int part) {
    return channels.at(slot, output, part, itemId);
  }

  private void said(int node, Slot slot, int output, int part) {
    if (tape.type(node) == Type.STRING) {
      said(node, entry(slot, output, part));
    } else {
      texts(node);
    }
  }

  /**
   * The text of a channel as a whole: its first appearance is its text, any further one repeats it.
   */
  void said(int node, Entry entry) {
    frame.worth();
    if (tape.start(node) == tape.end(node)) {
      return;
    }
    // A vendor that counts its items otherwise in the end says nothing new there.
    boolean again = entry.said || entry.ended || terminal && channels.said(entry.slot);
    frame.add(
        again ? Treatment.REPEAT : Treatment.STREAM,
        entry.channel,
        tape.start(node),
        tape.end(node));
    entry.said = true;
  }

  /**
   * @param delta whether they stand beside a piece of the text
   */
  void logprobs(int node, Entry entry, boolean delta) {
    if (tape.type(node) != Type.ARRAY) {
      texts(node);
      return;
    }
    boolean any = tape.first(node) >= 0;
    // An empty array is what OpenAI sends where nobody asked.
    if (any || delta && entry.spelt) {
      entry.spelt = true;
      frame.add(Treatment.LOGPROBS, entry.channel, tape.start(node), tape.end(node));
    }
  }

  void name(int node) {
    if (tape.type(node) == Type.STRING) {
      called(node);
      frame.add(Treatment.NAME, null, tape.start(node), tape.end(node));
    } else {
      member(node);
    }
  }

  private byte[] string(int node) {
    return node >= 0 && tape.type(node) == Type.STRING
        ? Arrays.copyOfRange(json, tape.start(node), tape.end(node))
        : NO_ID;
  }

  private boolean is(int node, String value) {
    return node >= 0 && Arrays.equals(string(node), value.getBytes(StandardCharsets.US_ASCII));
  }
}
