package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Usage;
import io.keeptrusts.gateway.wire.Call;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a protocol's reader made of one answer.
 *
 * @param frames as text, in order
 * @param done whether the regular end came
 * @param failure what it threw; null if nothing
 */
record Played(
    List<String> frames, boolean done, @Nullable ProviderFailure failure, @Nullable Usage usage) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Protocol.Limits LIMITS = new Protocol.Limits(16 << 20, 64 << 20);

  static Played stream(String vendor, byte[]... pieces) {
    return play(vendor, true, 200, Map.of(), List.of(pieces));
  }

  static Played stream(String vendor, String body) {
    return stream(vendor, body.getBytes(StandardCharsets.UTF_8));
  }

  static Played stream(String vendor, List<byte[]> pieces) {
    return play(vendor, true, 200, Map.of(), pieces);
  }

  static Played whole(String vendor, byte[] body) {
    return play(vendor, false, 200, Map.of(), List.of(body));
  }

  static Played whole(String vendor, String body) {
    return whole(vendor, body.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @param headers names in lower case
   */
  static Played play(
      String vendor, boolean stream, int status, Map<String, String> headers, List<byte[]> pieces) {
    List<String> frames = new ArrayList<>();
    boolean[] done = new boolean[1];
    Protocol.Sink sink =
        new Protocol.Sink() {
          @Override
          public void frame(Frame frame) {
            if (done[0]) {
              throw new AssertionError("a frame after the end");
            }
            frames.add(
                new String(
                    frame.json(), frame.from(), frame.to() - frame.from(), StandardCharsets.UTF_8));
          }

          @Override
          public void done() {
            if (done[0]) {
              throw new AssertionError("ended twice");
            }
            done[0] = true;
          }
        };
    Protocol.Reader reader = Vendors.find(vendor).protocol().read(stream, LIMITS, sink);
    Call.Headers found = name -> headers.get(name.toLowerCase(Locale.ROOT));
    ProviderFailure failure = null;
    try {
      reader.head(status, found);
      for (byte[] piece : pieces) {
        // Lent, as on a socket: spoilt afterwards, so that nobody may keep it.
        byte[] lent = piece.clone();
        reader.data(lent, 0, lent.length);
        java.util.Arrays.fill(lent, (byte) '!');
      }
      reader.end();
    } catch (ProviderFailure e) {
      failure = e;
    }
    return new Played(frames, done[0], failure, reader.shape().usage());
  }

  List<JsonNode> trees() {
    return frames.stream().map(Played::tree).toList();
  }

  static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError(json, e);
    }
  }

  Transcript transcript() {
    return Transcript.of(trees());
  }
}
