package dev.argus.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InstanceMetadataTest {
  private static final String TOKEN = "/latest/api/token";
  private static final String INSTANCE_ID = "/latest/meta-data/instance-id";
  private static final String SPOT_ACTION = "/latest/meta-data/spot/instance-action";

  private final AwsClients clients =
      TestAws.clients(URI.create("http://127.0.0.1:1"), new CallCounter());

  @AfterEach
  void stop() {
    clients.close();
  }

  @Test
  void knowsTheInstanceAndThatNothingInterruptsIt() throws IOException {
    Map<String, String> pages =
        Map.of(
            TOKEN,
            "token",
            INSTANCE_ID,
            "i-0123",
            "/latest/dynamic/instance-identity/document",
            "{\"instanceId\": \"i-0123\", \"pendingTime\": \"2026-11-24T08:00:00Z\"}");
    try (StubServer server = serving(pages);
        InstanceMetadata metadata = metadata(server.endpoint())) {
      assertThat(TestAws.await(metadata.instanceId())).isEqualTo("i-0123");
      assertThat(TestAws.await(metadata.launchedAt()))
          .isEqualTo(Instant.parse("2026-11-24T08:00:00Z"));
      assertThat(TestAws.await(metadata.spotInterruption())).isEmpty();
      assertThat(server.requests.get(0)).extracting("method", "path").containsExactly("PUT", TOKEN);
    }
  }

  @Test
  void showsTheNoticeOfAnInterruption() throws IOException {
    String notice = "{\"action\": \"terminate\", \"time\": \"2026-11-24T08:22:00Z\"}";
    try (StubServer server = serving(Map.of(TOKEN, "token", SPOT_ACTION, notice));
        InstanceMetadata metadata = metadata(server.endpoint())) {
      assertThat(TestAws.await(metadata.spotInterruption()))
          .contains(Instant.parse("2026-11-24T08:22:00Z"));
    }
  }

  @Test
  void aNoticeThatCannotBeReadIsAFailureAndNoNotice() throws IOException {
    for (String garbage :
        List.of("<html>", "{}", "{\"time\": 7}", "{\"time\": \"soon\"}", "[]", "")) {
      try (StubServer server = serving(Map.of(TOKEN, "token", SPOT_ACTION, garbage));
          InstanceMetadata metadata = metadata(server.endpoint())) {
        assertThat(TestAws.failureOf(metadata.spotInterruption())).as(garbage).isNotNull();
      }
    }
  }

  @Test
  void aMachineWithoutTheServiceIsToldSoWithinTheTimeout() throws IOException {
    try (ServerSocket silent = new ServerSocket(0);
        InstanceMetadata metadata =
            metadata(URI.create("http://127.0.0.1:" + silent.getLocalPort()))) {
      Instant began = Instant.now();
      TestAws.failureOf(metadata.instanceId());
      assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(4));
    }
  }

  private InstanceMetadata metadata(URI endpoint) {
    return clients.metadata(Optional.of(endpoint), Duration.ofSeconds(2));
  }

  private static StubServer serving(Map<String, String> pages) throws IOException {
    return new StubServer(
        request ->
            pages.containsKey(request.path())
                ? new StubServer.Answer(200, pages.get(request.path()))
                : new StubServer.Answer(404, "404 - Not Found"));
  }
}
