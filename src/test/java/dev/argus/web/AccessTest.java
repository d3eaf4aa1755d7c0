package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.protocol.PhotoId;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what, over real HTTP. */
class AccessTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String USER = "user-token-0123456789";
  private static final String OPERATOR = "operator-token-0123456789";
  private static final List<String> OPEN =
      List.of(
          "/livez",
          "/readyz",
          "/",
          "/argus.js",
          "/argus.css",
          "/ops",
          "/ops.js",
          "/ops.css",
          "/uplot.js",
          "/uplot.css",
          "/openapi.json",
          "/favicon.svg");
  private static final List<String> FOR_USERS =
      List.of("/v1/images/" + PhotoId.random(), "/metrics");
  private static final List<String> FOR_OPERATORS =
      List.of("/v1/costs", "/v1/scaling/decisions", "/v1/dead", "/v1/dead/" + PhotoId.random());

  private static HttpResponse<String> get(TestTier tier, String path, String authorization)
      throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(tier.uri(path));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(TestTier tier, String authorization, byte[] body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(tier.uri("/v1/images"))
            .header("Content-Type", "image/png")
            .POST(BodyPublishers.ofByteArray(body));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void withoutATokenConfiguredEverybodyOnThisMachineMayDoEverything() throws Exception {
    try (TestTier tier = new TestTier()) {
      for (String path : List.of("/livez", "/", "/metrics", "/v1/scaling/decisions")) {
        assertThat(get(tier, path, "").statusCode()).as(path).isEqualTo(200);
      }
      assertThat(post(tier, "", new byte[3]).statusCode()).isEqualTo(415);
    }
  }

  @Test
  void eachCallNeedsTheTokenOfItsRole() throws Exception {
    try (TestTier tier = new TestTier("USER_TOKEN", USER, "OPERATOR_TOKEN", OPERATOR)) {
      for (String path : OPEN) {
        for (String authorization : List.of("", "Bearer " + USER, "Bearer nonsense")) {
          assertThat(get(tier, path, authorization).statusCode()).as(path).isEqualTo(200);
        }
      }
      for (String path : FOR_USERS) {
        assertThat(get(tier, path, "").statusCode()).as(path).isEqualTo(401);
        assertThat(get(tier, path, "Bearer " + USER).statusCode()).as(path).isIn(200, 404);
        assertThat(get(tier, path, "Bearer " + OPERATOR).statusCode()).as(path).isIn(200, 404);
      }
      for (String path : FOR_OPERATORS) {
        assertThat(get(tier, path, "").statusCode()).as(path).isEqualTo(401);
        assertThat(get(tier, path, "Bearer " + USER).statusCode()).as(path).isEqualTo(403);
        assertThat(get(tier, path, "Bearer " + OPERATOR).statusCode()).as(path).isIn(200, 404);
      }
      assertThat(post(tier, "Bearer " + USER, new byte[3]).statusCode()).isEqualTo(415);
      assertThat(post(tier, "bearer " + OPERATOR, new byte[3]).statusCode()).isEqualTo(415);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/anything-new",
        "/v1/dead/x/redrive",
        "//metrics",
        "/metrics/",
        "/v1/%64ead",
        "/v1/images",
        "/livez/..%2fmetrics",
        "/LIVEZ",
        "/v1/dead;x"
      })
  void whatIsNotKnownNeedsATokenToo(String path) throws Exception {
    try (TestTier tier = new TestTier("USER_TOKEN", USER)) {
      assertThat(get(tier, path, "").statusCode()).isEqualTo(401);
      assertThat(post(tier, "", new byte[3]).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void whoHasNoTokenIsToldHowToSendOneAndWhoHasAWrongOneThatItIsWrong() throws Exception {
    try (TestTier tier = new TestTier("USER_TOKEN", USER)) {
      HttpResponse<String> none = post(tier, "", new byte[3]);
      assertThat(none.statusCode()).isEqualTo(401);
      assertThat(none.headers().firstValue("WWW-Authenticate")).hasValue("Bearer realm=\"argus\"");
      assertThat(new ObjectMapper().readTree(none.body()).get("type").asText())
          .isEqualTo("urn:argus:problem:unauthorized");
      for (String wrong :
          List.of(
              "Bearer " + USER + "x",
              "Bearer " + USER.substring(1),
              "Basic " + USER,
              "Bearer",
              USER)) {
        HttpResponse<String> refused = post(tier, wrong, new byte[3]);
        assertThat(refused.statusCode()).as(wrong).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate"))
            .hasValue("Bearer realm=\"argus\", error=\"invalid_token\"");
        assertThat(refused.body()).doesNotContain(USER);
      }
    }
  }

  @Test
  void withoutAnOperatorsTokenOperatorsCallsAreRefusedWithTheNameOfTheSetting() throws Exception {
    try (TestTier tier = new TestTier("USER_TOKEN", USER)) {
      HttpResponse<String> refused = get(tier, "/v1/dead", "Bearer " + USER);
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).contains("argus.web.operator-token");
      assertThat(get(tier, "/metrics", "Bearer " + USER).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void withOnlyAnOperatorsTokenUploadsNeedIt() throws Exception {
    try (TestTier tier = new TestTier("OPERATOR_TOKEN", OPERATOR)) {
      assertThat(post(tier, "", new byte[3]).statusCode()).isEqualTo(401);
      assertThat(post(tier, "Bearer " + OPERATOR, new byte[3]).statusCode()).isEqualTo(415);
    }
  }

  @Test
  void aLargeUploadWithoutATokenIsRefusedInWordsAndNothingIsStored() throws Exception {
    try (TestTier tier = new TestTier("USER_TOKEN", USER)) {
      HttpResponse<String> refused = post(tier, "", new byte[8 * 1024 * 1024]);
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.body()).contains("A token is needed");
      assertThat(tier.store.keys(Bucket.INPUT)).isEmpty();
      assertThat(post(tier, "Bearer " + USER, new byte[3]).statusCode()).isEqualTo(415);
    }
  }

  @Test
  void theRefusalOfAnUploadDoesNotWaitForItsBody() throws Exception {
    try (TestTier tier = new TestTier("USER_TOKEN", USER);
        var socket = new java.net.Socket("127.0.0.1", tier.port())) {
      socket
          .getOutputStream()
          .write(
              "POST /v1/images HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999\r\n\r\n"
                  .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readNBytes(12))).isEqualTo("HTTP/1.1 401");
    }
  }

  @Test
  void readinessTellsNobodyASecret() throws Exception {
    try (TestTier tier = new TestTier("USER_TOKEN", USER)) {
      tier.store.setDown(true);
      assertThat(get(tier, "/readyz", "").body()).doesNotContain(USER).doesNotContain("Bearer");
    }
  }
}
