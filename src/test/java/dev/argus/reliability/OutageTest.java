package dev.argus.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.ports.Acknowledgement;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.simulation.InMemoryCluster;
import dev.argus.simulation.InMemoryCluster.WebNode;
import dev.argus.simulation.ScriptedClassifier;
import dev.argus.simulation.SettableClock;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A whole cluster through outages: what it refuses, what it keeps, and that it goes on after. */
class OutageTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration PATIENCE = Duration.ofSeconds(60); // noisy machines
  private static final int PHOTOS = 30;

  private final SettableClock clock = new SettableClock();
  private final InMemoryCluster cluster =
      new InMemoryCluster(
          clock,
          Map.of(
              "ARGUS_WORKER_MIN_BACKOFF", "1ms",
              "ARGUS_WORKER_MAX_BACKOFF", "20ms",
              "ARGUS_WORKER_RENEW_INTERVAL", "20ms",
              "ARGUS_AWS_MIN_BACKOFF", "1ms",
              "ARGUS_AWS_MAX_BACKOFF", "20ms"));

  @AfterEach
  void stop() {
    cluster.close();
  }

  private void startApp() {
    cluster.startApp("i-1", cluster.surroundings(), ScriptedClassifier.reading());
  }

  private CompletableFuture<HttpResponse<String>> upload(WebNode web) {
    return HTTP.sendAsync(
        HttpRequest.newBuilder(web.uri("/v1/images"))
            .header("Content-Type", "image/png")
            .POST(BodyPublishers.ofByteArray(TinyPhoto.png()))
            .build(),
        BodyHandlers.ofString());
  }

  private JsonNode readiness(WebNode web) throws Exception {
    clock.advance(Duration.ofSeconds(10)); // it looks anew
    HttpRequest asked = HttpRequest.newBuilder(web.uri("/readyz")).build();
    return JSON.readTree(HTTP.send(asked, BodyHandlers.ofString()).body());
  }

  @Test
  void tenMinutesWithoutS3DeadLetterNothingAndLoseNoLease() {
    for (int i = 0; i < PHOTOS; i++) {
      PhotoId id = PhotoId.random();
      cluster.store.put(
          Bucket.INPUT,
          ObjectKeys.photo(id),
          new StoredObject(ByteString.fromString("cat " + i), "image/png", Map.of()));
      cluster.requests.send(
          Codec.encode(
              new ClassifyRequest(
                  id,
                  "cat.png",
                  "image/png",
                  "responses",
                  clock.instant(),
                  Optional.empty(),
                  new ClassifyRequest.ClaimCheck(ObjectKeys.photo(id)))));
    }
    cluster.store.setDown(true);
    startApp();
    await().atMost(PATIENCE).until(() -> held() > 0 && cluster.store.calls() > PHOTOS + 5);

    for (int second = 0; second < 600; second += 10) {
      clock.advance(Duration.ofSeconds(10));
      long renewed = cluster.requests.acknowledged().size();
      long twice = renewed + 2L * held();
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> cluster.requests.acknowledged().size() >= twice);
    }
    assertThat(held()).as("a node that waits receives no more").isLessThan(PHOTOS);
    assertThat(cluster.store.keys(Bucket.OUTPUT)).isEmpty();

    cluster.store.setDown(false);
    await().atMost(PATIENCE).until(cluster::nothingWaits);
    assertThat(cluster.store.keys(Bucket.OUTPUT)).hasSize(PHOTOS);
    assertThat(cluster.deadLetters.sent()).isEmpty();
    assertThat(cluster.requests.acknowledged())
        .extracting(Acknowledgement::delivery)
        .as("no lease ran out, so nothing was received twice")
        .allMatch(delivery -> delivery.receiveCount() == 1);
  }

  private int held() {
    return cluster.requests.counts().toCompletableFuture().join().inFlight();
  }

  @Test
  void whileSqsIsDownAnAcceptedPhotoWaitsToBeSentAndIsAnsweredAfterwards() throws Exception {
    WebNode web = cluster.startWeb(cluster.surroundings());
    startApp();
    cluster.requests.setDown(true);
    var answer = upload(web);
    await().atMost(PATIENCE).until(() -> cluster.store.keys(Bucket.INPUT).size() == 1);
    JsonNode readiness = readiness(web);
    assertThat(readiness.get("ready").asBoolean()).isFalse();
    assertThat(readiness.at("/checks/request-queue").asText()).contains("down");
    assertThat(readiness.at("/checks/input-bucket").asText()).isEqualTo("ok");
    assertThat(answer).isNotDone();

    cluster.requests.setDown(false);
    assertThat(answer.get().statusCode()).isEqualTo(200);
    assertThat(readiness(web).get("ready").asBoolean()).isTrue();
  }

  @Test
  void whileTheResponseQueueIsDownAnAnswerIsKeptAndComesAfterwards() throws Exception {
    WebNode web = cluster.startWeb(cluster.surroundings());
    startApp();
    cluster.responses.setDown(true);
    var answer = upload(web);
    await().atMost(PATIENCE).until(() -> cluster.store.keys(Bucket.OUTPUT).size() == 1);
    assertThat(readiness(web).at("/checks/response-queue").asText()).contains("down");
    assertThat(answer).isNotDone();
    assertThat(cluster.nothingWaits()).as("the request is kept until its reply is sent").isFalse();

    cluster.responses.setDown(false);
    assertThat(answer.get().statusCode()).isEqualTo(200);
  }

  @Test
  void whileEverythingIsDownUploadsAreRefusedAndTheFirstOneAfterwardsIsServed() throws Exception {
    WebNode web = cluster.startWeb(cluster.surroundings());
    startApp();
    cluster.store.setDown(true);
    cluster.requests.setDown(true);
    cluster.responses.setDown(true);
    cluster.deadLetters.setDown(true);
    for (int i = 0; i < PHOTOS; i++) {
      HttpResponse<String> refused = upload(web).get();
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertThat(refused.headers().firstValue("Location")).as("S3 may have it").isPresent();
    }
    JsonNode checks = readiness(web).get("checks");
    assertThat(checks).hasSizeGreaterThanOrEqualTo(5).allMatch(it -> it.asText().contains("down"));
    assertThat(
            HTTP.send(HttpRequest.newBuilder(web.uri("/livez")).build(), BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(200);

    cluster.store.setDown(false);
    cluster.requests.setDown(false);
    cluster.responses.setDown(false);
    cluster.deadLetters.setDown(false);
    assertThat(upload(web).get().statusCode()).isEqualTo(200);
    assertThat(cluster.store.keys(Bucket.INPUT)).hasSize(1);
  }
}
