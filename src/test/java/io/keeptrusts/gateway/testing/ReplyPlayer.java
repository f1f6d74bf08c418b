package io.keeptrusts.gateway.testing;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Plays one {@link Reply} on the event loop of its connection. */
final class ReplyPlayer {
  private static final int WRITES_AT_A_TIME =
      16; // of an endless reply, so that it leaves the event loop to others

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Received received;
  private boolean over;

  ReplyPlayer(Vertx vertx, HttpServerRequest request, Received received) {
    this.vertx = vertx;
    this.request = request;
    this.response = request.response();
    this.received = received;
    response.exceptionHandler(_ -> {}); // a peer that goes is told by the close handler
    response.closeHandler(
        _ -> {
          if (!over) {
            over = true;
            received.closedByPeer().complete(Instant.now());
          }
        });
  }

  void play(Reply reply) {
    if (reply.ending() != Reply.Ending.SILENT) {
      after(reply.headDelay(), () -> head(reply));
    }
  }

  private void head(Reply reply) {
    response.setStatusCode(reply.status()).setChunked(true);
    reply.headers().forEach(response::putHeader);
    if (reply.endless()) {
      List<byte[]> pieces = reply.pieces();
      for (byte[] piece : pieces.subList(0, pieces.size() - 1)) {
        response.write(Buffer.buffer(piece)).onSuccess(_ -> received.wrote(piece.length));
      }
      repeat(Buffer.buffer(pieces.getLast()), reply.delay());
    } else if (reply.endsAfter() == 0) {
      response.writeHead().onSuccess(_ -> end(reply));
    } else {
      piece(reply, 0);
    }
  }

  private void piece(Reply reply, int index) {
    List<byte[]> pieces = reply.pieces();
    if (index == Math.min(pieces.size(), reply.endsAfter())) {
      end(reply);
      return;
    }
    byte[] piece = pieces.get(index);
    response
        .write(Buffer.buffer(piece))
        .onSuccess(
            _ -> {
              received.wrote(piece.length);
              boolean last = index + 1 == Math.min(pieces.size(), reply.endsAfter());
              after(last ? Duration.ZERO : reply.delay(), () -> piece(reply, index + 1));
            });
  }

  private void repeat(Buffer piece, Duration delay) {
    for (int i = 0; i < WRITES_AT_A_TIME && !over; i++) {
      if (response.writeQueueFull()) {
        received.writeQueueFull(true);
        response.drainHandler(
            _ -> {
              received.writeQueueFull(false);
              repeat(piece, delay);
            });
        return;
      }
      response.write(piece).onSuccess(_ -> received.wrote(piece.length()));
      if (!delay.isZero()) {
        break;
      }
    }
    after(delay, () -> repeat(piece, delay));
  }

  private void end(Reply reply) {
    switch (reply.ending()) {
      case REGULAR -> {
        over = true;
        response.end().onSuccess(_ -> received.answered().complete(Instant.now()));
      }
      case CLOSE -> {
        over = true;
        var _ = channel().close();
      }
      case RESET -> {
        over = true;
        channel().config().setOption(ChannelOption.SO_LINGER, 0);
        var _ = channel().close();
      }
      case STALL, SILENT -> {}
    }
  }

  /**
   * Later, and never in the same turn of the event loop: else several pieces would be flushed as
   * one.
   */
  private void after(Duration delay, Runnable step) {
    Runnable unlessOver =
        () -> {
          if (!over) {
            step.run();
          }
        };
    if (delay.isZero()) {
      vertx.runOnContext(_ -> unlessOver.run());
    } else {
      vertx.setTimer(Math.max(1, delay.toMillis()), _ -> unlessOver.run());
    }
  }

  private Channel channel() {
    return ((ConnectionBase) request.connection())
        .channel(); // Vert.x has no public way to send an RST
  }
}
