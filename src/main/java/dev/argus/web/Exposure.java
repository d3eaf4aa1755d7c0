package dev.argus.web;

import dev.argus.config.AccessSettings.Tokens;
import dev.argus.config.InvalidSettingException;
import dev.argus.config.WebSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whom the server can be reached by; refuses to be open to a network by accident. */
final class Exposure {
  private static final Logger LOG = LoggerFactory.getLogger(Exposure.class);

  private Exposure() {}

  /**
   * Whether only this machine can connect.
   *
   * @throws InvalidSettingException if others can, without a token, and nothing says that they may
   */
  static boolean isLoopback(WebSettings settings, Tokens tokens) {
    InetAddress address;
    try {
      address = InetAddress.getByName(settings.connections().host());
    } catch (UnknownHostException e) {
      throw new InvalidSettingException(
          "argus.web.host: expected an address or a name of this machine, found \""
              + settings.connections().host()
              + "\"",
          e);
    }
    if (address.isLoopbackAddress()) {
      return true;
    }
    if (!tokens.any()) {
      if (!settings.access().allowAnonymous()) {
        throw new InvalidSettingException(
            "argus.web.host is "
                + settings.connections().host()
                + ", so other machines could use Argus without a token; set argus.web.user-token"
                + " (ARGUS_WEB_USER_TOKEN, or ARGUS_WEB_USER_TOKEN_FILE), or"
                + " argus.web.allow-anonymous = true if something in front of Argus knows who"
                + " calls");
      }
      LOG.warn(
          "ANYBODY who reaches {}:{} can use Argus: argus.web.allow-anonymous is true and no token"
              + " is set",
          settings.connections().host(),
          settings.connections().port());
    } else if (settings.tls().isEmpty()) {
      LOG.warn(
          "tokens and photos come to {}:{} in the clear, unless a proxy in front of Argus speaks"
              + " HTTPS; see argus.web.tls",
          settings.connections().host(),
          settings.connections().port());
    }
    return false;
  }
}
