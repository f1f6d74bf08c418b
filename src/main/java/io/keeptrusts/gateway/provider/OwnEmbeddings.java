package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.JsonError;
import io.keeptrusts.gateway.wire.JsonTape;
import io.keeptrusts.gateway.wire.JsonTape.Type;
import java.nio.charset.StandardCharsets;

/**
 * An answer of vectors in a provider's own words, said again in OpenAI's. Numbers keep their
 * spelling. Where tokens are not counted OpenAI's clients find a 0, as they insist on a number.
 */
public abstract class OwnEmbeddings extends EmbeddingsReader {
  private static final byte[] EMBEDDINGS = "embeddings".getBytes(StandardCharsets.US_ASCII);

  protected OwnEmbeddings(Protocol.Limits limits, Protocol.Sink sink) {
    super(limits, sink);
  }

  /** The list of numbers in an item of {@code embeddings}; -1 if there is none. */
  protected abstract int vector(JsonTape tape, int item);

  /** The value that counts the tokens of all texts; -1 if there is none. */
  protected abstract int tokens(JsonTape tape);

  @Override
  protected final void answer(byte[] body, int length) {
    JsonTape tape = new JsonTape();
    try {
      tape.scan(body, 0, length);
    } catch (JsonError e) {
      throw EmbeddingsShape.none();
    }
    Bytes out = new Bytes(length + 1024).ascii("{\"object\":\"list\",\"data\":[");
    int list = tape.find(tape.root(), EMBEDDINGS);
    int count = 0;
    for (int item = list < 0 ? -1 : tape.first(list); item >= 0; item = tape.next(item)) {
      int vector = vector(tape, item);
      if (vector < 0 || tape.type(vector) != Type.ARRAY) {
        throw EmbeddingsShape.none();
      }
      out.ascii(count == 0 ? "" : ",").ascii("{\"object\":\"embedding\",\"index\":" + count++);
      out.ascii(",\"embedding\":").add(body, tape.start(vector), tape.end(vector)).ascii("}");
    }
    if (count == 0) {
      throw EmbeddingsShape.none();
    }
    int counted = tokens(tape);
    String tokens =
        counted >= 0 && tape.type(counted) == Type.NUMBER
            ? new String(
                body,
                tape.start(counted),
                tape.end(counted) - tape.start(counted),
                StandardCharsets.US_ASCII)
            : "0";
    out.ascii("],\"usage\":{\"prompt_tokens\":" + tokens + ",\"total_tokens\":" + tokens + "}}");
    super.answer(out.array(), out.length());
  }
}
