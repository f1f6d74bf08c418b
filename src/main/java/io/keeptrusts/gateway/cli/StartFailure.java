package io.keeptrusts.gateway.cli;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.BindException;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/**
 * Why the gateway did not start: a sentence where its operator can act, a stack trace for the rest.
 */
final class StartFailure {
  private StartFailure() {}

  static String text(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String sentence = sentence(cause);
      if (sentence != null) {
        return sentence;
      }
    }
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    return "The gateway does not start:\n" + trace;
  }

  private static @Nullable String sentence(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof ConfigurationException || cause instanceof ConfigValidationException) {
      return message;
    }
    // Netty's native transports throw a plain IOException here.
    if (cause instanceof BindException || message.startsWith("bind(")) {
      String host = ConfigProvider.getConfig().getValue("quarkus.http.host", String.class);
      int port = ConfigProvider.getConfig().getValue("quarkus.http.port", Integer.class);
      return "The gateway cannot listen on %s (%s). Choose another address with --listen HOST:PORT."
          .formatted(new Address(host, port), message);
    }
    return null;
  }
}
