package io.keeptrusts.gateway.cli;

import static io.keeptrusts.gateway.cli.Finding.Area.CLOCK;
import static io.keeptrusts.gateway.cli.Finding.Area.KEY;
import static io.keeptrusts.gateway.cli.Finding.Area.REACH;

import io.keeptrusts.gateway.provider.Target;
import io.keeptrusts.gateway.wire.Endpoint;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Looks whether targets can be asked: is their key there, does a connection come about, and, if
 * requests are allowed, what does the provider say to one that costs nothing. Blocks, {@link
 * #PATIENCE} at most for each step.
 */
final class TargetSurvey {
  static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration MOST_SKEW = Duration.ofSeconds(30);

  private final boolean probe;

  /**
   * @param probe whether providers may be sent a request, with the key: a list of models
   */
  TargetSurvey(boolean probe) {
    this.probe = probe;
  }

  List<Finding> findings(Target target) {
    List<Finding> findings = new ArrayList<>();
    String id = target.id() + ": ";
    if (target.missing() != null) {
      findings.add(Finding.problem(KEY, id + target.missing()));
    } else if (target.key().isEmpty()) {
      findings.add(Finding.ok(KEY, id + "needs no key"));
    } else {
      findings.add(Finding.ok(KEY, id + "key is present"));
    }
    if (target.vendor().local()) {
      findings.add(Finding.ok(REACH, id + "answers inside the process"));
    } else if (reach(target, findings) && probe && target.missing() == null) {
      probe(target, findings);
    }
    return findings;
  }

  private static boolean reach(Target target, List<Finding> findings) {
    Endpoint base = target.base();
    String where = target.id() + ": " + base.host() + ":" + base.port();
    try (Socket socket = new Socket()) {
      InetSocketAddress address = new InetSocketAddress(base.host(), base.port());
      if (address.isUnresolved()) {
        throw new UnknownHostException("its name leads nowhere");
      }
      socket.connect(address, (int) PATIENCE.toMillis());
      if (base.tls()) {
        shakeHands(socket, base);
      }
    } catch (IOException e) {
      findings.add(
          Finding.problem(
              REACH,
              where + (base.tls() ? " (TLS)" : "") + " cannot be reached: " + e.getMessage()));
      return false;
    }
    findings.add(Finding.ok(REACH, where + (base.tls() ? " is reached over TLS" : " is reached")));
    return true;
  }

  private static void shakeHands(Socket socket, Endpoint base) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    socket.setSoTimeout((int) PATIENCE.toMillis());
    try (SSLSocket secured =
        (SSLSocket) factory.createSocket(socket, base.host(), base.port(), true)) {
      SSLParameters parameters = secured.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secured.setSSLParameters(parameters);
      secured.startHandshake();
    }
  }

  private static void probe(Target target, List<Finding> findings) {
    Endpoint base = target.base();
    String path = target.vendor().name().startsWith("google") ? "/v1beta/models" : "/v1/models";
    String host = base.host().indexOf(':') < 0 ? base.host() : "[" + base.host() + "]";
    String url =
        (base.tls() ? "https" : "http")
            + "://"
            + host
            + ":"
            + base.port()
            + (base.path().equals("/") ? "" : base.path())
            + path;
    try {
      HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      try {
        connection.setConnectTimeout((int) PATIENCE.toMillis());
        connection.setReadTimeout((int) PATIENCE.toMillis());
        connection.setInstanceFollowRedirects(false); // the key is for this host alone
        target.headers().forEach(connection::setRequestProperty);
        findings.add(answer(target, path, connection.getResponseCode()));
        clock(target, connection.getHeaderFieldDate("Date", 0), findings);
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      findings.add(
          Finding.problem(REACH, target.id() + ": GET " + path + " failed: " + e.getMessage()));
    }
  }

  private static Finding answer(Target target, String path, int status) {
    String said = target.id() + ": GET " + path + " answers " + status / 100 + "xx";
    if (status == 401 || status == 403) {
      return Finding.problem(KEY, target.id() + ": the provider refuses the key (" + status + ")");
    }
    return status == 429 || status >= 500 ? Finding.warning(REACH, said) : Finding.ok(REACH, said);
  }

  private static void clock(Target target, long date, List<Finding> findings) {
    if (date == 0) {
      return;
    }
    Duration skew = Duration.ofMillis(System.currentTimeMillis() - date);
    String said =
        "this clock is "
            + Math.abs(skew.toSeconds())
            + " s "
            + (skew.isNegative() ? "behind" : "ahead of")
            + " that of "
            + target.id();
    findings.add(
        skew.abs().compareTo(MOST_SKEW) > 0
            ? Finding.warning(CLOCK, said + ": tokens may count as expired or not yet valid")
            : Finding.ok(CLOCK, said));
  }
}
