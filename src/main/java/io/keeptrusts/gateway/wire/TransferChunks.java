package io.keeptrusts.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of an answer in HTTP/1.1's chunked transfer coding (RFC 9112, 7.1), written behind
 * Netty's encoder: one buffer and no promise, where response and encoder make three buffers and
 * five promises of each. Between the first chunk, which goes out with the head, and the end, both
 * of which are the response's. Event loop of the connection.
 */
final class TransferChunks {
  private final ConnectionBase connection;
  private final ChannelHandlerContext encoder;

  /** Filled first, as a Netty buffer looks after itself with each byte that it is given. */
  private final Bytes framed = new Bytes(512);

  private TransferChunks(ConnectionBase connection, ChannelHandlerContext encoder) {
    this.connection = connection;
    this.encoder = encoder;
  }

  /**
   * Null where another handler has a say in what is written: with TLS and compression Vert.x puts a
   * queue behind the encoder, and HTTP/2 has frames of its own.
   */
  static @Nullable TransferChunks of(HttpServerRequest request) {
    if (request.version() != HttpVersion.HTTP_1_1
        || !(request.connection() instanceof ConnectionBase connection)) {
      return null;
    }
    ChannelPipeline pipeline = connection.channel().pipeline();
    ChannelHandlerContext encoder = pipeline.context("httpEncoder");
    return encoder == null || pipeline.context("chunkedWriter") != null
        ? null
        : new TransferChunks(connection, encoder);
  }

  /** Writes a copy of the bytes, at least one, as a chunk. */
  void write(byte[] bytes, int from, int to) {
    int length = to - from;
    int highest = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(length);
    framed.reset();
    for (int shift = highest & ~3; shift >= 0; shift -= 4) {
      framed.add((byte) Character.forDigit(length >>> shift & 15, 16));
    }
    framed.ascii("\r\n");
    framed.add(bytes, from, to).ascii("\r\n");
    connection.reportBytesWritten(framed.length());
    ByteBuf chunk = encoder.alloc().directBuffer(framed.length());
    chunk.writeBytes(framed.array(), 0, framed.length());
    // A write fails when the connection is gone, of which the response tells.
    ChannelFuture unused = encoder.writeAndFlush(chunk, connection.voidPromise);
  }

  boolean full() {
    return !encoder.channel().isWritable();
  }
}
