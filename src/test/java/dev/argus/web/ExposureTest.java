package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.config.ArgusSettings;
import dev.argus.config.InvalidSettingException;
import dev.argus.config.WebSettings;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExposureTest {
  private static boolean isLoopback(String host, String... settings) {
    Map<String, String> environment = new HashMap<>(Map.of("ARGUS_WEB_HOST", host));
    for (int i = 0; i < settings.length; i += 2) {
      environment.put("ARGUS_WEB_" + settings[i], settings[i + 1]);
    }
    WebSettings web = ArgusSettings.load(environment).web();
    return Exposure.isLoopback(web, web.access().tokens());
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "::1", "127.9.9.9"})
  void onLoopbackNoTokenIsNeeded(String host) {
    assertThat(isLoopback(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "10.1.2.3"})
  void elsewhereATokenIsNeededOrAWordThatNoneIs(String host) {
    assertThatThrownBy(() -> isLoopback(host))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("argus.web.user-token")
        .hasMessageContaining("argus.web.allow-anonymous");
    assertThat(isLoopback(host, "USER_TOKEN", "user-token-0123456789")).isFalse();
    assertThat(isLoopback(host, "OPERATOR_TOKEN", "operator-token-0123456789")).isFalse();
    assertThat(isLoopback(host, "ALLOW_ANONYMOUS", "true")).isFalse();
  }

  @Test
  void aHostThatDoesNotExistIsNamed() {
    assertThatThrownBy(() -> isLoopback("no such host"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("argus.web.host")
        .hasMessageContaining("no such host");
  }

  @Test
  void aWebTierThatWouldBeOpenToANetworkDoesNotStart() {
    assertThatThrownBy(() -> new TestTier("HOST", "0.0.0.0"))
        .isInstanceOf(InvalidSettingException.class);
    try (TestTier tier = new TestTier("HOST", "0.0.0.0", "ALLOW_ANONYMOUS", "true")) {
      assertThat(tier.port()).isPositive();
    }
  }
}
