package dev.argus.web;

import dev.argus.config.AccessSettings.Tokens;
import dev.argus.config.WebSettings;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** What every request must pass before anything is done for it, and what every answer is given. */
final class Entrance {
  /** Health checks, which are answered even when nothing else is. */
  static final Set<String> HEALTH = Set.of("/livez", "/readyz");

  private final BrowserGuard browsers;
  private final Access access;
  private final SecurityHeaders headers;
  private final boolean loopback;

  private Entrance(
      BrowserGuard browsers, Access access, SecurityHeaders headers, boolean loopback) {
    this.loopback = loopback;
    this.browsers = browsers;
    this.access = access;
    this.headers = headers;
  }

  /**
   * The entrance that the settings describe.
   *
   * @param pages paths of what everybody may read
   * @throws dev.argus.config.InvalidSettingException if it would be open to a network by accident,
   *     or a token cannot be read
   */
  static Entrance of(WebSettings settings, Set<String> pages) {
    Tokens tokens = settings.access().tokens();
    boolean loopback = Exposure.isLoopback(settings, tokens);
    boolean secure = settings.tls().isPresent();
    Set<String> open = new HashSet<>(pages);
    open.addAll(HEALTH);
    return new Entrance(
        new BrowserGuard(loopback, secure, settings.access().allowedHosts()),
        new Access(tokens, open),
        new SecurityHeaders(secure),
        loopback);
  }

  /** Whether the request may go on, and for whom; looks at its headers only. */
  Access.Authorization check(HttpRequest request, String path, Client client) {
    if (!loopback && HEALTH.contains(path)) {
      return access.check(request, path, client); // load balancers call by address
    }
    return browsers
        .refusal(request)
        .<Access.Authorization>map(problem -> new Access.Refused(problem, Optional.empty()))
        .orElseGet(() -> access.check(request, path, client));
  }

  /** Whether they may be told what goes on inside. */
  boolean trusts(Principal principal) {
    return access.trusts(principal);
  }

  /** The answer with what every answer has. */
  HttpResponse secured(HttpResponse response) {
    return headers.addTo(response);
  }
}
