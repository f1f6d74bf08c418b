package io.keeptrusts.gateway.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.TreeMap;

/** One HTTP/1.1 response, parsed byte by byte as it arrives. */
final class RawResponse {
  private enum State {
    HEAD,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILER,
    LENGTH,
    UNTIL_CLOSE,
    WHOLE
  }

  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final StringBuilder line = new StringBuilder();
  private State state = State.HEAD;
  private int status;
  private long left;

  boolean headSeen() {
    return state != State.HEAD;
  }

  boolean whole() {
    return state == State.WHOLE;
  }

  boolean endsWithConnection() {
    return state == State.UNTIL_CLOSE;
  }

  int status() {
    return status;
  }

  Map<String, String> headers() {
    return headers;
  }

  /** Takes the first {@code count} bytes; returns those that belong to the body. */
  byte[] take(byte[] bytes, int count) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      byte b = bytes[i];
      switch (state) {
        case HEAD, CHUNK_SIZE, CHUNK_END, TRAILER -> framing(b);
        case CHUNK, LENGTH -> {
          body.write(b);
          if (--left == 0) {
            state = state == State.CHUNK ? State.CHUNK_END : State.WHOLE;
          }
        }
        case UNTIL_CLOSE -> body.write(b);
        case WHOLE -> throw new AssertionError("bytes after the end of the answer");
      }
    }
    return body.toByteArray();
  }

  private void framing(byte b) {
    if (b != '\n') {
      line.append(new String(new byte[] {b}, ISO_8859_1));
      return;
    }
    String text = line.toString().strip();
    line.setLength(0);
    switch (state) {
      case HEAD -> head(text);
      case CHUNK_SIZE -> {
        left = Long.parseLong(text.split(";")[0], 16);
        state = left == 0 ? State.TRAILER : State.CHUNK;
      }
      case CHUNK_END -> {
        if (!text.isEmpty()) {
          throw new AssertionError("a chunk is longer than it said");
        }
        state = State.CHUNK_SIZE;
      }
      case TRAILER -> state = text.isEmpty() ? State.WHOLE : State.TRAILER;
      case CHUNK, LENGTH, UNTIL_CLOSE, WHOLE -> throw new AssertionError("not framing: " + state);
    }
  }

  private void head(String text) {
    if (status == 0) {
      status = Integer.parseInt(text.split(" ")[1]);
    } else if (!text.isEmpty()) {
      int colon = text.indexOf(':');
      headers.put(text.substring(0, colon), text.substring(colon + 1).strip());
    } else if (status < 200) {
      status = 0; // 100 Continue: the real head follows
      headers.clear();
    } else {
      String length = headers.get("content-length");
      left = length == null ? -1 : Long.parseLong(length);
      state =
          "chunked".equalsIgnoreCase(headers.get("transfer-encoding"))
              ? State.CHUNK_SIZE
              : left == 0 || status == 204 || status == 304
                  ? State.WHOLE
                  : left > 0 ? State.LENGTH : State.UNTIL_CLOSE;
    }
  }
}
