package dev.argus.web;

import dev.argus.config.AccessSettings.Tokens;
import dev.argus.config.Secret;
import dev.argus.protocol.Problem;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * Who may do what: each call needs a {@link Role}, and a bearer token (RFC 6750) gives one.
 *
 * <p>Without any token configured everybody may do everything.
 */
final class Access {
  private static final Pattern BEARER =
      Pattern.compile("bearer +(\\S+) *", Pattern.CASE_INSENSITIVE);
  private static final String REALM = "Bearer realm=\"argus\"";

  private static final Set<String> OPERATOR_PATHS =
      Set.of("/v1/costs", "/v1/dead", "/v1/scaling/decisions", OpsHandler.PATH);
  private static final String DEAD_LETTER = "/v1/dead/";

  private final Tokens tokens;
  private final Set<String> openPaths;

  /**
   * @param openPaths what everybody may read
   */
  Access(Tokens tokens, Set<String> openPaths) {
    this.tokens = tokens;
    this.openPaths = Set.copyOf(openPaths);
  }

  /** Whether they may be told what goes on inside: strangers may not, where there are tokens. */
  boolean trusts(Principal principal) {
    return !tokens.any() || principal.role() != Role.ANYONE;
  }

  /** What {@link #check} finds. */
  sealed interface Authorization {}

  record Granted(Principal principal) implements Authorization {}

  /**
   * @param challenge the value of {@code WWW-Authenticate}; empty if no token helps
   */
  record Refused(Problem problem, Optional<String> challenge) implements Authorization {}

  /** Whether the caller may do this; looks at headers only. */
  Authorization check(HttpRequest request, String path, Client client) {
    if (!tokens.any()) {
      return new Granted(Principal.withoutToken(client));
    }
    Role needed = roleFor(request.method().name(), path);
    Optional<String> header = request.getHeader("authorization").map(HttpHeader::value);
    if (header.isEmpty()) {
      return needed == Role.ANYONE
          ? new Granted(Principal.withoutToken(client))
          : unauthorized(REALM, "Send one as: Authorization: Bearer TOKEN.");
    }
    Optional<Role> role = roleOf(header.get());
    if (role.isEmpty() && needed != Role.ANYONE) {
      return unauthorized(
          REALM + ", error=\"invalid_token\"", "The one that was sent is not a token of Argus.");
    }
    if (needed == Role.OPERATOR && role.get() != Role.OPERATOR) {
      return new Refused(operatorNeeded(), Optional.empty());
    }
    return new Granted(
        role.map(Principal::withToken).orElseGet(() -> Principal.withoutToken(client)));
  }

  /** What a call needs: what is not listed needs a user. */
  private Role roleFor(String method, String path) {
    if (OPERATOR_PATHS.contains(path) || path.startsWith(DEAD_LETTER)) {
      return Role.OPERATOR;
    }
    boolean reads = method.equals("GET") || method.equals("HEAD");
    return reads && openPaths.contains(path) ? Role.ANYONE : Role.USER;
  }

  private Optional<Role> roleOf(String authorization) {
    Matcher bearer = BEARER.matcher(authorization);
    if (!bearer.matches()) {
      return Optional.empty();
    }
    // Both are compared always, so that the time taken does not tell which of them it was.
    boolean operator = matches(tokens.operator(), bearer.group(1));
    boolean user = matches(tokens.user(), bearer.group(1));
    return operator ? Optional.of(Role.OPERATOR) : user ? Optional.of(Role.USER) : Optional.empty();
  }

  private static boolean matches(Optional<Secret> token, String sent) {
    return token.isPresent() && token.get().matches(sent);
  }

  private static Refused unauthorized(String challenge, String detail) {
    return new Refused(Problem.Kind.UNAUTHORIZED.because(detail), Optional.of(challenge));
  }

  private Problem operatorNeeded() {
    return Problem.Kind.FORBIDDEN.because(
        tokens.operator().isPresent()
            ? "This needs the operator's token; the one that was sent is the user's."
            : "This needs an operator's token, and this web node has none:"
                + " argus.web.operator-token is not set.");
  }
}
