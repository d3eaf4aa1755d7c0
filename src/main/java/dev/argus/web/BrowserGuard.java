package dev.argus.web;

import dev.argus.protocol.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * Keeps pages of other origins from driving Argus through the browser of somebody who may.
 *
 * <p>Browsers say where a request comes from: a foreign page cannot forge {@code Sec-Fetch-Site},
 * {@code Origin} or {@code Host}. Requests of programs have neither of the first two and pass.
 * Source: W3C "Fetch Metadata Request Headers"; the order of the checks is that of Go's {@code
 * net/http.CrossOriginProtection}. {@code Sec-Fetch-Site} has the first word, since a proxy may
 * change {@code Host} but not that. With DNS rebinding a foreign page is of the same origin, but
 * its name is in {@code Host}.
 */
final class BrowserGuard {
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");
  private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");
  private static final Pattern PORT = Pattern.compile(":\\d*$");
  private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

  private final boolean secure;
  private final Set<String> hosts;

  /**
   * @param loopback whether only this machine can connect
   * @param secure whether the server speaks HTTPS itself
   * @param allowedHosts lower case, without ports
   */
  BrowserGuard(boolean loopback, boolean secure, List<String> allowedHosts) {
    this.secure = secure;
    this.hosts = new HashSet<>(allowedHosts);
    if (loopback) {
      hosts.addAll(LOOPBACK);
    }
  }

  /** Why a request is refused, if it is; looks at headers only. */
  Optional<Problem> refusal(HttpRequest request) {
    String host = header(request, "host").map(BrowserGuard::lower).orElse("");
    // Only programs leave it out.
    if (!hosts.isEmpty() && !host.isEmpty() && !hosts.contains(withoutPort(host))) {
      return forbidden(
          "The Host header names neither this machine nor one of argus.web.allowed-hosts.");
    }
    if (SAFE_METHODS.contains(request.method().name())) {
      return Optional.empty(); // changes nothing, and a foreign page cannot read the answer
    }
    Optional<String> site = header(request, "sec-fetch-site").map(BrowserGuard::lower);
    boolean own =
        site.isPresent()
            ? OWN_SITES.contains(site.get())
            : header(request, "origin").map(origin -> isOwn(lower(origin), host)).orElse(true);
    return own
        ? Optional.empty()
        : forbidden("Pages of other origins may not do this from a browser.");
  }

  /** Behind a proxy that speaks HTTPS for this server the scheme is not known here. */
  private boolean isOwn(String origin, String host) {
    return origin.equals("https://" + host) || !secure && origin.equals("http://" + host);
  }

  private static Optional<Problem> forbidden(String detail) {
    return Optional.of(Problem.Kind.FORBIDDEN.because(detail));
  }

  private static Optional<String> header(HttpRequest request, String name) {
    return request.getHeader(name).map(HttpHeader::value);
  }

  private static String withoutPort(String host) {
    return PORT.matcher(host).replaceFirst("");
  }

  private static String lower(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }
}
