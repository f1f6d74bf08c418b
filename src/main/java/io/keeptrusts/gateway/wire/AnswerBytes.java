package io.keeptrusts.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import org.jspecify.annotations.Nullable;

/**
 * Takes the bytes of answers off a connection to a provider as soon as they are decoded. Vert.x
 * would make a buffer, an event and a queue's entry of each transfer chunk, and does not tell when
 * a read is over. Heads, ends and failures go on to it. For the connection's event loop alone.
 */
final class AnswerBytes extends ChannelInboundHandlerAdapter {
  private static final String NAME = "answerBytes";

  private final ConnectionBase connection;
  private @Nullable Reader reader;
  private @Nullable Reader told; // in the read that is going on

  private AnswerBytes(ConnectionBase connection) {
    this.connection = connection;
  }

  /** Who has asked. */
  interface Reader {

    /** Some bytes of the body, at their reader index; to be copied. */
    void take(ByteBuf bytes);

    /** For now that was all, be it bytes or the end: the loop turns to another connection. */
    void readComplete();
  }

  /** Makes a new connection ready for {@link #of}. */
  static void prepare(HttpConnection connection) {
    ConnectionBase base = (ConnectionBase) connection;
    base.channel().pipeline().addBefore("handler", NAME, new AnswerBytes(base));
  }

  static AnswerBytes of(HttpConnection connection) {
    ChannelPipeline pipeline = ((ConnectionBase) connection).channel().pipeline();
    return (AnswerBytes) pipeline.get(NAME);
  }

  /** From here to {@link #done} what comes is the body of an answer to this reader. */
  void begin(Reader asking) {
    reader = asking;
  }

  /** The answer has ended; the connection is free for the next one. */
  void done() {
    reader = null;
    flow(true);
  }

  /** Whether the socket is read. What is decoded already still comes. */
  void flow(boolean on) {
    connection.channel().config().setAutoRead(on);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (reader == null || !(message instanceof HttpContent content)) {
      context.fireChannelRead(message);
      return;
    }
    told = reader;
    ByteBuf bytes = content.content();
    boolean last = content instanceof LastHttpContent;
    boolean some = bytes.isReadable();
    if (some) {
      connection.reportBytesRead(bytes.readableBytes());
      reader.take(bytes);
    }
    if (some || !last) {
      content.release();
    }
    if (last) {
      // One without bytes may say instead that the framing is broken.
      context.fireChannelRead(some ? LastHttpContent.EMPTY_LAST_CONTENT : content);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.fireChannelReadComplete();
    Reader last = told;
    if (last != null) {
      told = null;
      last.readComplete();
    }
  }
}
