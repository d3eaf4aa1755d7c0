package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.config.InvalidSettingException;
import dev.argus.config.TlsSettings;
import dev.argus.simulation.SelfSigned;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS with certificates that the JDK's own keytool makes for this run. */
class TlsTest {
  @TempDir static Path folder;
  private static Pair rsa;
  private static Pair ec;

  private record Pair(Certificate certificate, PrivateKey key, Path chain, Path keyFile) {}

  @BeforeAll
  static void makeCertificates() throws Exception {
    rsa = pair("rsa", "RSA", "2048");
    ec = pair("ec", "EC", "256");
  }

  private static Pair pair(String name, String algorithm, String size) throws Exception {
    SelfSigned made = SelfSigned.make(folder, algorithm, size, "dns:localhost,ip:127.0.0.1");
    return new Pair(
        made.certificate(),
        made.key(),
        pem(name + "-chain.pem", "CERTIFICATE", made.certificate().getEncoded()),
        pem(name + "-key.pem", "PRIVATE KEY", made.key().getEncoded()));
  }

  private static Path pem(String name, String label, byte[] der) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(
                label, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), label));
  }

  private static HttpClient trusting(Certificate certificate, String... protocols)
      throws Exception {
    HttpClient.Builder client = HttpClient.newBuilder().sslContext(context(certificate));
    if (protocols.length > 0) {
      SSLParameters parameters = new SSLParameters();
      parameters.setProtocols(protocols);
      client.sslParameters(parameters);
    }
    return client.build();
  }

  private static SSLContext context(Certificate certificate) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("argus", certificate);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static TestTier tier(Pair pair, String... more) {
    return new TestTier(
        Stream.concat(
                Stream.of(
                    "TLS_CERTIFICATE",
                    pair.chain().toString(),
                    "TLS_PRIVATE_KEY",
                    pair.keyFile().toString()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private static HttpResponse<String> get(HttpClient client, TestTier tier, String path)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + tier.port() + path)).build(),
        BodyHandlers.ofString());
  }

  @Test
  void aConnectionThatNeverSaysHelloIsClosed() throws Exception {
    try (TestTier tier = tier(ec, "REQUEST_IDLE_TIMEOUT", "200ms", "LINGER_TIMEOUT", "100ms");
        Socket silent = new Socket("127.0.0.1", tier.port())) {
      silent.setSoTimeout(30_000);
      TierUnderTest.awaitEnd(silent);
    }
  }

  @Test
  void aClientThatIsRefusedWhileItSendsHearsWhyAndItsConnectionIsClosed() throws Exception {
    try (TestTier tier = tier(ec, "USER_TOKEN", "a".repeat(32), "LINGER_TIMEOUT", "100ms");
        Socket tcp = new Socket("127.0.0.1", tier.port())) {
      tcp.setSoTimeout(30_000);
      Socket tls =
          context(ec.certificate())
              .getSocketFactory()
              .createSocket(tcp, "localhost", tier.port(), false);
      TierUnderTest.write(
          tls,
          "POST /v1/images HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
              + "Content-Length: 999999999\r\n\r\n");
      tls.getOutputStream().write(new byte[100_000]);
      assertThat(TierUnderTest.head(tls)).startsWith("HTTP/1.1 401");
      TierUnderTest.awaitEnd(tcp); // though this side of TLS is never closed
    }
  }

  @Test
  void pagesAndAnswersComeOverTls12And13AndSayThatHttpsStays() throws Exception {
    for (Pair pair : Arrays.asList(rsa, ec)) {
      try (TestTier tier = tier(pair)) {
        for (String protocol : new String[] {"TLSv1.3", "TLSv1.2"}) {
          HttpResponse<String> page = get(trusting(pair.certificate(), protocol), tier, "/");
          assertThat(page.statusCode()).isEqualTo(200);
          assertThat(page.sslSession().orElseThrow().getProtocol()).isEqualTo(protocol);
          assertThat(page.headers().firstValue("Strict-Transport-Security"))
              .hasValue("max-age=31536000");
        }
      }
    }
  }

  @Test
  void whoDoesNotTrustTheCertificateDoesNotGetThrough() throws Exception {
    try (TestTier tier = tier(rsa)) {
      assertThatThrownBy(() -> get(trusting(ec.certificate()), tier, "/livez"))
          .isInstanceOf(SSLHandshakeException.class);
      assertThat(get(trusting(rsa.certificate()), tier, "/livez").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aKeyInTheOldRsaFormIsReadToo() throws Exception {
    // PKCS#8 is a header of 26 bytes around PKCS#1, for RSA keys of 2048 bits.
    byte[] pkcs8 = rsa.key().getEncoded();
    Path old = pem("old.pem", "RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, 26, pkcs8.length));
    try (TestTier tier = tier(new Pair(rsa.certificate(), rsa.key(), rsa.chain(), old))) {
      assertThat(get(trusting(rsa.certificate()), tier, "/livez").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aWrongFileIsNamedWithWhatWasExpectedAndNeverShown() throws Exception {
    Path nonsense = Files.writeString(folder.resolve("nonsense.pem"), "my-private-thing");
    Path broken =
        Files.writeString(
            folder.resolve("broken.pem"),
            "-----BEGIN PRIVATE KEY-----\nbXktcHJpdmF0ZS10aGluZw==\n-----END PRIVATE KEY-----\n");
    Path encrypted =
        Files.writeString(
            folder.resolve("encrypted.pem"),
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
    Path missing = folder.resolve("missing.pem");
    assertRefused(missing, rsa.keyFile(), "argus.web.tls.certificate", "cannot be read");
    assertRefused(rsa.chain(), missing, "argus.web.tls.private-key", "cannot be read");
    assertRefused(nonsense, rsa.keyFile(), "argus.web.tls.certificate", "nonsense.pem");
    assertRefused(rsa.keyFile(), rsa.keyFile(), "argus.web.tls.certificate", "BEGIN CERTIFICATE");
    assertRefused(rsa.chain(), nonsense, "argus.web.tls.private-key", "nonsense.pem");
    assertRefused(rsa.chain(), broken, "argus.web.tls.private-key", "broken.pem");
    assertRefused(rsa.chain(), encrypted, "argus.web.tls.private-key", "without a password");
    assertRefused(rsa.chain(), rsa.chain(), "argus.web.tls.private-key", "BEGIN PRIVATE KEY");
    assertRefused(rsa.chain(), ec.keyFile(), "do not belong together", "ec-key.pem");
    Pair other = pair("other", "RSA", "3072");
    assertRefused(rsa.chain(), other.keyFile(), "do not belong together", "rsa-chain.pem");
  }

  private static void assertRefused(Path chain, Path key, String... words) {
    assertThatThrownBy(() -> Tls.layer(Optional.of(new TlsSettings(chain, key))))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContainingAll(words)
        .hasMessageNotContaining("my-private-thing");
  }
}
