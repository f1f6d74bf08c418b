package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.exchange.Channel;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Frame.Treatment;
import io.keeptrusts.gateway.exchange.Origin;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.exchange.Usage;
import io.keeptrusts.gateway.provider.ResponsesChannels.Entry;
import io.keeptrusts.gateway.provider.ResponsesChannels.Slot;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.JsonError;
import io.keeptrusts.gateway.wire.JsonTape;
import io.keeptrusts.gateway.wire.JsonTape.Type;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Frames of OpenAI's Responses API: the events of a stream and whole responses (facts: wire-formats
 * 3). Deltas are pieces of channels; what {@code .done} events and the terminal response say again
 * is checked again as a whole; every other string is a text of its own unless its key says
 * otherwise. Events that are not known pass like the others.
 */
public final class ResponsesShape implements Shape {
  private static final int MAX_INDEX = 4095;
  private static final byte[] TYPE = ascii("type");
  private static final byte[] ID = ascii("id");
  private static final byte[] MODEL = ascii("model");
  private static final byte[] OBJECT = ascii("object");
  private static final byte[] OUTPUT = ascii("output");
  private static final byte[] ERROR = ascii("error");
  private static final byte[] RESPONSE = ascii("response");
  private static final byte[] STATUS = ascii("status");
  private static final byte[] OUTPUT_INDEX = ascii("output_index");
  private static final byte[] ITEM_ID = ascii("item_id");
  private static final byte[] INPUT_TOKENS = ascii("input_tokens");
  private static final byte[] OUTPUT_TOKENS = ascii("output_tokens");
  private static final byte[] TOTAL_TOKENS = ascii("total_tokens");

  private final JsonTape tape = new JsonTape();
  private final ResponsesChannels channels = new ResponsesChannels();
  private final ResponsesFields fields = new ResponsesFields(tape, channels);
  private boolean numbered;
  private boolean terminated;
  private boolean answered;
  private @Nullable Usage counted;
  private String id = "";
  private String model = "";
  private String status = "";
  private byte[] json = new byte[0];
  private Frame frame = new Frame();

  // The event at hand.
  private String type = "";
  private @Nullable Slot slot;
  private boolean delta;
  private int output;
  private int part;

