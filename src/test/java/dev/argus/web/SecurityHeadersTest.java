package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What browsers are told with every answer, over real HTTP. */
class SecurityHeadersTest {
  private static final String GET = "GET %s HTTP/1.1\nHost: localhost";

  @Test
  void everyAnswerTellsBrowsersWhatTheyMustNotDoWithIt() throws Exception {
    try (TestTier tier = new TestTier("USER_TOKEN", "user-token-0123456789")) {
      for (String path :
          List.of("/", "/argus.js", "/livez", "/readyz", "/metrics", "/v1/images/x", "/nowhere")) {
        String answer = tier.raw(GET.formatted(path), "").toLowerCase(Locale.ROOT);
        assertThat(answer)
            .as(path)
            .contains("\r\nx-content-type-options: nosniff\r\n")
            .contains("\r\nx-frame-options: deny\r\n")
            .contains("\r\nreferrer-policy: same-origin\r\n")
            .contains("\r\ncross-origin-resource-policy: same-origin\r\n")
            .contains("\r\ncontent-security-policy: default-src 'none'")
            .contains("frame-ancestors 'none'")
            .contains("\r\ncache-control: no-")
            .doesNotContain("access-control-")
            .doesNotContain("strict-transport-security")
            .doesNotContain("unsafe-inline");
        assertThat(answer.split("\r\ncontent-security-policy: ")).hasSize(2);
      }
      assertThat(tier.raw(GET.formatted("/v1/images/x"), ""))
          .contains("\r\nCache-Control: no-store\r\n");
    }
  }

  @Test
  void whatIsNoHttpIsToldSoLikeAllElse() throws Exception {
    try (TestTier tier = new TestTier()) {
      String odd = tier.raw(GET.formatted("/v1/images/x?top=%zz"), "");
      assertThat(odd)
          .startsWith("HTTP/1.1 400")
          .contains("\r\nContent-Type: application/problem+json\r\n")
          .contains("\r\nX-Content-Type-Options: nosniff\r\n")
          .contains("\r\nCache-Control: no-store\r\n")
          .contains("urn:argus:problem:bad-request", "Illegal request-target");
      assertThat(tier.raw(GET.formatted("/livez") + "\nX-Long: " + "x".repeat(20_000), ""))
          .startsWith("HTTP/1.1 431")
          .contains("application/problem+json", "\"status\":431");
    }
  }

  @Test
  void aPreflightOfAnotherOriginIsNotAllowedAnything() throws Exception {
    try (TestTier tier = new TestTier()) {
      assertThat(
              tier.raw(
                  "OPTIONS /v1/images HTTP/1.1\nHost: localhost\nOrigin: http://page.example\n"
                      + "Access-Control-Request-Method: POST",
                  ""))
          .startsWith("HTTP/1.1 405")
          .doesNotContainIgnoringCase("Access-Control-Allow");
    }
  }
}
