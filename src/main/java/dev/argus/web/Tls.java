package dev.argus.web;

import dev.argus.config.InvalidSettingException;
import dev.argus.config.TlsSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.apache.pekko.NotUsed;
import org.apache.pekko.pki.pem.DERPrivateKeyLoader;
import org.apache.pekko.pki.pem.PEMDecoder;
import org.apache.pekko.pki.pem.PEMLoadingException;
import org.apache.pekko.stream.TLSClosing;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.TLS;
import org.apache.pekko.stream.javadsl.TLSPlacebo;
import org.apache.pekko.util.ByteString;

/**
 * HTTPS from PEM files: TLS 1.2 or later. The files are read once, so a new certificate needs a
 * restart.
 */
final class Tls {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final String CERTIFICATE = "argus.web.tls.certificate";
  private static final String PRIVATE_KEY = "argus.web.tls.private-key";

  private Tls() {}

  /**
   * What lies between the HTTP and the TCP of every connection: TLS if it is set, else nothing.
   *
   * @throws InvalidSettingException if a file cannot be read, holds something else, or the two do
   *     not belong together
   */
  static BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed> layer(
      Optional<TlsSettings> settings) {
    if (settings.isEmpty()) {
      return plain();
    }
    SSLContext context = context(settings.get());
    return TLS.create(() -> engine(context), TLSClosing.eagerClose());
  }

  @SuppressWarnings("unchecked") // Pekko's placebo makes a subtype of what its server takes
  private static BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed> plain() {
    return (BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed>)
        (BidiFlow<?, ?, ?, ?, ?>) TLSPlacebo.getInstance();
  }

  private static SSLContext context(TlsSettings settings) {
    Certificate[] chain = chain(settings.certificate());
    PrivateKey key = privateKey(settings.privateKey());
    checkPair(settings, chain[0], key);
    return context(chain, key);
  }

  private static SSLEngine engine(SSLContext context) {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setEnabledProtocols(PROTOCOLS);
    return engine;
  }

  private static SSLContext context(Certificate[] chain, PrivateKey key) {
    char[] password = new char[0]; // the store never leaves memory
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, password);
      store.setKeyEntry("argus", key, password, chain);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new InvalidSettingException(
          CERTIFICATE + " and " + PRIVATE_KEY + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static Certificate[] chain(Path file) {
    byte[] pem = read(CERTIFICATE, file).getBytes(StandardCharsets.UTF_8);
    try {
      Certificate[] chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))
              .toArray(Certificate[]::new);
      if (chain.length > 0) {
        return chain;
      }
    } catch (CertificateException e) {
      throw noCertificate(file, e);
    }
    throw noCertificate(file, null);
  }

  private static InvalidSettingException noCertificate(Path file, Exception cause) {
    return new InvalidSettingException(
        CERTIFICATE
            + ": expected PEM certificates (BEGIN CERTIFICATE), found something else in "
            + file,
        cause);
  }

  private static PrivateKey privateKey(Path file) {
    try {
      PEMDecoder.DERData der = PEMDecoder.decode(read(PRIVATE_KEY, file));
      return der.label().equals("PRIVATE KEY") ? pkcs8(der.bytes()) : DERPrivateKeyLoader.load(der);
    } catch (GeneralSecurityException | PEMLoadingException e) {
      // Not what the cause says: it may quote the file.
      throw new InvalidSettingException(
          PRIVATE_KEY
              + ": expected one PEM private key, RSA or EC, without a password (BEGIN PRIVATE KEY,"
              + " or BEGIN RSA PRIVATE KEY), found something else in "
              + file);
    }
  }

  /** The key says which algorithm it is of; a factory of another one refuses it. */
  private static PrivateKey pkcs8(byte[] key) throws GeneralSecurityException {
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(key);
    try {
      return KeyFactory.getInstance("RSA").generatePrivate(spec);
    } catch (InvalidKeySpecException e) {
      return KeyFactory.getInstance("EC").generatePrivate(spec);
    }
  }

  private static void checkPair(TlsSettings settings, Certificate certificate, PrivateKey key) {
    byte[] sample = "does the key belong to the certificate?".getBytes(StandardCharsets.UTF_8);
    String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(sample);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(sample);
      if (signature.verify(signed)) {
        return;
      }
    } catch (InvalidKeyException | SignatureException e) {
      // of another algorithm, so it belongs to another certificate
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
    throw new InvalidSettingException(
        "%s and %s do not belong together: the key in %s is not that of the first certificate in %s"
            .formatted(CERTIFICATE, PRIVATE_KEY, settings.privateKey(), settings.certificate()));
  }

  private static String read(String setting, Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1); // PEM is ASCII
    } catch (IOException e) {
      throw new InvalidSettingException(
          setting
              + ": the file "
              + file
              + " cannot be read; it must exist, and the user that runs Argus must be able to"
              + " read it",
          e);
    }
  }
}