  private static byte[] ascii(String key) {
    return key.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void index(Frame next) {
    frame = next;
    json = next.json();
    fields.begin(next);
    try {
      tape.scan(json, next.from(), next.to());
    } catch (JsonError e) {
      throw ProviderFailure.broken(
          "The provider sent an event that is not JSON; check the target's base_url.");
    }
    if (tape.type(tape.root()) != Type.OBJECT) {
      throw ProviderFailure.broken("The provider sent an event that is not a JSON object.");
    }
    int named = tape.find(tape.root(), TYPE);
    type = named >= 0 ? string(named) : "";
    refuseFailure();
    if (type.isEmpty() && isResponse(tape.root())) {
      answered = true;
      response(tape.root(), false);
    } else {
      event();
    }
  }

  /**
   * @throws ProviderFailure if the event says that the provider has failed
   */
  private void refuseFailure() {
    int error = tape.find(tape.root(), ERROR);
    if (type.equals("error") || error >= 0 && !tape.isNull(error)) {
      throw ProviderErrors.inStream(json, frame.from(), frame.to());
    }
    int response = tape.find(tape.root(), RESPONSE);
    if (type.equals("response.failed")) {
      int at = response < 0 ? tape.root() : response;
      throw ProviderErrors.inStream(json, tape.start(at), tape.end(at));
    }
    int status = type.isEmpty() ? tape.find(tape.root(), STATUS) : -1;
    if (status >= 0 && string(status).equals("failed")) {
      throw ProviderErrors.inStream(json, frame.from(), frame.to());
    }
  }

  private boolean isResponse(int root) {
    int object = tape.find(root, OBJECT);
    int items = tape.find(root, OUTPUT);
    return items >= 0
        && tape.type(items) == Type.ARRAY
        && (object < 0 || string(object).equals("response"));
  }

  private void event() {
    delta = type.endsWith(".delta");
    boolean added = type.endsWith(".added");
    boolean done = type.endsWith(".done");
    slot = delta || added || done ? Slot.of(type.substring(0, type.lastIndexOf('.'))) : null;
    Slot parts = type.startsWith("response.reasoning_summary_part.") ? Slot.SUMMARY : Slot.TEXT;
    output = number(OUTPUT_INDEX);
    String index = slot == null ? parts.index() : slot.index();
    part = index == null ? 0 : number(ascii(index));
    int item = tape.find(tape.root(), ITEM_ID);
    fields.ofItem(item);
    boolean isPart = type.endsWith("_part.added") || type.endsWith("_part.done");
    if (added && (isPart || type.equals("response.output_item.added"))) {
      channels.renew(output, isPart ? parts.index() : null, part);
    }
    fields.calling(type, output);
    for (int member = tape.first(tape.root()); member >= 0; member = tape.next(member)) {
      member(member, parts);
    }
    if (done && type.equals("response.output_item.done")) {
      channels.all().stream().filter(entry -> entry.output == output).forEach(this::end);
    } else if (done && isPart) {
      channels.all().stream()
          .filter(
              entry ->
                  entry.output == output
                      && entry.part == part
                      && Objects.equals(parts.index(), entry.slot.index()))
          .forEach(this::end);
    } else if (done && slot != null) {
      end(fields.entry(slot, output, part));
    } else if (done) {
      channels.of(type.substring(0, type.length() - 4) + "delta", place()).forEach(this::end);
    } else if (isTerminal()) {
      terminated = true;
      frame.substance();
      channels.all().forEach(this::end);
    }
  }

  private boolean isTerminal() {
    return switch (type) {
      case "response.completed", "response.incomplete", "response.cancelled" -> true;
      default -> false;
    };
  }

  private void end(Entry entry) {
    if (!entry.ended) {
      entry.ended = true;
      frame.finish(entry.channel.ending());
    }
  }

  private void member(int member, Slot parts) {
    switch (Keys.of(tape, json, member)) {
      case TYPE -> type(member);
      case SEQUENCE_NUMBER -> {
        if (tape.type(member) == Type.NUMBER) {
          numbered = true;
          frame.add(Treatment.NUMBER, null, tape.start(member), tape.end(member));
        } else {
          fields.member(member);
        }
      }
      case DELTA -> delta(member);
      case LOGPROBS -> {
        if (slot != null && slot.equals(Slot.TEXT)) {
          fields.logprobs(member, fields.entry(slot, output, part), delta);
        } else {
          fields.member(member);
        }
      }
      case RESPONSE -> {
        if (tape.type(member) == Type.OBJECT) {
          response(member, true);
        } else {
          fields.member(member);
        }
      }
      case ITEM -> {
        if (tape.type(member) == Type.OBJECT) {
          fields.item(member, output);
        } else {
          fields.member(member);
        }
      }
      case PART -> {
        if (tape.type(member) == Type.OBJECT) {
          fields.part(member, parts, output, part);
        } else {
          fields.member(member);
        }
      }
      case NAME -> fields.name(member);
      case ERROR -> {}
      default -> other(member);
    }
  }

  private void type(int member) {
    if (tape.type(member) == Type.STRING && isPlain(tape.start(member), tape.end(member))) {
      frame.add(Treatment.EVENT, null, tape.start(member), tape.end(member));
    } else {
      fields.member(member);
    }
  }

  private void other(int member) {
    boolean text = tape.type(member) == Type.STRING;
    if (slot != null && !delta && text && tape.keyIs(member, slot.keyBytes())) {
      fields.said(member, fields.entry(slot, output, part));
    } else if (!delta) {
      fields.member(member);
      frame.worth();
    } else if (text && fields.isOpaqueKey(member)) {
      fields.opaque(member);
    } else if (tape.type(member) != Type.NUMBER) {
      fields.member(member);
    }
  }

  private void delta(int node) {
    switch (tape.type(node)) {
      case STRING -> stream(node, slot == null ? unknown(null) : fields.entry(slot, output, part));
      case OBJECT -> {
        for (int member = tape.first(node); member >= 0; member = tape.next(member)) {
          if (tape.type(member) != Type.STRING) {
            fields.member(member);
          } else if (fields.isOpaqueKey(member)) {
            fields.opaque(member);
          } else {
            fields.key(member, true);
            stream(member, unknown(fields.key(member)));
          }
        }
      }
      case ARRAY, NUMBER, TRUE, FALSE, NULL -> fields.member(node);
    }
  }

  private void stream(int node, Entry entry) {
    frame.add(Treatment.STREAM, entry.channel, tape.start(node), tape.end(node));
    entry.said |= tape.end(node) > tape.start(node);
  }

  /**
   * An event that is not known: its text belongs to whatever its type, its item and its indices
   * say.
   */
  private Entry unknown(@Nullable String deltaMember) {
    return channels.unknown(type, deltaMember, output, place());
  }

  /** The members of an event that say whose text it is. */
  private byte[] place() {
    Bytes envelope = new Bytes(128);
    for (int member = tape.first(tape.root()); member >= 0; member = tape.next(member)) {
      String key = fields.key(member);
      boolean index = key.endsWith("_index") && tape.type(member) == Type.NUMBER;
      if (index
          || key.equals("item_id")
              && tape.type(member) == Type.STRING
              && tape.find(tape.root(), OUTPUT_INDEX) < 0) {
        int quote = index ? 0 : 1;
        envelope.ascii(envelope.isEmpty() ? "\"" : ",\"").ascii(key).ascii("\":");
        envelope.add(json, tape.start(member) - quote, tape.end(member) + quote);
      }
    }
    return envelope.toByteArray();
  }

  private void response(int object, boolean repeated) {
    id = string(tape.find(object, ID));
    model = string(tape.find(object, MODEL));
    status = string(tape.find(object, STATUS));
    for (int member = tape.first(object); member >= 0; member = tape.next(member)) {
      switch (Keys.of(tape, json, member)) {
        case OUTPUT -> fields.output(member, repeated);
        case USAGE -> {
          if (!tape.isNull(member)) {
            count(member);
            fields.texts(member);
          }
        }
        default -> fields.member(member);
      }
    }
  }

  private void count(int object) {
    if (tape.type(object) == Type.OBJECT) {
      long input = fields.count(tape.find(object, INPUT_TOKENS));
      long said = fields.count(tape.find(object, OUTPUT_TOKENS));
      counted = new Usage(input, said, fields.count(tape.find(object, TOTAL_TOKENS)));
    }
  }

  private int number(byte[] key) {
    return fields.number(tape.find(tape.root(), key), 0, MAX_INDEX);
  }

  private String string(int node) {
    return node >= 0 && tape.type(node) == Type.STRING
        ? new String(
            json, tape.start(node), tape.end(node) - tape.start(node), StandardCharsets.UTF_8)
        : "";
  }

  private boolean isPlain(int from, int to) {
    for (int i = from; i < to; i++) {
      int b = json[i];
      if ((b < 'a' || b > 'z')
          && (b < 'A' || b > 'Z')
          && (b < '0' || b > '9')
          && b != '_'
          && b != '.') {
        return false;
      }
    }
    return to > from && to - from < 128;
  }

  @Override
  public byte[] carry(Channel channel, CharSequence text, byte @Nullable [] logprobs) {
    return channels.write(channel, text, logprobs, numbered);
  }

  @Override
  public byte[] finish(BitSet endings, String reason) {
    throw new IllegalStateException(
        "a response ends with its terminal event, which the voice tells");
  }

  @Override
  public @Nullable Usage usage() {
    return counted;
  }

  /** Whether the terminal event has come. */
  @Override
  public Origin origin() {
    return new Origin(id, model, status.isEmpty() ? List.of() : List.of(status));
  }

  @Override
  public boolean finished() {
    return terminated;
  }

  /** Whether a whole response was seen. */
  boolean answered() {
    return answered;
  }
}
