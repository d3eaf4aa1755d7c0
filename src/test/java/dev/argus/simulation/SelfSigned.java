package dev.argus.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A key and its certificate, made by the JDK's own keytool for one run. */
public record SelfSigned(Certificate certificate, PrivateKey key) {
  private static final char[] PASSWORD = "changeit".toCharArray();

  /**
   * Makes one; takes about a second.
   *
   * @param folder where keytool may write
   * @param algorithm RSA or EC
   * @param names what the certificate is for, as keytool has them: {@code dns:localhost}
   */
  public static SelfSigned make(Path folder, String algorithm, String size, String names)
      throws Exception {
    Path store = folder.resolve(algorithm + "-" + System.nanoTime() + ".p12");
    Process keytool =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    "argus",
                    "-keyalg",
                    algorithm,
                    "-keysize",
                    size,
                    "-dname",
                    "CN=argus",
                    "-ext",
                    "SAN=" + names,
                    "-validity",
                    "2",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    store.toString(),
                    "-storepass",
                    new String(PASSWORD)))
            .redirectErrorStream(true)
            .start();
    String output = new String(keytool.getInputStream().readAllBytes());
    assertThat(keytool.waitFor()).as(output).isZero();
    KeyStore keys = empty();
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    return new SelfSigned(
        keys.getCertificate("argus"), (PrivateKey) keys.getKey("argus", PASSWORD));
  }

  /** What trusts this certificate and no other. */
  public KeyStore trust() throws Exception {
    KeyStore trusted = empty();
    trusted.setCertificateEntry("argus", certificate);
    return trusted;
  }

  /** That of a server with this certificate. */
  public SSLContext server() throws Exception {
    KeyStore own = empty();
    own.setKeyEntry("argus", key, PASSWORD, new Certificate[] {certificate});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private static KeyStore empty() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
