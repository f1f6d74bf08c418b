package io.keeptrusts.gateway.exchange;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where exchanges are traced. Thread-safe, never blocks, never sees text: what is told here are
 * names of the pack, codes and numbers, and of a provider's words only those that the policies let
 * pass.
 */
public interface Spans {

  /** An exchange begins, in the trace that its caller names, if it names one. */
  Serving serving(Exchange exchange, String operation);

  /** One exchange. Its methods are called on one event loop. */
  interface Serving {
    /** The id in lower-case hex as logs tell it; empty where nothing is traced. */
    String traceId();

    String spanId();

    /** The client asks for this model, and the pack knows it. */
    void model(String name, boolean stream);

    /** A target is asked. */
    Asking asking(Operation operation, String target);

    /**
     * A policy has decided.
     *
     * @param reason a code, or the label of what was found
     */
    void verdict(String phase, String policy, String verdict, String reason, int count);

    /** The first frame leaves for the client. */
    void firstToken();

    /**
     * The exchange is over.
     *
     * @param origin of the answer that was delivered
     */
    void end(Ended ended, Origin origin);
  }

  /** One request to a provider. One of the last three methods ends it. */
  interface Asking {
    /** What is sent along, so that the provider's own spans belong to the same trace. */
    Map<String, String> headers();

    /** Whether it is worth telling anything. */
    boolean isRecording();

    void status(int status);

    void firstToken();

    void succeeded(Origin origin, @Nullable Usage usage);

    /**
     * @param kind of failure, one of few
     */
    void failed(String kind);

    /** Ended by somebody else than the provider: a client that left, a policy. */
    void left();
  }

  /** Nothing is traced. */
  Spans NONE =
      new Spans() {
        private final Asking nobody =
            new Asking() {
              @Override
              public Map<String, String> headers() {
                return Map.of();
              }

              @Override
              public boolean isRecording() {
                return false;
              }

              @Override
              public void status(int status) {}

              @Override
              public void firstToken() {}

              @Override
              public void succeeded(Origin origin, @Nullable Usage usage) {}

              @Override
              public void failed(String kind) {}

              @Override
              public void left() {}
            };

        private final Serving nothing =
            new Serving() {
              @Override
              public String traceId() {
                return "";
              }

              @Override
              public String spanId() {
                return "";
              }

              @Override
              public void model(String name, boolean stream) {}

              @Override
              public Asking asking(Operation operation, String target) {
                return nobody;
              }

              @Override
              public void verdict(
                  String phase, String policy, String verdict, String reason, int count) {}

              @Override
              public void firstToken() {}

              @Override
              public void end(Ended ended, Origin origin) {}
            };

        @Override
        public Serving serving(Exchange exchange, String operation) {
          return nothing;
        }
      };
}
