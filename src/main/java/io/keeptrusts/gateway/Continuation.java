package io.keeptrusts.gateway;

import io.keeptrusts.gateway.dialect.Dialect;
import io.keeptrusts.gateway.exchange.Channel;
import io.keeptrusts.gateway.exchange.Channel.Kind;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Frame.Field;
import io.keeptrusts.gateway.exchange.Frame.Treatment;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.policy.Begun;
import io.keeptrusts.gateway.provider.Prefill;
import io.keeptrusts.gateway.provider.Target;
import io.keeptrusts.gateway.provider.Task;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.JsonText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What it takes for another target to go on with a stream that broke off when text had been
 * delivered ({@code providers.stream_failure: continue}). The next target is given the text that
 * the client has, as the beginning of its own answer; its text goes through the policies behind
 * what was said before, as if it were one text. Where a match could reach over that place nobody
 * goes on: what has left cannot be taken back.
 *
 * <p>It is possible while one choice is open, and speaks in its content; no tool call has begun; no
 * form of the answer was demanded. One exchange, one event loop.
 */
final class Continuation {
  private static final String CONTENT = "0/content";

  private final Visit visit;
  private final Prompt prompt;
  private final Map<String, StringBuilder> said = new LinkedHashMap<>();
  private final Map<String, StringBuilder> told = new LinkedHashMap<>();
  private final Seam seam = new Seam();
  private Map<String, String> begun = Map.of();
  private @Nullable GatewayError cause;
  private String open = "";

  /** White space that the next target was not shown, and may say again. */
  private String blank = "";

  private boolean possible = true;
  private boolean spoke;
  private int length;
  private char[] text = new char[256];

  private Continuation(Visit visit, Prompt prompt) {
    this.visit = visit;
    this.prompt = prompt;
  }

  /** Null where a stream that breaks off ends with an error in any case. */
  static @Nullable Continuation of(Visit visit, Prompt prompt) {
    boolean wanted =
        visit.pack().routes().routing().continues()
            && prompt.stream()
            && visit.dialect().task() == Task.CHAT
            && visit.pack().chain().bufferedBy() == null;
    return wanted ? new Continuation(visit, prompt) : null;
  }

  /** An answer begins: nothing of another one has left. */
  void forget() {
    said.clear();
    told.clear();
    open = "";
    length = 0;
    possible = true;
  }

  /** Whether the answers that come now go on with another one. */
  boolean goesOn() {
    return cause != null;
  }

  /** What the texts of the next answer go on with, by channel. */
  Map<String, String> begun() {
    return begun;
  }

  /**
   * From the provider, before the policies.
   *
   * @return the frame as it goes on; null if nothing is left to say in it
   */
  @Nullable Frame heard(Frame frame, Shape shape) {
    Frame next = blank.isEmpty() ? frame : withoutBlank(frame, shape);
    if (goesOn() && !spoke) {
      spoke = next.hasSubstance();
      if (!spoke) {
        return null; // a stream has one beginning
      }
    }
    possible &= next.calls().isEmpty() && next.finished().isEmpty();
    possible &= next.choices().length() <= 1;
    for (int i = 0; i < next.size() && possible; i++) {
      Field field = next.field(i);
      Channel channel = field.channel();
      if (field.treatment() == Treatment.STREAM && channel != null && field.to() > field.from()) {
        possible = channel.kind() == Kind.ANSWER || channel.kind() == Kind.OTHER;
        open = channel.label();
        length += add(said, open, next, field);
        possible &= length <= visit.settings().maxBuffered();
      }
    }
    return next;
  }

  /** On its way to the client, behind the policies. */
  Frame told(Frame frame) {
    Frame next = seam.envelope(frame);
    for (int i = 0; i < next.size() && possible; i++) {
      Field field = next.field(i);
      if (field.treatment() == Treatment.STREAM && field.channel() != null) {
        add(told, field.channel().label(), next, field);
      }
    }
    return next;
  }

