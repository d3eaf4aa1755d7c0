package dev.argus.config;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files that HTTPS is served with; {@code argus.web.tls}.
 *
 * @param certificate PEM: the server's certificate, then those that vouch for it
 * @param privateKey PEM, without a password
 */
public record TlsSettings(Path certificate, Path privateKey) {

  /** Empty if neither file is named: HTTP then. */
  static Optional<TlsSettings> from(Config c) {
    String certificate = c.getString("certificate");
    String privateKey = c.getString("private-key");
    if (certificate.isEmpty() != privateKey.isEmpty()) {
      throw new InvalidSettingException(
          "argus.web.tls.certificate and argus.web.tls.private-key: expected both or neither, found"
              + " only "
              + (certificate.isEmpty() ? "the private key" : "the certificate"));
    }
    return certificate.isEmpty()
        ? Optional.empty()
        : Optional.of(new TlsSettings(Path.of(certificate), Path.of(privateKey)));
  }
}
