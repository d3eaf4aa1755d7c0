package dev.argus.localaws;

import com.sun.net.httpserver.HttpExchange;
import java.util.Locale;
import java.util.Set;

/**
 * Tells programs on this machine from web pages that use its browser.
 *
 * <p>A page can send requests to loopback ports, and with DNS rebinding read the answers. Browsers
 * say so: such a request has an {@code Origin}, or the page's own name in {@code Host}.
 */
final class LoopbackGuard {
  private static final Set<String> NAMES = Set.of("127.0.0.1", "localhost", "[::1]");

  private LoopbackGuard() {}

  static boolean allows(HttpExchange exchange) {
    String host = exchange.getRequestHeaders().getFirst("Host");
    return !exchange.getRequestHeaders().containsKey("Origin")
        && host != null
        && NAMES.contains(withoutPort(host).toLowerCase(Locale.ROOT));
  }

  private static String withoutPort(String host) {
    return host.replaceFirst(":\\d+$", "");
  }
}