  private int add(Map<String, StringBuilder> to, String label, Frame frame, Field field) {
    int count = decode(frame, field);
    to.computeIfAbsent(label, first -> new StringBuilder()).append(text, 0, count);
    return count;
  }

  private int decode(Frame frame, Field field) {
    if (text.length < field.to() - field.from()) {
      text = new char[2 * (field.to() - field.from())];
    }
    return JsonText.decode(frame.json(), field.from(), field.to(), text, 0);
  }

  /**
   * The answer has broken off; if another target may go on with it, the next answers do. To be
   * asked once for each.
   *
   * @param why what the client is told if nobody can
   */
  boolean cut(Target target, Dialect.Plan plan, GatewayError why) {
    boolean chat = plan.protocol() == target.vendor().protocol();
    if (!possible || !chat || !open.equals(CONTENT)) {
      return false;
    }
    Map<String, String> decided = new LinkedHashMap<>();
    for (Map.Entry<String, StringBuilder> channel : said.entrySet()) {
      Begun part = visit.pack().chain().begun(channel.getValue().toString());
      CharSequence left = Objects.requireNonNullElse(told.get(channel.getKey()), "");
      if (part == null || !part.told().contentEquals(left)) {
        return false;
      }
      // What another channel holds would be lost: only the open one is said again.
      boolean whole = part.text().length() == channel.getValue().length();
      if (!whole && !channel.getKey().equals(CONTENT)) {
        return false;
      }
      decided.put(channel.getKey(), part.text());
    }
    if (text().isEmpty()) {
      return false;
    }
    decided.forEach(
        (label, part) -> Objects.requireNonNull(said.get(label)).setLength(part.length()));
    begun = decided;
    blank = content().substring(text().length());
    spoke = false;
    cause = cause == null ? why : cause;
    seam.close(visit.usage());
    return true;
  }

  private String content() {
    return String.valueOf(Objects.requireNonNullElse(told.get(CONTENT), ""));
  }

  private String text() {
    return content().stripTrailing();
  }

  /**
   * How a target is asked to go on.
   *
   * @throws io.keeptrusts.gateway.exchange.GatewayException if it cannot
   */
  Dialect.Plan plan(Target target) {
    Dialect.Plan plan = visit.dialect().plan(target, prompt);
    Prefill prefill = target.vendor().prefill();
    String model = target.model() == null ? prompt.model() : target.model();
    if (plan.protocol() != target.vendor().protocol()
        || !prefill.takes(model)
        || !prefill.suits(plan.prompt().body())) {
      throw GatewayError.invalid("This target cannot go on with an answer.", null).exception();
    }
    Prompt asked = plan.prompt().with(prefill.write(plan.prompt().body(), text()));
    return new Dialect.Plan(plan.protocol(), asked, plan.voice());
  }

  /**
   * What the client is told when a target fails that was to go on: what had gone wrong at first.
   */
  GatewayError failure(GatewayError error) {
    return cause == null || spoke ? error : cause;
  }

  /** White space at the seam is said once. */
  private Frame withoutBlank(Frame frame, Shape shape) {
    for (int i = 0; i < frame.size(); i++) {
      Field field = frame.field(i);
      boolean content =
          field.treatment() == Treatment.STREAM
              && field.channel() != null
              && field.channel().label().equals(CONTENT);
      if (content && field.to() > field.from()) {
        int count = decode(frame, field);
        int same = 0;
        while (same < count && same < blank.length() && text[same] == blank.charAt(same)) {
          same++;
        }
        blank = same == count ? blank.substring(same) : "";
        return same == 0
            ? frame
            : without(frame, field, new String(text, same, count - same), shape);
      }
    }
    return frame;
  }

  private static Frame without(Frame frame, Field field, String rest, Shape shape) {
    Bytes json = new Bytes(frame.to() - frame.from());
    json.add(frame.json(), frame.from(), field.from());
    JsonText.encode(rest, 0, rest.length(), json);
    json.add(frame.json(), field.to(), frame.to());
    Frame cut = new Frame();
    cut.load(json.array(), 0, json.length());
    shape.index(cut);
    return cut;
  }
}
