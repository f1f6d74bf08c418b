package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.exchange.Channel;
import io.keeptrusts.gateway.exchange.Channel.Kind;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The channels of one response. What tells them apart is where they stand in the output, not their
 * item's id: that changes from event to event behind some vendors.
 */
final class ResponsesChannels {
  /** A bound on memory: no model has so many parts and tool calls. */
  private static final int MAX_CHANNELS = 4096;

  /**
   * What an item can hold text in.
   *
   * @param event the type of its events without {@code .delta} and {@code .done}
   * @param index the member that numbers it within its item; null if there is one only
   * @param key the member that holds it as a whole
   */
  record Slot(String event, @Nullable String index, String key, Kind kind, boolean arguments) {
    static final Slot TEXT =
        new Slot("response.output_text", "content_index", "text", Kind.ANSWER, false);
    static final Slot REFUSAL =
        new Slot("response.refusal", "content_index", "refusal", Kind.REFUSAL, false);
    static final Slot REASONING =
        new Slot("response.reasoning_text", "content_index", "text", Kind.OTHER, false);
    static final Slot SUMMARY =
        new Slot("response.reasoning_summary_text", "summary_index", "text", Kind.OTHER, false);
    static final Slot ARGUMENTS =
        new Slot("response.function_call_arguments", null, "arguments", Kind.CALL, true);

    /** Called by the provider itself: the answer follows. */
    static final Slot MCP_ARGUMENTS =
        new Slot("response.mcp_call_arguments", null, "arguments", Kind.OTHER, true);

    static final Slot INPUT =
        new Slot("response.custom_tool_call_input", null, "input", Kind.CALL, false);
    static final Slot CODE =
        new Slot("response.code_interpreter_call_code", null, "code", Kind.OTHER, false);
    static final Slot COMMAND =
        new Slot("response.shell_call_command", "command_index", "command", Kind.CALL, false);
    static final Slot DIFF =
        new Slot("response.apply_patch_call_operation_diff", null, "diff", Kind.CALL, false);

    private static final Map<String, Slot> BY_EVENT = new HashMap<>();

    static {
      for (Slot slot :
          List.of(
              TEXT,
              REFUSAL,
              REASONING,
              SUMMARY,
              ARGUMENTS,
              MCP_ARGUMENTS,
              INPUT,
              CODE,
              COMMAND,
              DIFF)) {
        BY_EVENT.put(slot.event, slot);
      }
    }

    static @Nullable Slot of(String event) {
      return BY_EVENT.get(event);
    }

    byte[] keyBytes() {
      return key.getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** One channel, and what its events look like. */
  static final class Entry {
    final Channel channel;
    final int output;
    final int part;
    final Slot slot;
    private final String deltaType;
    private final @Nullable String member;
    private final byte[] envelope;

    /** Whether any text of it has come. */
    boolean said;

    /** Whether logprobs have come with it. */
    boolean spelt;

    boolean ended;

    private Entry(
        Channel channel,
        Slot slot,
        int output,
        int part,
        String deltaType,
        @Nullable String member,
        byte[] envelope) {
      this.channel = channel;
      this.slot = slot;
      this.output = output;
      this.part = part;
      this.deltaType = deltaType;
      this.member = member;
      this.envelope = envelope;
    }
  }

  private final Map<String, Entry> open = new HashMap<>();
  private final List<Entry> all = new ArrayList<>();
  private @Nullable Entry last;

  /**
   * @param itemId the JSON of the item's id, without the quotes
   */
  Entry at(Slot slot, int output, int part, byte[] itemId) {
    Entry recent = last;
    if (recent != null
        && recent.slot.equals(slot)
        && recent.output == output
        && recent.part == part
        && recent.member == null) {
      return recent;
    }
    String path =
        "output["
            + output
            + "]."
            + (slot.index == null ? "" : slot.index.replace("_index", "") + "[" + part + "].")
            + slot.event.substring("response.".length());
    Entry entry = open.get(path);
    if (entry == null) {
      Bytes envelope = new Bytes(128);
      envelope.ascii("\"item_id\":\"").add(itemId).ascii("\",\"output_index\":" + output);
      if (slot.index != null) {
        envelope.ascii(",\"" + slot.index + "\":" + part);
      }
      entry = add(path, slot, output, part, slot.event + ".delta", null, envelope.toByteArray());
    }
    last = entry;
    return entry;
  }

  /**
   * A channel of an event that is not known.
   *
   * @param type the event's type
   * @param member the member of {@code delta} where it stands, null if that is a string itself
   * @param envelope the members of the event that say whose text it is
   */
  Entry unknown(String type, @Nullable String member, int output, byte[] envelope) {
    String path =
        type
            + (member == null ? "" : "." + member)
            + "{"
            + new String(envelope, StandardCharsets.UTF_8)
            + "}";
    Entry entry = open.get(path);
    return entry == null
        ? add(path, new Slot(type, null, "", Kind.OTHER, false), output, 0, type, member, envelope)
        : entry;
  }

  /** The channels that deltas of this type and place belong to. */
  List<Entry> of(String deltaType, byte[] envelope) {
    return all.stream()
        .filter(
            entry -> entry.deltaType.equals(deltaType) && Arrays.equals(entry.envelope, envelope))
        .toList();
  }

  private Entry add(
      String path,
      Slot slot,
      int output,
      int part,
      String type,
      @Nullable String member,
      byte[] envelope) {
    if (all.size() == MAX_CHANNELS) {
      throw ProviderFailure.broken(
          "The provider sent more than " + MAX_CHANNELS + " text channels in one answer.");
    }
    Channel channel = new Channel(all.size(), 0, all.size(), path, slot.kind, slot.arguments);
    Entry entry = new Entry(channel, slot, output, part, type, member, envelope);
    open.put(path, entry);
    all.add(entry);
    return entry;
  }

  List<Entry> all() {
    return all;
  }

  /** Whether any channel of this kind has said something. */
  boolean said(Slot slot) {
    return all.stream().anyMatch(entry -> entry.slot.equals(slot) && entry.said);
  }

  /**
   * A new item or part begins: what stood in its place before and is over has nothing to do with
   * it.
   */
  void renew(int output, @Nullable String index, int part) {
    open.values()
        .removeIf(
            entry ->
                entry.ended
                    && entry.output == output
                    && (index == null || index.equals(entry.slot.index) && entry.part == part));
    last = null;
  }

  /** An event that carries text of a channel. */
  byte[] write(Channel channel, CharSequence text, byte @Nullable [] logprobs, boolean numbered) {
    Entry entry = all.get(channel.ordinal());
    Bytes out = new Bytes(256);
    out.ascii("{\"type\":\"" + entry.deltaType + "\"");
    out.ascii(numbered ? ",\"sequence_number\":0" : "");
    if (entry.envelope.length > 0) {
      out.add((byte) ',').add(entry.envelope);
    }
    out.ascii(",\"delta\":");
    if (entry.member != null) {
      out.ascii("{\"");
      JsonText.encode(entry.member, 0, entry.member.length(), out);
      out.ascii("\":");
    }
    out.add((byte) '"');
    JsonText.encode(text, 0, text.length(), out);
    out.add((byte) '"');
    out.ascii(entry.member != null ? "}" : "");
    if (logprobs != null) {
      out.ascii(",\"logprobs\":[").add(logprobs).ascii("]");
    } else if (entry.slot.equals(Slot.TEXT)) {
      out.ascii(",\"logprobs\":[]");
    }
    return out.add((byte) '}').toByteArray();
  }
}
