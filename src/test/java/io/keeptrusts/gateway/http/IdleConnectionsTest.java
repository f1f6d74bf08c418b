package io.keeptrusts.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpServerOptions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class IdleConnectionsTest {

  @Test
  void aClientThatListensMayBeSilentForAsLongAsAnAnswerMayTake() {
    HttpServerOptions options =
        new HttpServerOptions().setIdleTimeout(2).setIdleTimeoutUnit(TimeUnit.MINUTES);

    IdleConnections.limit(options, 600);

    assertThat(options.getReadIdleTimeout()).isEqualTo(720);
    assertThat(options.getIdleTimeoutUnit()).isEqualTo(TimeUnit.SECONDS);
    assertThat(options.getIdleTimeout()).isZero();
    assertThat(options.getWriteIdleTimeout()).isZero();
  }

  @Test
  void anAnswerWithoutALimitLeavesTheLongestThereIs() {
    HttpServerOptions options = new HttpServerOptions().setIdleTimeout(60);

    IdleConnections.limit(options, 10L * Integer.MAX_VALUE);

    assertThat(options.getReadIdleTimeout()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void connectionsThatMayStayForEverStay() {
    HttpServerOptions options = new HttpServerOptions().setIdleTimeout(0);

    IdleConnections.limit(options, 600);

    assertThat(options.getIdleTimeout()).isZero();
    assertThat(options.getReadIdleTimeout()).isZero();
  }
}
