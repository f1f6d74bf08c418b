package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.PromptTexts;
import io.keeptrusts.gateway.exchange.Usage;
import io.keeptrusts.gateway.wire.Call;
import io.keeptrusts.gateway.wire.Transport;
import org.jspecify.annotations.Nullable;

/**
 * One chat completion that the gateway itself asks of a target, not streamed. One event loop;
 * {@link Then} is called once, unless it is cancelled.
 */
public final class Completion implements Call.Listener, Protocol.Sink {

  /** What becomes of it. */
  public interface Then {
    /**
     * @param text what the first choice says, perhaps empty
     */
    void said(String text, @Nullable Usage usage);

    void failed(GatewayException failure);
  }

  private final Then then;
  private final Protocol.Reader reader;
  private @Nullable Call call;
  private String text = "";
  private boolean over;

  private Completion(Target target, Protocol.Limits limits, Then then) {
    this.then = then;
    this.reader = target.vendor().protocol().read(false, limits, this);
  }

  /**
   * Asks.
   *
   * @throws GatewayException if the target cannot do what is asked
   */
  public static Completion ask(
      Target target, ObjectNode request, Transport transport, Protocol.Limits limits, Then then) {
    ObjectNode body = request.deepCopy().put("model", target.id());
    Prompt prompt = new Prompt(target.id(), false, false, body, PromptTexts.segments(body));
    Protocol.Outgoing outgoing = target.vendor().protocol().request(target, prompt);
    Completion asked = new Completion(target, limits, then);
    asked.call = transport.post(outgoing.endpoint(), outgoing.headers(), outgoing.body(), asked);
    return asked;
  }

  /** Nobody waits for it any more. */
  public void cancel() {
    over = true;
    if (call != null) {
      call.reset();
    }
  }

  @Override
  public void head(int status, Call.Headers headers) {
    step(() -> reader.head(status, headers));
  }

  @Override
  public void data(byte[] bytes, int from, int to) {
    step(() -> reader.data(bytes, from, to));
  }

  @Override
  public void end() {
    step(reader::end);
  }

  @Override
  public void failed(Call.Failure failure) {
    step(
        () -> {
          throw ProviderFailure.of(failure);
        });
  }

  @Override
  public void frame(Frame frame) {
    JsonNode answer = ExactJson.read(frame.json(), frame.from(), frame.to());
    text = answer == null ? "" : answer.at("/choices/0/message/content").asText("");
  }

  @Override
  public void done() {
    over = true;
    then.said(text, reader.shape().usage());
  }

  private void step(Runnable work) {
    if (over) {
      return;
    }
    try {
      work.run();
    } catch (GatewayException e) {
      cancel();
      then.failed(e);
    } catch (RuntimeException e) {
      cancel();
      then.failed(ProviderFailure.broken("The gateway failed while it read the answer."));
    }
  }
}
