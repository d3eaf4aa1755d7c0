package dev.argus.callback;

import dev.argus.protocol.PhotoException;
import dev.argus.protocol.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;

/**
 * Where callbacks may go: to whom on the internet the client names, and never to what only this
 * machine can reach (server-side request forgery).
 *
 * <p>The address is checked that is then connected to, after the look-up of the name: a name that
 * points elsewhere at its second look-up (DNS rebinding) gains nothing by it.
 */
final class Destinations {
  private static final int MAX_LENGTH = 2048;
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  private final boolean privateToo;
  private final Resolver resolver;

  /** Looks a name up; {@link InetAddress#getAllByName} but in tests. */
  @FunctionalInterface
  interface Resolver {
    InetAddress[] addressesOf(String host) throws UnknownHostException;
  }

  /**
   * @param privateToo whether any address will do
   */
  Destinations(boolean privateToo, Resolver resolver) {
    this.privateToo = privateToo;
    this.resolver = resolver;
  }

  /**
   * The URL that a client asks to be called back at.
   *
   * @throws PhotoException with the reason, if it is none that will be called
   */
  static URI parse(String text) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw bad("it is no URL");
    }
    if (text.length() > MAX_LENGTH) {
      throw bad("it may have " + MAX_LENGTH + " characters");
    }
    if (!"https".equalsIgnoreCase(url.getScheme()) && !"http".equalsIgnoreCase(url.getScheme())) {
      throw bad("it must begin with https:// or http://");
    }
    if (url.getHost() == null || url.getRawUserInfo() != null || url.getRawFragment() != null) {
      throw bad("it needs a host, and may have neither a user nor a fragment");
    }
    return url;
  }

  /** What a client is told whose URL will not be called. */
  static PhotoException bad(String why) {
    return new PhotoException(
        Problem.Kind.BAD_REQUEST.because(
            "Argus-Callback-Url cannot be used: " + why + ". Nothing was accepted."));
  }

  static boolean isHttps(URI url) {
    return "https".equalsIgnoreCase(url.getScheme());
  }

  static int port(URI url) {
    return url.getPort() >= 0 ? url.getPort() : isHttps(url) ? HTTPS_PORT : HTTP_PORT;
  }

  /**
   * The address to connect to; blocks while the name is looked up.
   *
   * @param host a name or an address; IPv6 with or without brackets
   * @throws ForbiddenDestinationException if any address of the name is none to call
   */
  InetSocketAddress resolve(String host, int port) throws IOException {
    String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    InetAddress[] addresses = resolver.addressesOf(name);
    for (InetAddress address : addresses) {
      if (!privateToo && !PublicAddresses.contain(address)) {
        throw new ForbiddenDestinationException(host);
      }
    }
    return new InetSocketAddress(addresses[0], port);
  }

  /** The name of a callback points at what must not be called; trying again will not do. */
  static final class ForbiddenDestinationException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Clients read it: they must not learn the addresses of names that only we can look up. */
    ForbiddenDestinationException(String host) {
      super(
          host
              + " leads to an address that is not on the public internet;"
              + " argus.web.callbacks.allow-private-addresses would allow it");
    }
  }
}
