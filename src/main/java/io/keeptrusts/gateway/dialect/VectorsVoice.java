package io.keeptrusts.gateway.dialect;

import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Frame.Field;
import io.keeptrusts.gateway.exchange.Frame.Treatment;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.JsonText;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The vectors of one answer: as they came, but in base64 if the client asked for that and the
 * provider does not know it, and with a model's name, which clients want to find.
 */
final class VectorsVoice implements Voice {
  private final boolean base64;
  private final String model;

  VectorsVoice(boolean base64, String model) {
    this.base64 = base64;
    this.model = model;
  }

  @Override
  public void frame(Frame frame, Bytes out) {
    byte[] json = frame.json();
    int at = frame.from();
    boolean named = false;
    for (int i = 0; i < frame.size(); i++) {
      Field field = frame.field(i);
      named |= field.treatment() == Treatment.NAME;
      if (base64 && field.treatment() == Treatment.VECTOR) {
        out.add(json, at, field.from()).add((byte) '"');
        out.add(Base64.getEncoder().encode(floats(json, field.from(), field.to())));
        out.add((byte) '"');
        at = field.to();
      }
    }
    int end = frame.to();
    if (!named) {
      do {
        end--; // to the brace that closes the answer
      } while (json[end] != '}');
    }
    out.add(json, at, end);
    if (!named) {
      out.ascii(",\"model\":\"");
      JsonText.encode(model, 0, model.length(), out);
      out.ascii("\"}");
    }
  }

  /** OpenAI's base64: 32 bits for each number, the lowest byte first. */
  private static byte[] floats(byte[] json, int from, int to) {
    int count = 0;
    for (int i = from; i < to; i++) {
      if (json[i] == ',') {
        count++;
      }
    }
    ByteBuffer floats = ByteBuffer.allocate(4 * (count + 1)).order(ByteOrder.LITTLE_ENDIAN);
    int start = from + 1;
    for (int i = start; i < to; i++) {
      if (json[i] == ',' || json[i] == ']') {
        String number = new String(json, start, i - start, StandardCharsets.ISO_8859_1);
        floats.putFloat(Float.parseFloat(number));
        start = i + 1;
      }
    }
    return floats.array();
  }

  @Override
  public void end(Bytes out) {}

  @Override
  public void failed(GatewayError error, Shape shape, Bytes out) {
    throw new IllegalStateException("an answer that is not streamed has no head before its end");
  }
}
