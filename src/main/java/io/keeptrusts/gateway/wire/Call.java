package io.keeptrusts.gateway.wire;

/**
 * A request under way to a provider. One event loop; every method may be called at any time, also
 * after the end.
 */
public interface Call {

  /** Stops reading the answer: the provider's socket fills up. */
  void pause();

  void resume();

  /**
   * Gives the request up: the provider sees its connection closed. No listener method is called
   * afterwards.
   */
  void reset();

  /**
   * What becomes of a call. All methods are called on the event loop that made it; one of the last
   * two ends it.
   */
  interface Listener {

    /** Status and headers of the answer. */
    void head(int status, Headers headers);

    /** Bytes of the body, valid during the call only. */
    void data(byte[] bytes, int from, int to);

    /** The body has ended as its framing promised. */
    void end();

    void failed(Failure failure);
  }

  /** Why a call did not end regularly. */
  enum Failure {
    /** No connection, name not found, TLS refused. */
    CONNECT,
    /** The answer was cut. */
    CLOSED,
    /** Nothing came within the time allowed. */
    TIMEOUT
  }

  /** Response headers; names are case-insensitive. */
  interface Headers {
    @org.jspecify.annotations.Nullable
    String get(String name);
  }
}
