package io.keeptrusts.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.exchange.Usage;
import io.keeptrusts.gateway.policy.Judge;
import io.keeptrusts.gateway.policy.JudgeException;
import io.keeptrusts.gateway.policy.JudgeException.Reason;
import io.keeptrusts.gateway.provider.Completion;
import io.keeptrusts.gateway.provider.ProviderFailure;
import io.keeptrusts.gateway.provider.Target;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks the targets of an exchange's pack. A worker waits, the event loop of the exchange does the
 * rest; when the exchange is over, or the worker's time, the question is given up at once.
 */
final class AskingJudge implements Judge {
  private static final Logger LOG = Logger.getLogger(AskingJudge.class);

  private final Visit visit;

  /** On the loop alone. */
  private final Map<Question, Completion> open = new HashMap<>();

  private boolean over;

  AskingJudge(Visit visit) {
    this.visit = visit;
  }

  @Override
  public String ask(String target, ObjectNode request) {
    Target found = visit.pack().routes().target(target);
    if (found == null || found.missing() != null) {
      throw new JudgeException(target, Reason.UNAVAILABLE);
    }
    Question question = new Question(found);
    visit.loop().execute(() -> put(question, request));
    try {
      return question.answer.get();
    } catch (InterruptedException e) {
      visit.loop().execute(() -> question.fail(Reason.TIMEOUT));
      Thread.currentThread().interrupt();
      throw new JudgeException(target, Reason.TIMEOUT);
    } catch (ExecutionException e) {
      // An exchange that ends because this worker's time is up cancels its questions, too.
      Reason reason =
          Thread.currentThread().isInterrupted()
              ? Reason.TIMEOUT
              : e.getCause() instanceof JudgeException why ? why.reason() : Reason.FAILED;
      throw new JudgeException(target, reason);
    }
  }

  private void put(Question question, ObjectNode request) {
    if (over) {
      question.fail(Reason.CANCELLED);
      return;
    }
    Target target = question.target;
    Inquiry inquiry = visit.judging(target);
    question.inquiry = inquiry;
    try {
      open.put(
          question,
          Completion.ask(
              target,
              request,
              inquiry.over(visit.transport(target.vendor())),
              visit.settings().limits(),
              question));
    } catch (GatewayException e) {
      question.failed(e);
    }
  }

  /** The exchange is over: what was asked is given up. */
  void close() {
    over = true;
    Map.copyOf(open).keySet().forEach(question -> question.fail(Reason.CANCELLED));
  }

  private final class Question implements Completion.Then {
    private final Target target;
    private @Nullable Inquiry inquiry;
    private final CompletableFuture<String> answer = new CompletableFuture<>();

    Question(Target target) {
      this.target = target;
    }

    @Override
    public void said(String text, @Nullable Usage usage) {
      open.remove(this);
      if (inquiry != null) {
        inquiry.succeeded(usage);
      }
      visit.judged(target, usage);
      if (text.isBlank()) {
        fail(Reason.SENSELESS);
      } else {
        answer.complete(text);
      }
    }

    @Override
    public void failed(GatewayException failure) {
      LOG.warnf(
          "exchange=%s judge=%s error=%s",
          visit.exchange().id(), target.id(), failure.error().code());
      if (inquiry != null && failure instanceof ProviderFailure provider) {
        inquiry.failed(provider);
      }
      fail(Reason.FAILED);
    }

    void fail(Reason reason) {
      if (inquiry != null) {
        inquiry.left();
      }
      Completion asked = open.remove(this);
      if (asked != null) {
        asked.cancel();
      }
      answer.completeExceptionally(new JudgeException(target.id(), reason));
    }
  }
}
