package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code GET /v1/ops/events} over real HTTP. */
@Timeout(120)
class OpsEventsTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String USER = "user-token-0123456789";
  private static final String OPERATOR = "operator-token-0123456789";

  private static HttpResponse<InputStream> open(OpsTier tier, String token) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(tier.uri(OpsHandler.PATH));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return HTTP.send(request.build(), BodyHandlers.ofInputStream());
  }

  private static BufferedReader reader(HttpResponse<InputStream> response) {
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  private static JsonNode next(BufferedReader events, String name) throws IOException {
    assertThat(events.readLine()).isEqualTo("event: " + name);
    String data = events.readLine();
    assertThat(data).startsWith("data: ");
    assertThat(events.readLine()).isEmpty();
    return new ObjectMapper().readTree(data.substring("data: ".length()));
  }

  @Test
  void theWebNodeThatLeadsTellsAllOfTheCluster() throws Exception {
    try (OpsTier tier = new OpsTier(0).leading();
        BufferedReader events = reader(open(tier, ""))) {
      JsonNode history = next(events, "history");
      assertThat(history.path("stepSeconds").asInt()).isEqualTo(5);
      JsonNode snapshot = next(events, "snapshot");
      while (!snapshot.path("costs").has("usd") || !snapshot.path("leads").asBoolean()) {
        snapshot = next(events, "snapshot");
      }
      assertThat(snapshot.path("now").path("ready").asInt()).isEqualTo(1);
      assertThat(snapshot.path("now").path("held").asInt()).isEqualTo(5);
      assertThat(snapshot.path("now").path("waiting").asInt()).isZero();
      assertThat(snapshot.path("list")).hasSize(2);
      assertThat(snapshot.path("decisions")).hasSize(2);
      assertThat(snapshot.path("deadLetters").asInt()).isZero();
      assertThat(snapshot.path("costs").path("usdPer1000Photos").asDouble()).isEqualTo(0.025);
      assertThat(snapshot.path("costs").path("prices").path("date").asText())
          .isEqualTo("2025-09-30");
    }
  }

  @Test
  void aWebNodeThatDoesNotLeadTellsWhatItKnowsItself() throws Exception {
    try (OpsTier tier = new OpsTier(0);
        BufferedReader events = reader(open(tier, ""))) {
      next(events, "history");
      JsonNode snapshot = next(events, "snapshot");
      assertThat(snapshot.path("leads").asBoolean()).isFalse();
      assertThat(snapshot.path("webNode").asText()).isEqualTo("web-1");
      assertThat(snapshot.has("list")).as("what it last saw of the fleet is old").isFalse();
      assertThat(snapshot.path("now").has("ready")).isFalse();
      assertThat(snapshot.has("deadLetters")).isFalse();
      assertThat(snapshot.path("now").has("waiting")).isTrue();
      assertThat(snapshot.path("decisions")).as("the latest says who leads").isNotEmpty();
    }
  }

  @Test
  void itGoesOnWhileConnectionsWithoutRequestsAreClosedAndEndsWithTheWebNode() throws Exception {
    OpsTier tier =
        new OpsTier(0, "ARGUS_WEB_REQUEST_IDLE_TIMEOUT", "1s", "ARGUS_WEB_STOP_TIMEOUT", "60s");
    try (BufferedReader events = reader(open(tier, ""))) {
      next(events, "history");
      for (int i = 0; i < 4; i++) {
        next(events, "snapshot");
      }
      long begin = System.nanoTime();
      tier.close();
      assertThat((System.nanoTime() - begin) / 1e9).as("not the stop timeout").isLessThan(50);
      String line = events.readLine();
      while (line != null) {
        line = events.readLine();
      }
    }
  }

  @Test
  void onlyOperatorsMayWatch() throws Exception {
    try (OpsTier tier =
        new OpsTier(0, "ARGUS_WEB_USER_TOKEN", USER, "ARGUS_WEB_OPERATOR_TOKEN", OPERATOR)) {
      assertThat(open(tier, "").statusCode()).isEqualTo(401);
      assertThat(open(tier, USER).statusCode()).isEqualTo(403);
      try (BufferedReader events = reader(open(tier, OPERATOR))) {
        next(events, "history");
      }
    }
  }

  @Test
  void aPhotoThatIsRefusedInAFormOfManyIsAnErrorOfItsClass() throws Exception {
    try (OpsTier tier = new OpsTier(0)) {
      HttpRequest form =
          HttpRequest.newBuilder(tier.uri("/v1/images"))
              .header("Content-Type", "multipart/form-data; boundary=" + BatchNodes.BOUNDARY)
              .POST(
                  BodyPublishers.ofByteArrays(
                      List.of(
                          BatchNodes.begin(),
                          BatchNodes.part("bad-0"),
                          BatchNodes.part("bad-1"),
                          BatchNodes.end())))
              .build();
      assertThat(HTTP.send(form, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      try (BufferedReader events = reader(open(tier, ""))) {
        next(events, "history");
        assertThat(next(events, "snapshot").path("errors").toString())
            .contains("\"place\":\"refused\",\"name\":\"unsupported-type\"", "\"total\":2");
      }
    }
  }

  @Test
  void whoComesWhenTooManyWatchIsToldToComeLater() throws Exception {
    try (OpsTier tier = new OpsTier(0, "ARGUS_WEB_MAX_WATCHERS", "1");
        BufferedReader events = reader(open(tier, ""))) {
      next(events, "history");
      HttpResponse<InputStream> refused = open(tier, "");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertThat(new String(refused.body().readAllBytes(), StandardCharsets.UTF_8))
          .contains("argus.web.max-watchers");
      next(events, "snapshot");
      JsonNode errors = next(events, "snapshot").path("errors");
      assertThat(errors.toString()).contains("\"place\":\"status\",\"name\":\"503\"");
    }
  }
}
