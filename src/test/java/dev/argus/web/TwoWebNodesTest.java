package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.argus.config.ArgusSettings;
import dev.argus.ports.Delivery;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.Answer;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.StageTimes;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueue;
import dev.argus.simulation.InMemoryQueues;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two web nodes of one cluster, each with a response queue of its own. */
class TwoWebNodesTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final InstantSource CLOCK = InstantSource.system();

  private final InMemoryQueue requests = new InMemoryQueue(CLOCK);
  private final InMemoryQueue deadLetters = new InMemoryQueue(CLOCK);
  private final InMemoryQueues queues = new InMemoryQueues(CLOCK);
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final Node first = new Node("responses-1", true);
  private final Node second = new Node("responses-2", false);

  private final class Node {
    final ActorTestKit kit;
    final WebTier tier;

    Node(String queue, boolean leads) {
      Map<String, String> environment = new HashMap<>();
      environment.put("ARGUS_WEB_PORT", "0");
      environment.put("ARGUS_WEB_SWEEP_INTERVAL", "50ms");
      environment.put("ARGUS_WEB_HEARTBEAT_INTERVAL", "50ms");
      environment.put("ARGUS_WEB_RESPONSE_QUEUE_EXPIRY", "1s");
      ArgusSettings settings = ArgusSettings.load(environment);
      kit = ActorTestKit.create(settings.config());
      tier =
          WebTier.start(
                  kit.system(),
                  settings,
                  new Admission(settings.web().admission()),
                  new WebTier.Dependencies(
                      requests,
                      queues.named(queue),
                      queue,
                      deadLetters,
                      queues,
                      queues,
                      store,
                      new WebTier.Scaling(
                          () -> {},
                          message -> {},
                          () -> {},
                          () -> Duration.ZERO,
                          () -> false,
                          () -> "[]",
                          JsonNodeFactory.instance::objectNode,
                          Optional::empty),
                      () -> CompletableFuture.completedFuture("{}"),
                      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                      CLOCK))
              .toCompletableFuture()
              .join();
      tier.lead(leads);
    }

    HttpRequest.Builder request(String path) {
      return HttpRequest.newBuilder(
          URI.create("http://127.0.0.1:" + tier.address().getPort() + path));
    }

    CompletableFuture<HttpResponse<String>> upload(String prefer) throws Exception {
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(new BufferedImage(8, 6, BufferedImage.TYPE_INT_RGB), "png", png);
      return HTTP.sendAsync(
          request("/v1/images")
              .header("Content-Type", "image/png")
              .header("Prefer", prefer)
              .POST(BodyPublishers.ofByteArray(png.toByteArray()))
              .build(),
          BodyHandlers.ofString());
    }

    /** As a kill does: nobody says goodbye. */
    void die() {
      kit.shutdownTestKit();
    }
  }

  @AfterEach
  void stop() {
    first.die();
    second.die();
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  /** Plays the app nodes: the next request that waits. */
  private ClassifyRequest take() throws Exception {
    List<Delivery> taken = await().until(() -> requests.take(1), batch -> !batch.isEmpty());
    return Codec.decodeRequest(taken.get(0).message());
  }

  private void recognise(ClassifyRequest request) {
    ClassifyReply reply =
        new ClassifyReply.Recognised(
            request.id(), request.name(), List.of(new Prediction("cat", 0.75)), "scripted");
    store.put(
        Bucket.OUTPUT,
        ObjectKeys.result(reply.id()),
        new StoredObject(ByteString.fromString(Codec.toJson(reply)), "application/json", Map.of()));
    queues
        .named(request.replyQueue())
        .send(Codec.encode(new Answer(reply, "i-1", StageTimes.none())))
        .exceptionally(gone -> null);
  }

  private static String label(HttpResponse<String> response) throws Exception {
    return JSON.readTree(response.body()).path("label").asText();
  }

  @Test
  void eachReplyReachesTheWebNodeThatWaitsForIt() throws Exception {
    CompletableFuture<HttpResponse<String>> atFirst = first.upload("wait=60");
    ClassifyRequest one = take();
    CompletableFuture<HttpResponse<String>> atSecond = second.upload("wait=60");
    ClassifyRequest two = take();
    assertThat(one.replyQueue()).isEqualTo("responses-1");
    assertThat(two.replyQueue()).isEqualTo("responses-2");
    recognise(two);
    recognise(one);
    assertThat(label(atFirst.join())).isEqualTo("cat");
    assertThat(label(atSecond.join())).isEqualTo("cat");
    assertThat(queues.named("responses-1").sent()).hasSize(1);
    assertThat(queues.named("responses-2").sent()).hasSize(1);
  }

  @Test
  void thePhotosOfAWebNodeThatWasKilledAreFoundAtTheOtherAndItsQueueIsRemoved() throws Exception {
    String location =
        second.upload("respond-async").join().headers().firstValue("Location").orElseThrow();
    ClassifyRequest request = take();
    await().until(() -> store.keys(Bucket.STATE).contains("web-nodes/responses-2"));
    second.die();
    assertThat(send(first.request(location)).statusCode()).isEqualTo(202);
    recognise(request);
    assertThat(label(send(first.request(location)))).isEqualTo("cat");

    await().until(() -> queues.names().equals(List.of("responses-1")));
    await().until(() -> !store.keys(Bucket.STATE).contains("web-nodes/responses-2"));
    assertThat(store.keys(Bucket.STATE)).contains("web-nodes/responses-1");
    CompletableFuture<HttpResponse<String>> later = first.upload("wait=60");
    recognise(take());
    assertThat(label(later.join())).isEqualTo("cat");
  }

  @Test
  void aResponseQueueThatVanishesWhileItsWebNodeRunsIsCreatedAgain() throws Exception {
    queues.delete("responses-2").toCompletableFuture().join();
    await().until(() -> queues.names().contains("responses-2"));
    CompletableFuture<HttpResponse<String>> response = second.upload("wait=60");
    recognise(take());
    assertThat(label(response.join())).isEqualTo("cat");
  }

  @Test
  void onlyTheOneThatLeadsAnswersDeadLettersAndTheOtherWhenItTakesOver() throws Exception {
    await().until(() -> countsDeadLetters(first));
    assertThat(countsDeadLetters(second)).isFalse();

    first.tier.lead(false);
    await().until(() -> !countsDeadLetters(first));
    second.upload("respond-async").join();
    ClassifyRequest givenUp = take();
    deadLetters.send(Codec.encode(givenUp));
    assertThat(send(second.request("/v1/dead/" + givenUp.id())).statusCode()).isEqualTo(404);

    second.tier.lead(true);
    await().until(() -> send(second.request("/v1/dead/" + givenUp.id())).statusCode() == 200);
    assertThat(countsDeadLetters(second)).isTrue();
    assertThat(countsDeadLetters(first)).isFalse();
  }

  @Test
  void thePhotoThatItsWebNodeStoredAndDidNotSendIsSentByWhoeverLeads() throws Exception {
    first.tier.lead(false);
    await().until(() -> !countsDeadLetters(first));
    second.tier.lead(true);
    // Past its grace of 60 s, and not so old that a sweep before might have passed it.
    PhotoId id = PhotoIds.acceptedAt(CLOCK.instant().minusSeconds(90));
    store.put(
        Bucket.INPUT,
        ObjectKeys.photo(id),
        new StoredObject(ByteString.fromString("photo"), "image/png", Map.of("name", "cat.png")));

    ClassifyRequest sent = take();
    assertThat(sent.id()).isEqualTo(id);
    assertThat(sent.replyQueue()).isEqualTo("responses-2");
  }

  private static boolean countsDeadLetters(Node node) throws Exception {
    return send(node.request("/metrics")).body().contains("argus_dead_letters ");
  }

  @Test
  void operatorsSeeSendAndForgetDeadLettersOverHttp() throws Exception {
    String id =
        PhotoId.parse(
                JSON.readTree(second.upload("respond-async").join().body()).get("id").asText())
            .orElseThrow()
            .toString();
    ClassifyRequest request = take();
    deadLetters.send(Codec.encode(request));
    await().until(() -> send(first.request("/v1/images/" + id)).body().contains("dead-lettered"));
    String list = send(first.request("/v1/dead")).body();
    assertThat(JSON.readTree(list).at("/deadLetters/0/id").asText()).isEqualTo(id);
    assertThat(JSON.readTree(list).has("next")).isFalse();
    HttpResponse<String> shown = send(second.request("/v1/dead/" + id));
    assertThat(JSON.readTree(shown.body()).at("/history/receives").isInt()).isTrue();
    assertThat(send(first.request("/v1/dead/nobody")).statusCode()).isEqualTo(404);
    assertThat(send(first.request("/v1/dead?after=a/b")).statusCode()).isEqualTo(400);
    HttpResponse<String> wrong = send(first.request("/v1/dead").DELETE());
    assertThat(wrong.statusCode()).isEqualTo(405);
    assertThat(wrong.headers().firstValue("Allow")).contains("GET, HEAD");
    assertThat(send(first.request("/v1/dead/" + id + "/redrive")).statusCode()).isEqualTo(405);

    HttpResponse<String> sent =
        send(first.request("/v1/dead/" + id + "/redrive").POST(BodyPublishers.noBody()));
    assertThat(JSON.readTree(sent.body()).get("outcome").asText()).isEqualTo("sent");
    deadLetters.send(Codec.encode(take())); // it is given up again
    await().until(() -> send(first.request("/v1/dead/" + id)).statusCode() == 200);
    HttpResponse<String> all =
        send(second.request("/v1/dead/redrive").POST(BodyPublishers.noBody()));
    assertThat(JSON.readTree(all.body()).get("sent").asInt()).isEqualTo(1);
    deadLetters.send(Codec.encode(take()));
    await().until(() -> send(first.request("/v1/dead/" + id)).statusCode() == 200);
    assertThat(send(first.request("/v1/dead/" + id).DELETE()).statusCode()).isEqualTo(204);
    assertThat(send(first.request("/v1/dead/" + id).DELETE()).statusCode()).isEqualTo(404);
  }
}
