package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.wire.Call;
import io.keeptrusts.gateway.wire.Endpoint;
import java.util.List;
import java.util.Map;

/** How a family of providers is spoken to. Stateless. */
public interface Protocol {

  /**
   * What is sent to the provider.
   *
   * @throws io.keeptrusts.gateway.exchange.GatewayException 422 with the field's name for what this
   *     provider cannot do
   */
  Outgoing request(Target target, Prompt prompt);

  /** Opens a reader for one answer. */
  Reader read(boolean stream, Limits limits, Sink sink);

  /**
   * One request to a provider.
   *
   * @param headers all of them, the key among them
   * @param dropped fields of the client's request that this provider does not know and that are
   *     dropped by common expectation; announced to the client
   */
  record Outgoing(
      Endpoint endpoint, Map<String, String> headers, byte[] body, List<String> dropped) {}

  /**
   * Bounds on what a provider may send.
   *
   * @param maxEvent bytes of one event of a stream
   * @param maxAnswer bytes of an answer that is not streamed
   */
  record Limits(int maxEvent, int maxAnswer) {}

  /**
   * Takes the parts of one answer. All methods may throw {@link ProviderFailure}. One event loop.
   */
  interface Reader {
    /** How the frames of this answer are read and written. */
    Shape shape();

    void head(int status, Call.Headers headers);

    void data(byte[] bytes, int from, int to);

    /** The provider has closed the answer. */
    void end();
  }

  /** Where frames go. */
  interface Sink {
    /** The next frame, indexed; valid during the call. */
    void frame(Frame frame);

    /** The regular end: nothing that comes later belongs to the answer. */
    void done();
  }
}
