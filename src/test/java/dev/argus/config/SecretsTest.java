package dev.argus.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigRenderOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens: where they come from, and that nothing shows them. */
class SecretsTest {
  private static final String USER = "user-token-0123456789";
  private static final String OPERATOR = "operator-token-0123456789";

  @TempDir Path folder;

  private static AccessSettings.Tokens tokens(String... environment) {
    Map<String, String> variables = new HashMap<>();
    for (int i = 0; i < environment.length; i += 2) {
      variables.put("ARGUS_WEB_" + environment[i], environment[i + 1]);
    }
    return ArgusSettings.load(variables).web().access().tokens();
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  @Test
  void thereIsNoTokenUnlessOneIsSet() {
    assertThat(tokens().any()).isFalse();
  }

  @Test
  void aTokenComesFromTheEnvironmentOrFromAFileWhoseLineEndDoesNotCount() throws IOException {
    AccessSettings.Tokens tokens =
        tokens("USER_TOKEN", USER, "OPERATOR_TOKEN_FILE", file("op", OPERATOR + "\r\n"));
    assertThat(tokens.user().orElseThrow().matches(USER)).isTrue();
    assertThat(tokens.operator().orElseThrow().matches(OPERATOR)).isTrue();
    assertThat(tokens.operator().orElseThrow().matches(OPERATOR + "\n")).isFalse();
    assertThat(tokens.user().orElseThrow().matches(OPERATOR)).isFalse();
  }

  @Test
  void aTokenThatIsSetTwiceCannotBeReadOrIsTheSameForBothIsRefused() throws IOException {
    String file = file("token", USER);
    assertThatThrownBy(() -> tokens("USER_TOKEN", USER, "USER_TOKEN_FILE", file))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("argus.web.user-token-file")
        .hasMessageContaining("set one of them");
    assertThatThrownBy(() -> tokens("USER_TOKEN_FILE", folder.resolve("none").toString()))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("cannot be read")
        .hasMessageContaining("none");
    assertThatThrownBy(() -> tokens("USER_TOKEN_FILE", file("empty", "\n")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("16 to 4096 characters, found 0");
    assertThatThrownBy(() -> tokens("USER_TOKEN_FILE", file("large", "x".repeat(5000))))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("larger");
    assertThatThrownBy(() -> tokens("USER_TOKEN", USER, "OPERATOR_TOKEN_FILE", file))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("users would be operators");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "short",
        "fifteen-letters",
        "a token with spaces",
        "umlaut-größe-umlaut",
        "two-lines-here\nx-two-lines"
      })
  void whatCannotBeATokenIsRefusedAndNotShown(String text) {
    assertThatThrownBy(() -> tokens("USER_TOKEN", text))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("argus.web.user-token")
        .hasMessageNotContaining(text);
  }

  @Test
  void otherCommandsLoadTheSettingsOfAWebNodeWithoutItsFiles() {
    assertThat(
            ArgusSettings.load(
                Map.of(
                    "ARGUS_WEB_USER_TOKEN_FILE", "/nowhere",
                    "ARGUS_WEB_TLS_CERTIFICATE", "/nowhere",
                    "ARGUS_WEB_TLS_PRIVATE_KEY", "/nowhere",
                    "ARGUS_WEB_HOST", "0.0.0.0")))
        .isNotNull();
  }

  @Test
  void nothingThatHoldsATokenShowsIt() {
    ArgusSettings settings =
        ArgusSettings.load(
            Map.of("ARGUS_WEB_USER_TOKEN", USER, "ARGUS_WEB_OPERATOR_TOKEN", OPERATOR));
    for (Object holder :
        new Object[] {
          settings,
          settings.config(),
          settings.config().root().render(ConfigRenderOptions.defaults()),
          settings.web(),
          settings.web().access(),
          settings.web().access().tokens()
        }) {
      assertThat(holder.toString()).doesNotContain(USER).doesNotContain(OPERATOR);
    }
    assertThat(settings.toString())
        .contains("web=WebSettings[connections=ConnectionSettings[host=127.0.0.1")
        .contains("***");
    assertThat(new Secret(USER)).hasToString("***").isEqualTo(new Secret(USER));
    assertThatThrownBy(() -> ArgusSettings.from(settings.config()).web().access().tokens())
        .as("masked settings do not open the door")
        .isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void appNodesAreToldNoSettingOfTheWebTier() {
    Map<String, String> environment =
        Map.of(
            "ARGUS_WEB_USER_TOKEN",
            USER,
            "ARGUS_WEB_OPERATOR_TOKEN_FILE",
            "/run/secrets/operator",
            "ARGUS_WEB_TLS_PRIVATE_KEY",
            "/etc/key.pem",
            "ARGUS_WEB_TLS_CERTIFICATE",
            "/etc/cert.pem",
            "ARGUS_TOKEN",
            USER,
            "ARGUS_WORKER_IDLE_LIMIT",
            "77s",
            "AWS_SECRET_ACCESS_KEY",
            "never");
    assertThat(ArgusSettings.load(environment).nodeOverridesIn(environment))
        .containsExactly(Map.entry("ARGUS_WORKER_IDLE_LIMIT", "77s"));
  }

  @Test
  void halfOfACertificateIsRefused() {
    assertThatThrownBy(() -> ArgusSettings.load(Map.of("ARGUS_WEB_TLS_CERTIFICATE", "/c.pem")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("argus.web.tls.private-key")
        .hasMessageContaining("both or neither");
  }

  @Test
  void aMisspeltVariableIsNamedWithTheSettingThatWasMeantAndWithoutItsValue() {
    ArgusSettings settings = ArgusSettings.load(Map.of());
    assertThat(
            settings.unknownIn(
                Map.of(
                    "ARGUS_WEB_USR_TOKEN", USER,
                    "ARGUS_WEB_PORT", "1",
                    "ARGUS_HOME", "/opt/argus",
                    "ARGUS_TOKEN", USER,
                    "PATH", "/bin")))
        .singleElement()
        .satisfies(
            line ->
                assertThat(line)
                    .contains("ARGUS_WEB_USR_TOKEN is ignored")
                    .contains("ARGUS_WEB_USER_TOKEN?")
                    .doesNotContain(USER));
  }

  @Test
  void aNameThatDoesNotFitIsReportedWithItsSetting() {
    assertThatThrownBy(() -> ArgusSettings.load(Map.of("ARGUS_NAMES_INPUT_BUCKET", "Capital")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("argus.names.input-bucket: expected what matches");
  }
}
