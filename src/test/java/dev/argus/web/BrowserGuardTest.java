package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.ObjectStore.Bucket;
import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrowserGuardTest {
  private static boolean allows(BrowserGuard guard, String method, String... headers) {
    HttpRequest request =
        switch (method) {
          case "GET" -> HttpRequest.GET("/");
          case "DELETE" -> HttpRequest.DELETE("/");
          default -> HttpRequest.POST("/");
        };
    for (int i = 0; i < headers.length; i += 2) {
      request = request.addHeader(RawHeader.create(headers[i], headers[i + 1]));
    }
    return guard.refusal(request).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    // Sec-Fetch-Site, Origin, allowed
    "same-origin, http://localhost:8000, true",
    "none,        ,                      true",
    "same-site,   http://localhost:8000, false",
    "cross-site,  http://localhost:8000, false",
    "cross-site,  ,                      false",
    "rubbish,     ,                      false",
    ",            http://localhost:8000, true",
    ",            http://LOCALHOST:8000, true",
    ",            http://localhost:8001, false",
    ",            http://localhost,      false",
    ",            http://page.example,   false",
    ",            http://localhost:8000.page.example, false",
    ",            null,                  false",
    ",            '',                    false",
    // behind a proxy that changes Host, the browser's own word counts
    "same-origin, https://argus.example, true",
    // programs send neither
    ",            ,                      true"
  })
  void onlyTheOwnPageMayChangeSomething(String site, String origin, boolean allowed) {
    BrowserGuard guard = new BrowserGuard(true, false, List.of());
    for (String method : List.of("POST", "DELETE")) {
      HttpRequest request = method.equals("POST") ? HttpRequest.POST("/") : HttpRequest.DELETE("/");
      request = request.addHeader(RawHeader.create("Host", "localhost:8000"));
      if (site != null) {
        request = request.addHeader(RawHeader.create("Sec-Fetch-Site", site));
      }
      if (origin != null) {
        request = request.addHeader(RawHeader.create("Origin", origin));
      }
      assertThat(guard.refusal(request).isEmpty()).isEqualTo(allowed);
    }
  }

  @Test
  void whatChangesNothingMayBeAskedFromAnywhere() {
    BrowserGuard guard = new BrowserGuard(true, false, List.of());
    assertThat(
            allows(
                guard,
                "GET",
                "Host",
                "localhost",
                "Sec-Fetch-Site",
                "cross-site",
                "Origin",
                "http://page.example"))
        .isTrue();
  }

  @Test
  void aPageWithoutEncryptionIsNoPageOfAServerWithIt() {
    BrowserGuard guard = new BrowserGuard(false, true, List.of());
    assertThat(allows(guard, "POST", "Host", "a.example", "Origin", "http://a.example")).isFalse();
    assertThat(allows(guard, "POST", "Host", "a.example", "Origin", "https://a.example")).isTrue();
  }

  @Test
  void aProxyMayEndTheEncryption() {
    BrowserGuard guard = new BrowserGuard(false, false, List.of());
    assertThat(allows(guard, "POST", "Host", "a.example", "Origin", "https://a.example")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "127.0.0.1:8000", "localhost", "LocalHost:1", "[::1]", "[::1]:8000"})
  void onLoopbackTheNamesOfThisMachineAreRight(String host) {
    assertThat(allows(new BrowserGuard(true, false, List.of()), "GET", "Host", host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"page.example", "page.example:8000", "localhost.page.example", "127.0.0.1.nip.io"})
  void onLoopbackOtherNamesAreRefusedUnlessTheyAreConfigured(String host) {
    assertThat(allows(new BrowserGuard(true, false, List.of()), "GET", "Host", host)).isFalse();
    BrowserGuard configured =
        new BrowserGuard(true, false, List.of(host.replaceFirst(":\\d+$", "")));
    assertThat(allows(configured, "GET", "Host", host)).isTrue();
    assertThat(allows(configured, "GET", "Host", "localhost")).isTrue();
  }

  @Test
  void elsewhereNamesAreCheckedOnlyAgainstConfiguredOnes() {
    BrowserGuard any = new BrowserGuard(false, false, List.of());
    assertThat(allows(any, "GET", "Host", "whatever.example")).isTrue();
    BrowserGuard one = new BrowserGuard(false, false, List.of("argus.example"));
    assertThat(allows(one, "GET", "Host", "argus.example:8000")).isTrue();
    assertThat(allows(one, "GET", "Host", "whatever.example")).isFalse();
    assertThat(allows(one, "GET", "Host", "localhost")).isFalse();
  }

  @Test
  void elsewhereHealthChecksMayCallByAddress() throws Exception {
    try (TestTier tier =
        new TestTier(
            "HOST", "0.0.0.0", "ALLOW_ANONYMOUS", "true", "ALLOWED_HOSTS", "argus.example")) {
      for (String path : List.of("/livez", "/readyz")) {
        assertThat(tier.raw("GET " + path + " HTTP/1.1\nHost: 10.0.0.5:8000", ""))
            .startsWith("HTTP/1.1 200");
      }
      assertThat(tier.raw("GET / HTTP/1.1\nHost: 10.0.0.5:8000", "")).startsWith("HTTP/1.1 403");
    }
  }

  @Test
  void overHttpAForeignPageGets403OnEveryPathAndNothingIsTaken() throws Exception {
    try (TestTier tier = new TestTier()) {
      String here = "127.0.0.1:" + tier.port();
      for (String path : List.of("/", "/v1/images", "/v1/dead/redrive", "/nowhere")) {
        String foreign =
            tier.raw(
                "POST "
                    + path
                    + " HTTP/1.1\nHost: "
                    + here
                    + "\nOrigin: http://page.example\nContent-Type: text/plain",
                "a simple request, which needs no preflight");
        assertThat(foreign).startsWith("HTTP/1.1 403").contains("urn:argus:problem:forbidden");
      }
      for (String path : List.of("/", "/livez", "/metrics", "/v1/scaling/decisions")) {
        String rebound = tier.raw("GET " + path + " HTTP/1.1\nHost: page.example:8000", "");
        assertThat(rebound).startsWith("HTTP/1.1 403").contains("argus.web.allowed-hosts");
      }
      assertThat(
              tier.raw(
                  "POST /v1/images HTTP/1.1\nHost: "
                      + here
                      + "\nOrigin: http://"
                      + here
                      + "\nContent-Type: image/png",
                  "own page"))
          .startsWith("HTTP/1.1 415");
      assertThat(tier.store.keys(Bucket.INPUT)).isEmpty();
    }
  }
}
