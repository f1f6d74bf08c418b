package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.exchange.Channel;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Frame.Treatment;
import io.keeptrusts.gateway.exchange.Origin;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.exchange.Usage;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.JsonError;
import io.keeptrusts.gateway.wire.JsonTape;
import io.keeptrusts.gateway.wire.JsonTape.Type;
import io.keeptrusts.gateway.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frames of OpenAI chat completions: chunks of a stream and whole answers (facts: wire-formats 2,
 * 6, 7, 10). Every string is text unless its key says otherwise: known text fields are channels,
 * unknown ones inside a delta are channels keyed by their path, those outside are texts of their
 * own.
 */
public final class ChatShape implements Shape {
  private static final int MAX_CHOICE = 127;
  private static final int LONGEST_NAME = 128;
  private static final byte[] INDEX = ascii("index");
  private static final byte[] PROMPT_TOKENS = ascii("prompt_tokens");
  private static final byte[] COMPLETION_TOKENS = ascii("completion_tokens");
  private static final byte[] TOTAL_TOKENS = ascii("total_tokens");

  private final JsonTape tape = new JsonTape();
  private final ChatChannels channels = new ChatChannels();
  private final ChatFields fields = new ChatFields(tape, channels);
  private final Bytes envelope = new Bytes(256);
  private final BitSet seen = new BitSet();
  private final BitSet ended = new BitSet();
  private final List<String> finishReasons = new ArrayList<>();
  private String id = "";
  private String model = "";
  private boolean enveloped;
  private @Nullable Usage counted;
  private byte[] json = new byte[0];
  private Frame frame = new Frame();

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
    boolean choices = false;
    boolean usage = false;
    for (int member = tape.first(tape.root()); member >= 0; member = tape.next(member)) {
      switch (Keys.of(tape, json, member)) {
        case CHOICES -> choices = choices(member);
        case USAGE -> {
          if (!tape.isNull(member)) {
            usage = true;
            frame.substance();
            count(member);
            fields.texts(member);
          }
        }
        case ERROR -> {
          if (!tape.isNull(member)) {
            throw ProviderErrors.inStream(json, frame.from(), frame.to());
          }
        }
        case ID, OBJECT, MODEL, SYSTEM_FINGERPRINT, SERVICE_TIER, OBFUSCATION, P, CREATED ->
            fields.opaque(member);
        default -> fields.member(member);
      }
    }
    if (usage && !choices) {
      frame.usageOnly();
    }
    if (choices && !enveloped) {
      remember();
    }
  }

  private boolean choices(int array) {
    if (tape.type(array) != Type.ARRAY) {
      fields.texts(array);
      return false;
    }
    boolean any = false;
    int position = 0;
    for (int choice = tape.first(array); choice >= 0; choice = tape.next(choice)) {
      if (tape.type(choice) == Type.OBJECT) {
        any = true;
        choice(choice, fields.number(tape.find(choice, INDEX), position, MAX_CHOICE));
      } else {
        fields.texts(choice);
      }
      position++;
    }
    return any;
  }

  private void choice(int choice, int index) {
    seen.set(index);
    frame.choice(index);
    fields.once(choice);
    for (int member = tape.first(choice); member >= 0; member = tape.next(member)) {
      switch (Keys.of(tape, json, member)) {
        case DELTA, MESSAGE -> {
          if (tape.type(member) == Type.OBJECT) {
            fields.delta(member, index);
          } else {
            fields.texts(member);
          }
        }
        case FINISH_REASON -> {
          if (tape.type(member) == Type.STRING && tape.end(member) > tape.start(member)) {
            fields.opaque(member);
            frame.substance();
            frame.finish(index);
            if (!ended.get(index)) {
              ended.set(index);
              finishReasons.add(string(member));
            }
          }
        }
        case LOGPROBS -> logprobs(member, index);
        case TOKEN_IDS -> {
          if (!tape.isNull(member)) {
            frame.add(
                Treatment.TOKEN_IDS, channels.content(index), tape.start(member), tape.end(member));
          }
        }
        case INDEX -> {}
        default -> fields.member(member);
      }
    }
  }

  private void logprobs(int node, int choice) {
    if (tape.type(node) != Type.OBJECT) {
      fields.texts(node);
      return;
    }
    for (int member = tape.first(node); member >= 0; member = tape.next(member)) {
      switch (Keys.of(tape, json, member)) {
        case CONTENT ->
            frame.add(
                Treatment.LOGPROBS, channels.content(choice), tape.start(member), tape.end(member));
        case REFUSAL ->
            frame.add(
                Treatment.LOGPROBS, channels.refusal(choice), tape.start(member), tape.end(member));
        default -> {
          if (tape.type(member) == Type.ARRAY) {
            // DeepSeek lists those of reasoning_content: named like the field of the delta whose
            // text they spell.
            Channel channel = channels.at(choice, List.of(fields.key(member)), false);
            frame.add(Treatment.LOGPROBS, channel, tape.start(member), tape.end(member));
          } else {
            fields.texts(member);
          }
        }
      }
    }
  }

  private String string(int node) {
    int length = tape.end(node) - tape.start(node);
    return tape.type(node) == Type.STRING && length <= LONGEST_NAME
        ? new String(json, tape.start(node), length, StandardCharsets.UTF_8)
        : "";
  }

  private void remember() {
    for (int member = tape.first(tape.root()); member >= 0; member = tape.next(member)) {
      switch (Keys.of(tape, json, member)) {
        case ID, CREATED, MODEL, SYSTEM_FINGERPRINT, SERVICE_TIER -> {
          switch (Keys.of(tape, json, member)) {
            case ID -> id = string(member);
            case MODEL -> model = string(member);
            default -> {}
          }
          boolean string = tape.type(member) == Type.STRING;
          if (tape.type(member) != Type.OBJECT && tape.type(member) != Type.ARRAY) {
            int quote = string ? 1 : 0;
            envelope.add((byte) '"');
            envelope.add(json, tape.keyStart(member), tape.keyEnd(member));
            envelope.ascii("\":");
            envelope.add(json, tape.start(member) - quote, tape.end(member) + quote);
            envelope.add((byte) ',');
          }
        }
        default -> {}
      }
    }
    enveloped = true;
  }

  @Override
  public Origin origin() {
    return new Origin(id, model, finishReasons);
  }

  @Override
  public byte[] carry(Channel channel, CharSequence text, byte @Nullable [] logprobs) {
    Bytes out = open();
    out.ascii("{\"index\":" + channel.choice() + ",\"delta\":{");
    channels.write(channel, text, out);
    out.ascii("},");
    if (logprobs != null) {
      out.ascii("\"logprobs\":{\"");
      JsonText.encode(channel.path(), 0, channel.path().length(), out);
      out.ascii("\":[");
      out.add(logprobs);
      out.ascii("]},");
    }
    out.ascii("\"finish_reason\":null}]}");
    return out.toByteArray();
  }

  @Override
  public byte[] finish(BitSet open, String reason) {
    Bytes out = open();
    String separator = "";
    for (int choice = open.nextSetBit(0); choice >= 0; choice = open.nextSetBit(choice + 1)) {
      out.ascii(
          separator
              + "{\"index\":"
              + choice
              + ",\"delta\":{},\"logprobs\":null,\"finish_reason\":\""
              + reason
              + "\"}");
      separator = ",";
    }
    out.ascii("]}");
    return out.toByteArray();
  }

  private Bytes open() {
    Bytes out = new Bytes(512);
    out.ascii("{");
    out.add(envelope.array(), 0, envelope.length());
    out.ascii("\"object\":\"chat.completion.chunk\",\"choices\":[");
    return out;
  }

  @Override
  public boolean finished() {
    return !seen.isEmpty() && seen.equals(ended);
  }

  private void count(int object) {
    if (tape.type(object) == Type.OBJECT) {
      long prompt = fields.count(tape.find(object, PROMPT_TOKENS));
      long completion = fields.count(tape.find(object, COMPLETION_TOKENS));
      counted = new Usage(prompt, completion, fields.count(tape.find(object, TOTAL_TOKENS)));
    }
  }

  @Override
  public @Nullable Usage usage() {
    return counted;
  }

  /** Whether any choice was seen. */
  boolean answered() {
    return !seen.isEmpty();
  }
}
