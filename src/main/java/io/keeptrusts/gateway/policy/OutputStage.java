package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.exchange.Channel;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Frame.Field;
import io.keeptrusts.gateway.exchange.Frame.Treatment;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.policy.TokenIds.Span;
import io.keeptrusts.gateway.policy.text.TextRules;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.JsonText;
import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Neighbouring realtime text policies over the frames of one answer: one check per channel, and the
 * bytes of a frame are touched only where its text is. A frame that no policy changed goes on as it
 * came.
 */
final class OutputStage implements OutputStep {
  private static final int MAX_NAME = 1024;
  private static final byte[] NOTHING = new byte[0];

  private final TextRules rules;
  private final Shape shape;
  private final Happenings happenings;
  private final boolean lastLook;
  private final OutputStep next;
  private final List<@Nullable ChannelCheck> checks = new ArrayList<>();
  private final Map<String, String> begun;
  private final Map<Channel, ChannelCheck> repeats = new HashMap<>();
  private final Map<Channel, StringBuilder> names = new HashMap<>();
  private final WholeText whole;
  private final StringBuilder out = new StringBuilder();
  private final Bytes encoded = new Bytes(128);
  private final Splice splice = new Splice();
  private final List<Span> spans = new ArrayList<>();
  private final Map<Integer, TokenIds> tokenIds = new HashMap<>();

  /** No text of the frame was dropped or masked as a whole. */
  private boolean kept = true;

  private char[] text = new char[256];

  /**
   * @param lastLook whether no stage after this one looks at texts
   */
  OutputStage(TextRules rules, OutputContext context, boolean lastLook, OutputStep next) {
    this.rules = rules;
    this.shape = context.shape();
    this.happenings = context.happenings();
    this.begun = context.begun();
    this.lastLook = lastLook;
    this.next = next;
    this.whole = new WholeText(rules);
  }

  @Override
  public void frame(Frame frame) {
    splice.begin(frame);
    spans.clear();
    kept = true;
    if (!repeats.isEmpty()) {
      repeats.clear();
    }
    for (int i = 0; i < frame.size(); i++) {
      Field field = frame.field(i);
      switch (field.treatment()) {
        case STREAM -> stream(frame, i, field);
        case REPEAT -> repeat(frame, i, field);
        case WHOLE -> whole(frame, i, field);
        case NAME -> name(frame, field);
        // What leaves here depends on the text, wherever that stands in the frame: see companions.
        case LOGPROBS, TOKEN_IDS, SEAL -> {}
        case EVENT, NUMBER, VECTOR -> {}
      }
    }
    if (frame.hasSeals()) {
      seals(frame);
    }
    endChannels(frame);
    if (frame.hasCompanions()) {
      companions(frame);
    }
    if (!splice.changed()) {
      next.frame(frame);
    } else if (frame.hasWorth() || splice.anyText()) {
      next.frame(splice.finish());
    }
    // Else nothing is left in it: its text joins the channel's next frame.
  }

  private void stream(Frame frame, int i, Field field) {
    Channel channel = Objects.requireNonNull(field.channel());
    ChannelCheck check = check(channel);
    int length = decode(frame, field);
    if (check.ended()) {
      if (length > 0) {
        happenings.late(length);
        splice.replace(i, NOTHING);
        kept = false;
      }
      return;
    }
    out.setLength(0);
    boolean untouched = check.feed(text, length, frame.hasCompanions(), out);
    if (frame.hasCompanions()) {
      spans.add(new Span(check, check.taken() - length, check.taken()));
    }
    if ((ends(frame, channel) || isSealed(frame, channel)) && isLast(frame, i, channel)) {
      check.end(out);
      untouched &= out.isEmpty();
      Blocks.throwIf(check.hit());
      if (!frame.hasCompanions() && carry(check)) {
        out.setLength(0); // a piece that was left as it is still stands in the frame
      }
    }
    if (!untouched) {
      check.tell(happenings);
    }
    Blocks.throwIf(check.hit());
    if (!untouched) {
      splice.replace(i, encode());
    }
  }

  /** What a channel has said, once more: the same check anew, so that it comes out the same. */
  private void repeat(Frame frame, int i, Field field) {
    Channel channel = Objects.requireNonNull(field.channel());
    ChannelCheck again = open(channel);
    int length = decode(frame, field);
    out.setLength(0);
    boolean untouched = again.feed(text, length, frame.hasCompanions(), out);
    again.end(out);
    Blocks.throwIf(again.hit());
    if (!untouched && CharBuffer.wrap(text, 0, length).compareTo(CharBuffer.wrap(out)) != 0) {
      splice.replace(i, encode());
    }
    if (!check(channel).spoke()) {
      again.tell(happenings);
    }
    repeats.put(channel, again);
  }

  private void whole(Frame frame, int i, Field field) {
    int length = decode(frame, field);
    String masked = whole.apply(text, length, happenings);
    Blocks.throwIf(whole.hit());
    if (masked != null) {
      out.setLength(0);
      out.append(masked);
      splice.replace(i, encode());
      kept = false;
    }
  }

  /** A name cannot be rewritten: the client would call something else. */
  private void name(Frame frame, Field field) {
    int length = decode(frame, field);
    Channel channel = field.channel();
    if (channel != null) {
      // A client puts the pieces of a name together.
      StringBuilder name = names.computeIfAbsent(channel, first -> new StringBuilder());
      name.append(text, 0, Math.min(length, MAX_NAME - Math.min(MAX_NAME, name.length())));
      if (name.length() > length) {
        length = name.length();
        text = text.length < length ? new char[length * 2] : text;
        name.getChars(0, length, text, 0);
      }
    }
    String masked = whole.apply(text, length, happenings);
    Blocks.throwIf(whole.hit());
    if (masked != null) {
      throw Blocks.name(whole.policy()).exception();
    }
  }

