package dev.argus.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node whose model does not load: it says why, ends itself, and is not replaced in a hot loop.
 */
class BrokenNodeIT {
  private static final Path PHOTO = Path.of("src/test/resources/photos/pizza.jpg");
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration LONG = Duration.ofSeconds(90);

  @TempDir private static Path directory;

  @Test
  void aModelThatIsNotTheOneThatWasSetIsReportedAndLaunchingBacksOff() throws Exception {
    Path model = Files.writeString(directory.resolve("model.onnx"), "not the model");
    Map<String, String> settings =
        Map.of(
            "ARGUS_MODEL_URI", model.toUri().toString(),
            "ARGUS_MODEL_SHA256", "0".repeat(64),
            "ARGUS_MODEL_LABELS", PHOTO.toAbsolutePath().toString());
    try (LocalArgus argus = new LocalArgus(directory.resolve("broken"), 1, settings)) {
      HttpResponse<String> accepted =
          HTTP.send(
              HttpRequest.newBuilder(argus.url().resolve("/v1/images"))
                  .header("Content-Type", "image/jpeg")
                  .header("Prefer", "respond-async")
                  .POST(BodyPublishers.ofFile(PHOTO))
                  .build(),
              BodyHandlers.ofString());
      assertThat(accepted.statusCode()).isEqualTo(202);

      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(decisions(argus))
                      .extracting(decision -> decision.get("reason").asText())
                      .anyMatch(
                          reason ->
                              reason.contains("its model did not load")
                                  && reason.contains("argus.model.sha256")));
      await().atMost(LONG).until(() -> launches(argus).size() >= 3);
      List<Instant> launches = launches(argus);
      assertThat(
              Duration.between(
                  launches.get(launches.size() - 2), launches.get(launches.size() - 1)))
          .as("the time between the latest launches, whose pause is 4 s, half of it random")
          .isGreaterThan(Duration.ofSeconds(2));
      assertThat(metrics(argus)).doesNotContain("argus_nodes_reports_total{state=\"failed\"} 0.0");
      assertThat(metrics(argus)).contains("argus_nodes_reports_total{state=\"ready\"} 0.0");
      await().atMost(LONG).until(() -> argus.appNodeProcesses().isEmpty());
    }
  }

  private static List<Instant> launches(LocalArgus argus) throws Exception {
    return decisions(argus).stream()
        .filter(decision -> decision.get("launch").asInt() > 0)
        .map(decision -> Instant.parse(decision.get("at").asText()))
        .sorted()
        .toList();
  }

  private static List<JsonNode> decisions(LocalArgus argus) throws Exception {
    JsonNode json = new ObjectMapper().readTree(get(argus.url().resolve("/v1/scaling/decisions")));
    return StreamSupport.stream(json.spliterator(), false).toList();
  }

  private static String metrics(LocalArgus argus) throws Exception {
    return get(argus.url().resolve("/metrics"));
  }

  private static String get(URI url) throws Exception {
    return HTTP.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString()).body();
  }
}
