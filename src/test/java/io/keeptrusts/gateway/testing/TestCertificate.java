package io.keeptrusts.gateway.testing;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A key pair and a certificate that it signed itself, made by the JDK's own keytool when a test
 * wants it.
 *
 * @param store a PKCS#12 file that holds both
 */
public record TestCertificate(Path store) {
  public static final String PASSWORD = "changeit";

  /** For a host of this name, below a directory. */
  public static TestCertificate of(String host, Path directory) {
    try {
      Path store = Files.createTempDirectory(directory, "cert").resolve("store.p12");
      Process keytool =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                      "-genkeypair",
                      "-alias",
                      "it",
                      "-keyalg",
                      "EC",
                      "-groupname",
                      "secp256r1",
                      "-storetype",
                      "PKCS12",
                      "-keystore",
                      store.toString(),
                      "-storepass",
                      PASSWORD,
                      "-dname",
                      "CN=" + host,
                      "-ext",
                      "san=dns:" + host,
                      "-validity",
                      "2"))
              .redirectErrorStream(true)
              .start();
      String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (keytool.waitFor() != 0) {
        throw new AssertionError("keytool: " + said);
      }
      return new TestCertificate(store);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** What its holder shows. */
  public PfxOptions keys() {
    return new PfxOptions().setPath(store.toString()).setPassword(PASSWORD);
  }

  /** What others need to believe it, and nobody else. */
  public PemTrustOptions trust() {
    return new PemTrustOptions().addCertValue(Buffer.buffer(pem()));
  }

  /** Believes one, and shows another, or none. */
  public static SSLContext context(TestCertificate trusted, @Nullable TestCertificate own) {
    try {
      char[] password = PASSWORD.toCharArray();
      KeyStore trust = KeyStore.getInstance("PKCS12");
      trust.load(null, null);
      trust.setCertificateEntry(
          "it", KeyStore.getInstance(trusted.store().toFile(), password).getCertificate("it"));
      var trusting = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trusting.init(trust);
      KeyManager[] keys = null;
      if (own != null) {
        var showing = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        showing.init(KeyStore.getInstance(own.store().toFile(), password), password);
        keys = showing.getKeyManagers();
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, trusting.getTrustManagers(), new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The certificate. */
  public String pem() {
    try {
      KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
      return "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder().encodeToString(keys.getCertificate("it").getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