  /** Channels that end with this frame: what the others of them still hold goes out before it. */
  private void endChannels(Frame frame) {
    if (frame.finished().isEmpty() && !frame.isComplete()) {
      return;
    }
    for (ChannelCheck check : checks) {
      if (check != null && !check.ended() && ends(frame, check.channel())) {
        carryTail(check);
      }
    }
  }

  private void carryTail(ChannelCheck check) {
    out.setLength(0);
    check.end(out);
    check.tell(happenings);
    Blocks.throwIf(check.hit());
    byte[] logprobs = check.logprobs().release();
    if (!out.isEmpty()) {
      carry(check, logprobs);
    }
  }

  /** Text that logprobs of earlier frames wait for takes them along, in a frame of its own. */
  private boolean carry(ChannelCheck check) {
    byte[] logprobs = check.logprobs().release();
    if (logprobs == null) {
      return false;
    }
    carry(check, logprobs);
    return true;
  }

  private void carry(ChannelCheck check, byte @Nullable [] logprobs) {
    byte[] json = shape.carry(check.channel(), out, logprobs);
    Frame carried = new Frame();
    carried.load(json, 0, json.length);
    shape.index(carried);
    next.frame(carried);
  }

  /** A signature ends its text, and stays only if it would still verify. */
  private void seals(Frame frame) {
    for (int i = 0; i < frame.size(); i++) {
      Field field = frame.field(i);
      if (field.treatment() == Treatment.SEAL) {
        ChannelCheck check = check(Objects.requireNonNull(field.channel()));
        if (!check.ended()) {
          carryTail(check);
        }
        if (check.changed()) {
          splice.replace(i, NOTHING);
        }
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // one object per channel
  private static boolean isSealed(Frame frame, Channel channel) {
    for (int i = 0; frame.hasSeals() && i < frame.size(); i++) {
      if (frame.field(i).channel() == channel && frame.field(i).treatment() == Treatment.SEAL) {
        return true;
      }
    }
    return false;
  }

  /** Logprobs and token ids travel with their characters. */
  private void companions(Frame frame) {
    for (int i = 0; i < frame.size(); i++) {
      Field field = frame.field(i);
      if (field.treatment() == Treatment.TOKEN_IDS) {
        int choice = Objects.requireNonNull(field.channel()).choice();
        List<Span> texts =
            spans.stream().filter(span -> span.check().channel().choice() == choice).toList();
        byte[] ids =
            tokenIds
                .computeIfAbsent(choice, _ -> new TokenIds(lastLook))
                .take(frame, field, texts, kept);
        if (ids != null) {
          splice.replace(i, ids);
        }
      } else if (field.treatment() == Treatment.LOGPROBS) {
        Logprobs logprobs = spoken(Objects.requireNonNull(field.channel())).logprobs();
        if (!logprobs.take(frame.json(), field.from(), field.to(), whole, happenings)) {
          splice.replace(i, logprobs.array());
        }
      }
    }
  }

  @Override
  public void end() {
    for (ChannelCheck check : checks) {
      if (check != null && !check.ended()) {
        carryTail(check);
      }
    }
    for (ChannelCheck check : checks) {
      if (check != null) {
        check.tellSlides(happenings);
      }
    }
    next.end();
  }

  @Override
  public int held() {
    int held = next.held();
    for (ChannelCheck check : checks) {
      held += check == null || check.ended() ? 0 : check.held();
    }
    return held;
  }

  private ChannelCheck check(Channel channel) {
    while (checks.size() <= channel.ordinal()) {
      checks.add(null);
    }
    ChannelCheck check = checks.get(channel.ordinal());
    if (check == null) {
      check = open(channel);
      checks.set(channel.ordinal(), check);
    }
    return check;
  }

  private ChannelCheck open(Channel channel) {
    ChannelCheck check =
        new ChannelCheck(channel, channel.arguments() ? rules.arguments() : rules.plain());
    if (!begun.isEmpty()) {
      check.resume(begun.getOrDefault(channel.label(), ""));
    }
    return check;
  }

  /** The check that the channel's text in this frame went through. */
  private ChannelCheck spoken(Channel channel) {
    ChannelCheck again = repeats.get(channel);
    return again == null ? check(channel) : again;
  }

  private static boolean ends(Frame frame, Channel channel) {
    return frame.isComplete() || frame.finished().get(channel.ending());
  }

  @SuppressWarnings("ReferenceEquality") // one object per channel
  private static boolean isLast(Frame frame, int i, Channel channel) {
    for (int k = i + 1; k < frame.size(); k++) {
      if (frame.field(k).channel() == channel && frame.field(k).treatment() == Treatment.STREAM) {
        return false;
      }
    }
    return true;
  }

  private int decode(Frame frame, Field field) {
    int room = field.to() - field.from();
    if (text.length < room) {
      text = new char[Math.max(room, text.length * 2)];
    }
    return JsonText.decode(frame.json(), field.from(), field.to(), text, 0);
  }

  private byte[] encode() {
    encoded.reset();
    JsonText.encode(out, 0, out.length(), encoded);
    return encoded.toByteArray();
  }
}
