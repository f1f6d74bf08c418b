package io.keeptrusts.gateway.policy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Answer;
import io.keeptrusts.gateway.exchange.Channel;
import io.keeptrusts.gateway.exchange.Channel.Kind;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Frame.Field;
import io.keeptrusts.gateway.exchange.Frame.Treatment;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.wire.JsonText;
import io.keeptrusts.gateway.wire.WorkerPool.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A buffered policy: collects the answer as the policies before it left it, decides, then gives the
 * frames to those after it. When the provider fails while it collects, nothing of the answer
 * leaves.
 */
final class BufferedStage implements OutputStep {

  private static final class Texts {
    private final StringBuilder content = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final StringBuilder refusal = new StringBuilder();
    private int toolCalls;
  }

  private final Policy policy;
  private final boolean failOpen;
  private final OutputContext context;
  private final OutputStep next;
  private final List<Frame> frames = new ArrayList<>();
  private final TreeMap<Integer, Texts> choices = new TreeMap<>();
  private final List<Channel> calls = new ArrayList<>();
  private final FinishReasons finishes = new FinishReasons();
  private long size;
  private @Nullable ObjectNode told;

  BufferedStage(Policy policy, boolean failOpen, OutputContext context, OutputStep next) {
    this.policy = policy;
    this.failOpen = failOpen;
    this.context = context;
    this.next = next;
  }

  @Override
  public void frame(Frame frame) {
    size += frame.to() - frame.from();
    if (size > context.maxBuffered()) {
      throw Blocks.tooLong(policy.kind(), context.maxBuffered()).exception();
    }
    frames.add(frame.copy());
    if (policy.answer() != null) {
      if (!frame.finished().isEmpty()) {
        finishes.read(frame);
      }
      for (int i = 0; i < frame.size(); i++) {
        if (frame.field(i).treatment() == Treatment.STREAM) {
          collect(frame, frame.field(i));
        }
      }
    }
  }

  private void collect(Frame frame, Field field) {
    Channel channel = java.util.Objects.requireNonNull(field.channel());
    Texts texts = choices.computeIfAbsent(channel.choice(), choice -> new Texts());
    if (channel.kind() == Kind.CALL) {
      if (!calls.contains(channel)) {
        calls.add(channel);
        texts.toolCalls++;
      }
      return;
    }
    StringBuilder to =
        switch (channel.kind()) {
          case ANSWER -> texts.content;
          case REFUSAL -> texts.refusal;
          case OTHER, CALL -> texts.reasoning;
        };
    char[] chars = new char[field.to() - field.from()];
    to.append(chars, 0, JsonText.decode(frame.json(), field.from(), field.to(), chars, 0));
  }

  @Override
  public void end() {
    AnswerCheck check = policy.answer();
    Replacement own = context.course().replacement();
    if (own != null && own.kind().equals(policy.kind())) {
      told = own.report();
      release();
      return;
    }
    if (check == null) {
      release();
      return;
    }
    Answer answer = answer();
    context
        .workers()
        .call(() -> check.check(answer, context.prompt(), context.judge()), this::decided);
  }

  private Answer answer() {
    if (!frames.isEmpty()) {
      finishes.read(frames.getLast()); // of a response, and of an answer in one piece
    }
    List<Answer.Choice> assembled = new ArrayList<>();
    choices.forEach(
        (index, texts) ->
            assembled.add(
                new Answer.Choice(
                    index,
                    texts.content.toString(),
                    texts.reasoning.toString(),
                    texts.refusal.toString(),
                    texts.toolCalls,
                    finishes.of(index))));
    return new Answer(assembled);
  }

  private void decided(Outcome<Verdict.OnAnswer> outcome) {
    String kind = policy.kind();
    switch (outcome) {
      case Outcome.Done<Verdict.OnAnswer>(Verdict.OnAnswer verdict) -> decided(verdict);
      case Outcome.Failed<Verdict.OnAnswer>(RejectedExecutionException _) -> fail(Blocks.busy());
      case Outcome.Failed<Verdict.OnAnswer> _ when failOpen -> {
        context.happenings().skipped(kind);
        release();
      }
      case Outcome.Failed<Verdict.OnAnswer> _ -> fail(Blocks.failed(kind, false));
    }
  }

  private void decided(Verdict.OnAnswer verdict) {
    switch (verdict) {
      case Verdict.Allow() -> release();
      case Verdict.Flag(String reason) -> {
        context.happenings().flagged(policy.kind(), reason);
        release();
      }
      case Verdict.Report(ObjectNode report, Verdict.OnAnswer then) -> {
        told = report;
        decided(then);
      }
      case Verdict.Replace(String text, String reason) -> replace(text, reason);
      case Verdict.Retry(String reason, Verdict.OnAnswer otherwise) -> {
        if (!context.course().retry(policy.kind(), reason)) {
          decided(otherwise);
        }
      }
      case Verdict.Block block -> fail(Blocks.of(policy.kind(), block, false));
      case Verdict.Escalate(String reason) -> fail(Blocks.escalated(policy.kind(), reason));
    }
  }

  /** Nothing has left yet: the text takes the place of all that was collected. */
  private void replace(String text, String reason) {
    ObjectNode report = told == null ? JsonNodeFactory.instance.objectNode() : told.deepCopy();
    report.put("replaced", reason);
    if (!context.course().replace(new Replacement(policy.kind(), text, reason, report))) {
      fail(Blocks.output(policy.kind()));
    }
  }

  private void fail(GatewayError error) {
    context.course().failed(error.exception());
  }

  @Override
  public int held() {
    return next.held();
  }

  private void release() {
    try {
      if (told != null) {
        context.course().report(policy.kind(), told);
      }
      frames.forEach(next::frame);
      frames.clear();
      next.end();
    } catch (GatewayException e) {
      context.course().failed(e);
    }
  }
}
