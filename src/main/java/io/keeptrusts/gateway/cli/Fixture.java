package io.keeptrusts.gateway.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One test of a pack: what is asked, what the provider answers, what must come of it. Read by
 * {@link FixtureReader}; immutable but for its trees, which nobody changes.
 *
 * @param file where it stands
 * @param request the body of a chat completion; perhaps without a model, and without {@code stream}
 * @param headers of the request, by their name as written
 * @param upstream what is answered to one attempt after the other, at least one; the last one to
 *     all further ones
 * @param judge what a judge says, one question after the other, the last one again and again
 */
record Fixture(
    Path file,
    String name,
    ObjectNode request,
    Map<String, String> headers,
    List<Answer> upstream,
    List<String> judge,
    Expect expect) {

  Fixture {
    headers = Map.copyOf(headers);
    upstream = List.copyOf(upstream);
    judge = List.copyOf(judge);
  }

  /** The same in a suite. */
  Fixture in(String suite) {
    return new Fixture(file, suite + ": " + name, request, headers, upstream, judge, expect);
  }

  /** The provider whose protocol the answers speak. */
  String provider() {
    return upstream.getFirst().provider();
  }

  /**
   * Whether the answer is asked for as a stream: all are, but for recorded whole ones and where the
   * request says otherwise.
   */
  boolean stream() {
    return request.path("stream").asBoolean(true)
        && !(upstream.getFirst() instanceof Recorded(_, _, var type, _)
            && type.equals("application/json"));
  }

  /** An answer of the provider. */
  sealed interface Answer {
    String provider();

    int status();
  }

  /**
   * Text in the chunks of a model.
   *
   * @param chunks in order; with an error's status they are its message
   */
  record Spoken(int status, List<String> chunks) implements Answer {
    Spoken {
      chunks = List.copyOf(chunks);
    }

    /** Speaks OpenAI's protocol without a key. */
    @Override
    public String provider() {
      return "demo";
    }
  }

  /** What stood on the wire once. */
  record Recorded(String provider, int status, String contentType, byte[] body) implements Answer {}

  /**
   * What the caller is to be told; null and empty: whatever.
   *
   * @param reason code of the verdict, with {@code _} or {@code .}
   */
  record Expect(
      @Nullable Outcome outcome,
      @Nullable String policy,
      @Nullable String code,
      @Nullable String reason,
      @Nullable Integer status,
      Texts output,
      Texts sent) {}

  /** What the chain makes of a request and its answer. */
  enum Outcome {
    ALLOW,
    REDACT,
    BLOCK,
    ESCALATE,
    /** No verdict of a policy: a request or a provider that failed. */
    ERROR
  }

  /**
   * What a text must be like.
   *
   * @param exact the whole of it; null: whatever
   */
  record Texts(@Nullable String exact, List<String> contains, List<String> lacks) {
    static final Texts ANY = new Texts(null, List.of(), List.of());
  }
}
