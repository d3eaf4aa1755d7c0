package dev.argus.config;

import com.typesafe.config.Config;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who may call the web tier; part of {@code argus.web}.
 *
 * <p>Files are read when the web tier asks for the tokens, and not before: other commands load the
 * same settings, on machines that have no such files.
 *
 * @param userToken empty for none
 * @param userTokenFile path; empty for none
 * @param operatorToken empty for none
 * @param operatorTokenFile path; empty for none
 * @param allowAnonymous whether other machines may call without a token
 * @param allowedHosts names besides those of loopback under which browsers may call; lower case
 */
public record AccessSettings(
    Secret userToken,
    String userTokenFile,
    Secret operatorToken,
    String operatorTokenFile,
    boolean allowAnonymous,
    List<String> allowedHosts) {

  public AccessSettings {
    allowedHosts =
        allowedHosts.stream()
            .map(String::strip)
            .filter(host -> !host.isEmpty())
            .map(host -> host.toLowerCase(Locale.ROOT))
            .toList();
    for (String host : allowedHosts) {
      Checks.matches("web.allowed-hosts", host, "[a-z0-9.-]+|\\[[0-9a-f:.]+]");
    }
  }

  /**
   * The token of users and that of operators; either may be absent.
   *
   * @throws InvalidSettingException if one is set twice, cannot be read, or cannot be a token
   */
  public Tokens tokens() {
    return new Tokens(
        Token.of("web.user-token", userToken, userTokenFile),
        Token.of("web.operator-token", operatorToken, operatorTokenFile));
  }

  /** Who is known by which token. */
  public record Tokens(Optional<Secret> user, Optional<Secret> operator) {
    public Tokens {
      if (user.isPresent() && user.equals(operator)) {
        throw new InvalidSettingException(
            "argus.web.user-token and argus.web.operator-token are the same; users would be"
                + " operators");
      }
    }

    /** Whether anybody needs a token. */
    public boolean any() {
      return user.isPresent() || operator.isPresent();
    }
  }

  static AccessSettings from(Config c) {
    return new AccessSettings(
        new Secret(c.getString("user-token")),
        c.getString("user-token-file"),
        new Secret(c.getString("operator-token")),
        c.getString("operator-token-file"),
        c.getBoolean("allow-anonymous"),
        c.getStringList("allowed-hosts"));
  }
}
