package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.exchange.Channel;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Frame.Treatment;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.exchange.Usage;
import io.keeptrusts.gateway.wire.JsonError;
import io.keeptrusts.gateway.wire.JsonTape;
import io.keeptrusts.gateway.wire.JsonTape.Type;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's list of embeddings: one frame, in which the vectors and the model's name are found.
 * There is no text in it, so nothing can be put in or ended.
 */
final class EmbeddingsShape implements Shape {
  private static final byte[] ERROR = key("error");
  private static final byte[] DATA = key("data");
  private static final byte[] EMBEDDING = key("embedding");
  private static final byte[] MODEL = key("model");
  private static final byte[] USAGE = key("usage");
  private static final byte[] PROMPT_TOKENS = key("prompt_tokens");
  private static final byte[] TOTAL_TOKENS = key("total_tokens");

  private final JsonTape tape = new JsonTape();
  private final JsonFields fields = new JsonFields(tape);
  private @Nullable Usage usage;

  private static byte[] key(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void index(Frame frame) {
    scan(frame);
    boolean found = false;
    for (int member = tape.first(tape.root()); member >= 0; member = tape.next(member)) {
      if (tape.keyIs(member, ERROR) && !tape.isNull(member)) {
        throw ProviderErrors.inStream(frame.json(), frame.from(), frame.to());
      } else if (tape.keyIs(member, DATA)) {
        found = vectors(member, frame);
      } else if (tape.keyIs(member, MODEL)) {
        frame.add(Treatment.NAME, null, tape.start(member), tape.end(member));
      } else if (tape.keyIs(member, USAGE)) {
        fields.begin(frame);
        long prompt = fields.count(tape.find(member, PROMPT_TOKENS));
        long total = fields.count(tape.find(member, TOTAL_TOKENS));
        usage = new Usage(prompt, 0, Math.max(prompt, total));
      }
    }
    if (!found) {
      throw none();
    }
  }

  /** False if that is not one vector at least, and nothing else. */
  private boolean vectors(int data, Frame frame) {
    int item = tape.first(data);
    boolean found = item >= 0;
    for (; item >= 0; item = tape.next(item)) {
      int vector = tape.find(item, EMBEDDING);
      if (vector < 0) {
        return false;
      }
      if (numbers(vector)) {
        frame.add(Treatment.VECTOR, null, tape.start(vector), tape.end(vector));
      }
    }
    return found;
  }

  private void scan(Frame frame) {
    try {
      tape.scan(frame.json(), frame.from(), frame.to());
    } catch (JsonError e) {
      throw none();
    }
  }

  static ProviderFailure none() {
    return ProviderFailure.broken(
        "The provider's answer holds no embeddings; check the target's base_url and model.");
  }

  private boolean numbers(int vector) {
    if (tape.type(vector) != Type.ARRAY || tape.first(vector) < 0) {
      return false;
    }
    for (int number = tape.first(vector); number >= 0; number = tape.next(number)) {
      if (tape.type(number) != Type.NUMBER) {
        return false;
      }
    }
    return true;
  }

  @Override
  public byte[] carry(Channel channel, CharSequence text, byte @Nullable [] logprobs) {
    throw new UnsupportedOperationException("vectors hold no text");
  }

  @Override
  public byte[] finish(BitSet choices, String reason) {
    throw new UnsupportedOperationException("vectors have no choices");
  }

  @Override
  public @Nullable Usage usage() {
    return usage;
  }

  @Override
  public boolean finished() {
    return false;
  }
}
