package io.keeptrusts.gateway.exchange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event of an answer on its way to the client: its JSON bytes as they came, and the places in
 * them that hold text. A view: bytes and fields are valid until the frame is loaded again, so who
 * keeps a frame copies it. One stream, one thread.
 */
public final class Frame {

  /** How the text of a field is treated. */
  public enum Treatment {
    /** A piece of a channel. */
    STREAM,
    /**
     * The text of a channel once more, as a whole: comes out as the channel did, is told and
     * recorded only once.
     */
    REPEAT,
    /** A text of its own: may be masked. */
    WHOLE,
    /** A name or an id: never rewritten, a match blocks. */
    NAME,
    /** The logprobs of a channel's text in the same frame: an array of tokens, or null. */
    LOGPROBS,
    /** Token ids of a choice's text: dropped when the text is changed. */
    TOKEN_IDS,
    /** The event's type, in plain letters: not checked, stands here for the voice. */
    EVENT,
    /** The event's number in the stream: not checked, stands here for the voice to set right. */
    NUMBER,
    /**
     * A signature over a channel's text: it ends the channel, and is emptied when the text was
     * changed.
     */
    SEAL,
    /** An embedding as a list of numbers: not checked, stands here for the voice to spell. */
    VECTOR
  }

  /**
   * A place in the JSON. For strings the range lies between the quotes, for other values it is the
   * value.
   */
  public static final class Field {
    private Treatment treatment = Treatment.WHOLE;
    private @Nullable Channel channel;
    private int from;
    private int to;

    public Treatment treatment() {
      return treatment;
    }

    /**
     * Set for everything that belongs to a channel: STREAM, REPEAT, LOGPROBS, TOKEN_IDS and SEAL.
     */
    public @Nullable Channel channel() {
      return channel;
    }

    public int from() {
      return from;
    }

    public int to() {
      return to;
    }
  }

  private byte[] json = new byte[0];
  private int from;
  private int to;
  private Field[] fields = new Field[8];
  private int size;
  private final BitSet choices = new BitSet();
  private final BitSet finished = new BitSet();
  private final List<ToolCall> calls = new ArrayList<>(0);
  private boolean complete;
  private boolean worth;
  private boolean substance;
  private boolean usageOnly;
  private boolean companions;
  private boolean seals;

  /** Starts over with other bytes; all fields and marks are gone. */
  public void load(byte[] bytes, int start, int end) {
    json = bytes;
    from = start;
    to = end;
    size = 0;
    choices.clear();
    finished.clear();
    if (!calls.isEmpty()) {
      calls.clear();
    }
    complete = false;
    worth = false;
    substance = false;
    usageOnly = false;
    companions = false;
    seals = false;
  }

  /** Starts over with other bytes and the marks of another frame, without its fields. */
  public void like(Frame other, byte[] bytes, int end) {
    load(bytes, 0, end);
    complete = other.complete;
    worth = other.worth;
    substance = other.substance;
    usageOnly = other.usageOnly;
    choices.or(other.choices);
    finished.or(other.finished);
    calls.addAll(other.calls);
  }

  /**
   * Takes the bytes of another event: one that differs in the text of the only field and in nothing
   * else, so that fields and marks stay.
   */
  public void again(byte[] bytes, int start, int end) {
    Field field = fields[0];
    field.from = start + field.from - from;
    field.to = end - (to - field.to);
    json = bytes;
    from = start;
    to = end;
  }

  /** A frame of its own that stays as this one is now. */
  public Frame copy() {
    Frame copy = new Frame();
    copy.like(this, Arrays.copyOfRange(json, from, to), to - from);
    for (int i = 0; i < size; i++) {
      copy.add(fields[i].treatment, fields[i].channel, fields[i].from - from, fields[i].to - from);
    }
    return copy;
  }

  /** Adds a field; fields are added in the order in which they stand in the JSON. */
  public void add(Treatment treatment, @Nullable Channel channel, int start, int end) {
    if (size == fields.length) {
      fields = Arrays.copyOf(fields, size * 2);
    }
    Field field = fields[size];
    if (field == null) {
      field = new Field();
      fields[size] = field;
    }
    size++;
    field.treatment = treatment;
    field.channel = channel;
    field.from = start;
    field.to = end;
    companions |= treatment == Treatment.LOGPROBS || treatment == Treatment.TOKEN_IDS;
    seals |= treatment == Treatment.SEAL;
  }

  /** Marks that the frame says something of a choice. */
  public void choice(int choice) {
    choices.set(choice);
  }

  /** Marks that the frame says something of a tool call. */
  public void call(ToolCall call) {
    calls.add(call);
  }

  /** Marks an end: the channels with this {@link Channel#ending} end with this frame. */
  public void finish(int ending) {
    finished.set(ending);
  }

  /** Marks a whole answer ({@code stream: false}): every channel ends with it. */
  public void complete() {
    complete = true;
  }

  /** Marks a frame that must reach the client even if no text is left in it. */
  public void worth() {
    worth = true;
  }

  /**
   * Marks a frame that says something: a tool call, a finish reason, usage. Text says something by
   * itself.
   */
  public void substance() {
    worth = true;
    substance = true;
  }

  /** Marks the chunk that brings nothing but usage. */
  public void usageOnly() {
    usageOnly = true;
  }

  public byte[] json() {
    return json;
  }

  public int from() {
    return from;
  }

  public int to() {
    return to;
  }

  public int size() {
    return size;
  }

  public Field field(int i) {
    return fields[i];
  }

  /** The choices that the frame speaks of. Not to be changed. */
  public BitSet choices() {
    return choices;
  }

  /** The tool calls that the frame speaks of. Not to be changed. */
  public List<ToolCall> calls() {
    return calls;
  }

  /** The endings of the channels that end with the frame; in a chat, choices. Not to be changed. */
  public BitSet finished() {
    return finished;
  }

  public boolean isComplete() {
    return complete;
  }

  public boolean hasWorth() {
    return worth;
  }

  /** Whether it brings a piece of one channel and nothing else that counts. */
  public boolean isPiece() {
    return size == 1
        && fields[0].treatment == Treatment.STREAM
        && !substance
        && calls.isEmpty()
        && finished.isEmpty();
  }

  /** Whether the frame says something: text, a tool call, a finish reason or usage. */
  public boolean hasSubstance() {
    if (substance) {
      return true;
    }
    for (int i = 0; i < size; i++) {
      if (fields[i].treatment == Treatment.STREAM && fields[i].to > fields[i].from) {
        return true;
      }
    }
    return false;
  }

  /** Whether logprobs or token ids stand beside the text. */
  public boolean hasCompanions() {
    return companions;
  }

  /** Whether a signature over a channel's text stands in it. */
  public boolean hasSeals() {
    return seals;
  }

  public boolean isUsageOnly() {
    return usageOnly;
  }
}
