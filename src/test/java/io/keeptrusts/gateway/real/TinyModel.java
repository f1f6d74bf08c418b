package io.keeptrusts.gateway.real;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A language model of one layer with random weights, whose tokens are single bytes, in the GGUF
 * format (ggml, docs/gguf.md, version 3). It knows nothing; a grammar makes it say what a test
 * needs, a byte at a time: every text comes cut at each of its characters.
 */
final class TinyModel {
  private static final int WIDTH = 32;
  private static final int HIDDEN = 64;
  private static final int SPECIAL = 3;
  private static final int TOKENS = SPECIAL + 256;
  private static final int CONTEXT = 65536;
  private static final int ALIGNMENT = 32;

  private static final int U32 = 4;
  private static final int I32 = 5;
  private static final int F32 = 6;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  private static final String TEMPLATE =
      "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant:";

  private record Tensor(String name, int... shape) {
    int bytes() {
      int count = Float.BYTES;
      for (int side : shape) {
        count *= side;
      }
      return count;
    }
  }

  private static final List<Tensor> TENSORS =
      List.of(
          new Tensor("token_embd.weight", WIDTH, TOKENS),
          new Tensor("output_norm.weight", WIDTH),
          new Tensor("output.weight", WIDTH, TOKENS),
          new Tensor("blk.0.attn_norm.weight", WIDTH),
          new Tensor("blk.0.attn_q.weight", WIDTH, WIDTH),
          new Tensor("blk.0.attn_k.weight", WIDTH, WIDTH),
          new Tensor("blk.0.attn_v.weight", WIDTH, WIDTH),
          new Tensor("blk.0.attn_output.weight", WIDTH, WIDTH),
          new Tensor("blk.0.ffn_norm.weight", WIDTH),
          new Tensor("blk.0.ffn_gate.weight", WIDTH, HIDDEN),
          new Tensor("blk.0.ffn_down.weight", HIDDEN, WIDTH),
          new Tensor("blk.0.ffn_up.weight", WIDTH, HIDDEN));

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int keys;

  private TinyModel() {}

  static void write(Path file) throws IOException {
    TinyModel facts = new TinyModel();
    facts.facts();
    TinyModel all = new TinyModel();
    all.bytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    all.u32(3);
    all.u64(TENSORS.size());
    all.u64(facts.keys);
    all.bytes(facts.out.toByteArray());
    int offset = 0;
    for (Tensor tensor : TENSORS) {
      all.string(tensor.name());
      all.u32(tensor.shape().length);
      for (int side : tensor.shape()) {
        all.u64(side);
      }
      all.u32(0); // F32
      all.u64(offset);
      offset += padded(tensor.bytes());
    }
    all.pad();
    all.weights();
    Files.write(file, all.out.toByteArray());
  }

  private void facts() {
    key("general.architecture", "llama");
    key("general.name", "tiny");
    key("llama.context_length", CONTEXT);
    key("llama.embedding_length", WIDTH);
    key("llama.block_count", 1);
    key("llama.feed_forward_length", HIDDEN);
    key("llama.attention.head_count", 2);
    key("llama.rope.dimension_count", WIDTH / 2);
    start("llama.attention.layer_norm_rms_epsilon", F32);
    f32(1e-5f);
    key("tokenizer.ggml.model", "llama");
    key("tokenizer.ggml.bos_token_id", 1);
    key("tokenizer.ggml.eos_token_id", 2);
    key("tokenizer.chat_template", TEMPLATE);
    vocabulary();
  }

  private void vocabulary() {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    for (int b = 0; b < 256; b++) {
      tokens.add("<0x%02X>".formatted(b));
    }
    array("tokenizer.ggml.tokens", STRING);
    tokens.forEach(this::string);
    array("tokenizer.ggml.scores", F32);
    tokens.forEach(token -> f32(0));
    array("tokenizer.ggml.token_type", I32);
    for (int i = 0; i < TOKENS; i++) {
      u32(i == 0 ? 2 : i < SPECIAL ? 3 : 6); // unknown, control, byte
    }
  }

  private void weights() {
    Random random = new Random(7);
    for (Tensor tensor : TENSORS) {
      boolean norm = tensor.shape().length == 1;
      for (int i = 0; i < tensor.bytes() / Float.BYTES; i++) {
        f32(norm ? 1 : (float) random.nextGaussian() * 0.2f);
      }
      pad();
    }
  }

  private void key(String name, String value) {
    start(name, STRING);
    string(value);
  }

  private void key(String name, int value) {
    start(name, U32);
    u32(value);
  }

  private void array(String name, int type) {
    start(name, ARRAY);
    u32(type);
    u64(TOKENS);
  }

  private void start(String name, int type) {
    keys++;
    string(name);
    u32(type);
  }

  private void string(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    u64(utf8.length);
    bytes(utf8);
  }

  private void u32(int value) {
    bytes(buffer(4).putInt(value).array());
  }

  private void u64(long value) {
    bytes(buffer(8).putLong(value).array());
  }

  private void f32(float value) {
    bytes(buffer(4).putFloat(value).array());
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void bytes(byte[] bytes) {
    out.writeBytes(bytes);
  }

  private void pad() {
    bytes(new byte[padded(out.size()) - out.size()]);
  }

  private static int padded(int size) {
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
