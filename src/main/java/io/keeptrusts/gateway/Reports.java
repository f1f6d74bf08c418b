package io.keeptrusts.gateway;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Frame.Field;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.JsonTape;
import java.nio.charset.StandardCharsets;

/**
 * What policies report of an answer: a member of its last event, {@code "keeptrusts": {"<kind>":
 * report}}. Every other byte of the event stays as it is. One answer, one event loop.
 */
final class Reports {
  private static final String KEY = "keeptrusts";

  private final ObjectNode byKind = JsonNodeFactory.instance.objectNode();

  boolean isEmpty() {
    return byKind.isEmpty();
  }

  void add(String kind, ObjectNode report) {
    byKind.set(kind, report);
  }

  void forget() {
    byKind.removeAll();
  }

  /** The frame with the reports in it; a member of that name that the provider sent is replaced. */
  Frame attach(Frame frame) {
    JsonTape tape = new JsonTape();
    tape.scan(frame.json(), frame.from(), frame.to());
    int old = tape.find(tape.root(), KEY.getBytes(StandardCharsets.US_ASCII));
    int from = tape.end(tape.root()) - 1;
    int to = from;
    String member = ",\"" + KEY + "\":" + byKind;
    if (old >= 0) {
      int quote = tape.type(old) == JsonTape.Type.STRING ? 1 : 0;
      from = tape.start(old) - quote;
      to = tape.end(old) + quote;
      member = byKind.toString();
    }
    return splice(frame, from, to, member.getBytes(StandardCharsets.UTF_8));
  }

  private static Frame splice(Frame frame, int from, int to, byte[] by) {
    Bytes json = new Bytes(frame.to() - frame.from() + by.length);
    json.add(frame.json(), frame.from(), from).add(by).add(frame.json(), to, frame.to());
    Frame spliced = new Frame();
    spliced.like(frame, json.array(), json.length());
    for (int i = 0; i < frame.size(); i++) {
      Field field = frame.field(i);
      int shift = field.from() < to ? -frame.from() : by.length - (to - from) - frame.from();
      if (field.to() <= from || field.from() >= to) {
        spliced.add(field.treatment(), field.channel(), field.from() + shift, field.to() + shift);
      }
    }
    return spliced;
  }
}
