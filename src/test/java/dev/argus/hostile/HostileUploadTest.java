package dev.argus.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.hostile.HostileInput.Expected;
import dev.argus.ports.Classifier;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.simulation.InMemoryCluster;
import dev.argus.simulation.InMemoryCluster.WebNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Hostile files through the whole of Argus, from its door to its decoder and back: each is answered
 * in time, with a label or a reason.
 */
class HostileUploadTest {
  private static final Duration TIME_LIMIT = Duration.ofSeconds(60); // noisy machines
  private static final long MAX_GROWTH = 1L << 30;
  private static final int AT_ONCE = 200;

  /** How many times as many files: more are for a long search, not for each build. */
  private static final int TIMES = Integer.getInteger("hostile.times", 1);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final List<String> CLAIMED_TYPES =
      List.of("image/jpeg", "image/png", "image/webp", "application/octet-stream", "text/html");

  private static InMemoryCluster cluster;
  private static WebNode web;
  private static Classifier classifier;
  private static OptionalLong peakBefore;

  @BeforeContainer
  static void start() {
    // By claim check, for the queue in memory keeps all messages that it ever had.
    cluster =
        new InMemoryCluster(
            InstantSource.system(),
            Map.of(
                "ARGUS_WEB_INLINE_LIMIT", "1B",
                "ARGUS_WEB_CLIENT_RATE", "100000",
                "ARGUS_WEB_CLIENT_BURST", "100000"));
    classifier = new DecodingClassifier(cluster.settings());
    web = cluster.startWeb(cluster.surroundings());
    cluster.startApp("i-1", cluster.surroundings(), classifier);
    peakBefore = Memory.peak();
  }

  @AfterContainer
  static void stop() {
    cluster.close();
    classifier.close();
    Memory.peak()
        .ifPresent(peak -> assertThat(peak - peakBefore.getAsLong()).isLessThan(MAX_GROWTH));
  }

  /** In all 3,000 files, or as many times that as {@code hostile.times} says. */
  @Property(tries = 15, seed = "5", shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void everyHostileUploadIsAnsweredInTimeWithALabelOrAReason(
      @ForAll("hostile") List<List<HostileInput>> batches) throws Exception {
    for (List<HostileInput> inputs : batches) {
      checkAll(inputs);
    }
  }

  private static void checkAll(List<HostileInput> inputs) throws Exception {
    List<CompletableFuture<HttpResponse<String>>> answers =
        inputs.stream()
            .map(input -> HTTP.sendAsync(upload(input), BodyHandlers.ofString()))
            .toList();
    for (int i = 0; i < inputs.size(); i++) {
      check(inputs.get(i), answers.get(i).get());
    }
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> cluster.nothingWaits() && web.tier().waiting() == 0);
    assertThat(cluster.store.keys(Bucket.OUTPUT)).hasSameSizeAs(cluster.store.keys(Bucket.INPUT));
    assertThat(cluster.deadLetters.sent()).isEmpty();
    cluster.store.clear(Bucket.INPUT);
    cluster.store.clear(Bucket.OUTPUT);
  }

  private static HttpRequest upload(HostileInput input) {
    HttpRequest.Builder request = HttpRequest.newBuilder(web.uri("/v1/images")).timeout(TIME_LIMIT);
    int kind = Math.floorMod(input.seed(), CLAIMED_TYPES.size() + 1);
    if (kind == CLAIMED_TYPES.size()) {
      Form form = new Form("b").file("photo", "photo.jpg", input.bytes());
      return request
          .header("Content-Type", form.contentType())
          .POST(BodyPublishers.ofByteArray(form.closed()))
          .build();
    }
    return request
        .header("Content-Type", CLAIMED_TYPES.get(kind))
        .POST(BodyPublishers.ofByteArray(input.bytes()))
        .build();
  }

  private static void check(HostileInput input, HttpResponse<String> answer) throws IOException {
    String what = input + " -> " + answer.statusCode() + " " + answer.body();
    JsonNode body = JSON.readTree(answer.body());
    if (answer.statusCode() == 200) {
      assertThat(body.path("label").asText()).as(what).isNotBlank();
      assertThat(input.expected()).as(what).isNotEqualTo(Expected.REFUSED);
    } else {
      assertThat(answer.statusCode()).as(what).isBetween(400, 499).isNotEqualTo(429);
      assertThat(body.path("detail").asText()).as(what).isNotBlank();
      assertThat(input.expected()).as(what).isNotEqualTo(Expected.TAKEN);
    }
  }

  @Provide
  Arbitrary<List<List<HostileInput>>> hostile() {
    return HostileInputs.any().list().ofSize(AT_ONCE).list().ofSize(TIMES);
  }
}
