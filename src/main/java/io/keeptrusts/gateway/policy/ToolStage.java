package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.exchange.Channel;
import io.keeptrusts.gateway.exchange.Channel.Kind;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Frame.Field;
import io.keeptrusts.gateway.exchange.Frame.Treatment;
import io.keeptrusts.gateway.exchange.ToolCall;
import io.keeptrusts.gateway.exchange.ToolCall.Part;
import io.keeptrusts.gateway.exchange.Verdict;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Decides about each tool call of an answer at its name. A name may come in pieces: frames that
 * speak of a call wait until its name cannot go on (its arguments begin, or its choice ends), so
 * that no piece of a forbidden name leaves. Calls of a choice keep their order; everything else
 * passes. Frames themselves are never changed.
 */
final class ToolStage implements OutputStep {
  private static final int LONGEST_NAME = 1024;

  /** Bytes and frames: no call needs so much before its arguments begin. */
  private static final int MOST_WAITING = 1 << 20;

  private static final int MOST_FRAMES = 1024;

  private record Key(int choice, int index) {}

  private static final class Call {
    private final Key key;
    private String name = "";
    private boolean decided;

    private Call(Key key) {
      this.key = key;
    }
  }

  private final String kind;
  private final ToolCheck.Calls check;
  private final boolean failOpen;
  private final OutputContext context;
  private final OutputStep next;
  private final Map<Key, Call> calls = new HashMap<>();
  private final Set<String> names = new HashSet<>();
  private final List<Frame> waiting = new ArrayList<>();
  private int bytes;

  ToolStage(
      String kind,
      ToolCheck.Calls check,
      boolean failOpen,
      OutputContext context,
      OutputStep next) {
    this.kind = kind;
    this.check = check;
    this.failOpen = failOpen;
    this.context = context;
    this.next = next;
  }

  @Override
  public void frame(Frame frame) {
    frame.calls().forEach(this::told);
    if (frame.isComplete()) {
      calls.values().forEach(this::decide);
    } else if (!frame.finished().isEmpty() && !frame.choices().isEmpty()) {
      calls.values().stream()
          .filter(call -> frame.finished().get(call.key.choice()))
          .forEach(this::decide);
    }
    if (!waiting.isEmpty()) {
      release();
    }
    if (mustWait(frame, waiting)) {
      waiting.add(frame.copy());
      bytes += frame.to() - frame.from();
      if (bytes > MOST_WAITING || waiting.size() > MOST_FRAMES) {
        throw Blocks.tooLong(kind, MOST_WAITING).exception();
      }
    } else {
      next.frame(frame);
    }
  }

  private void told(ToolCall told) {
    Call call = calls.computeIfAbsent(new Key(told.choice(), told.index()), Call::new);
    switch (told.part()) {
      case PIECE, LAST -> {
        piece(call, told.name());
        if (told.part() == Part.LAST) {
          decide(call);
        }
      }
      case WHOLE -> whole(call, told.name());
      case AGAIN -> {
        // Some vendors number the calls of a stream otherwise at its end.
        if (!names.contains(told.name())) {
          whole(call, told.name());
        }
        call.decided = true;
      }
    }
  }

  private void piece(Call call, String piece) {
    if (piece.isEmpty() || call.decided && piece.equals(call.name)) {
      return; // some vendors say the whole name with every piece of the arguments
    }
    call.name += piece;
    if (call.name.length() > LONGEST_NAME) {
      throw Blocks.tool(kind).exception();
    }
    if (call.decided) {
      // It goes on after all, or is another one now: clients differ in what they make of that.
      ask(piece);
      ask(call.name);
    }
  }

  private void whole(Call call, String name) {
    if (!call.decided || !name.equals(call.name)) {
      call.decided = true;
      call.name = name;
      ask(name);
    }
  }

  private void decide(Call call) {
    if (!call.decided) {
      call.decided = true;
      ask(call.name);
    }
  }

  private void ask(String name) {
    names.add(name);
    switch (FailSafe.verdict(kind, check, name, failOpen, context.happenings())) {
      case Verdict.Allow() -> {}
      case Verdict.Flag(String reason) -> context.happenings().flagged(kind, reason);
      case Verdict.Block block -> throw Blocks.tool(kind, block).exception();
      case Verdict.Escalate(String reason) -> throw Blocks.escalated(kind, reason).exception();
    }
  }

  /** Lets go what need not wait any more, in order. */
  private void release() {
    List<Frame> still = new ArrayList<>();
    for (Iterator<Frame> each = waiting.iterator(); each.hasNext(); ) {
      Frame frame = each.next();
      if (mustWait(frame, still)) {
        still.add(frame);
      } else {
        bytes -= frame.to() - frame.from();
        next.frame(frame);
      }
    }
    waiting.clear();
    waiting.addAll(still);
  }

  private boolean mustWait(Frame frame, List<Frame> before) {
    for (ToolCall call : frame.calls()) {
      if (!Objects.requireNonNull(calls.get(new Key(call.choice(), call.index()))).decided) {
        return true;
      }
    }
    for (Frame earlier : before) {
      if (overtakes(frame, earlier)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the order of these two can be seen by a client. */
  private static boolean overtakes(Frame frame, Frame earlier) {
    BitSet shared = choices(frame);
    shared.and(choices(earlier));
    if (shared.isEmpty()) {
      return false;
    }
    boolean calls = frame.calls().stream().anyMatch(call -> shared.get(call.choice()));
    return calls || frame.finished().intersects(shared) || speaks(earlier);
  }

  private static BitSet choices(Frame frame) {
    BitSet choices = (BitSet) frame.choices().clone();
    frame.calls().forEach(call -> choices.set(call.choice()));
    return choices;
  }

  /** Whether text stands in it beside what belongs to its calls. */
  private static boolean speaks(Frame frame) {
    for (int i = 0; i < frame.size(); i++) {
      Field field = frame.field(i);
      Channel channel = field.channel();
      if (field.treatment() == Treatment.STREAM
          && field.to() > field.from()
          && channel != null
          && !isOfCall(channel)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOfCall(Channel channel) {
    return channel.kind() == Kind.CALL
        || channel.path().startsWith("tool_calls[")
        || channel.path().startsWith("function_call");
  }

  @Override
  public void end() {
    calls.values().forEach(this::decide);
    release();
    next.end();
  }

  @Override
  public int held() {
    int held = next.held();
    for (Call call : waiting.isEmpty() ? List.<Call>of() : calls.values()) {
      held += call.decided ? 0 : call.name.length();
    }
    return held;
  }
}
