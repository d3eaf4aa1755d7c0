package dev.argus.web;

import static dev.argus.web.BatchNodes.JSON;
import static dev.argus.web.BatchNodes.header;
import static dev.argus.web.BatchNodes.send;
import static dev.argus.web.BatchNodes.sendAsync;
import static dev.argus.web.BatchNodes.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.BatchId;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.web.BatchNodes.Node;
import dev.argus.web.BatchNodes.Wire;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many photos in one request, over real HTTP, with the app nodes played by the test. */
class BatchTest {
  private static final String NDJSON = "application/x-ndjson";
  private static final String SSE = "text/event-stream";
  private static final Duration LONG = Duration.ofSeconds(60);

  private final BatchNodes nodes = new BatchNodes();

  @AfterEach
  void stop() {
    nodes.close();
  }

  private static String location(JsonNode photoOrBatch) {
    return "/v1/batches/" + photoOrBatch.get("batch").asText();
  }

  private static String name(ClassifyRequest request) {
    return request.name();
  }

  @Test
  void linesComeInTheOrderOfCompletionBeforeTheUploadHasEndedAndABadPhotoFailsAlone()
      throws Exception {
    Node node = nodes.start("responses");
    try (Wire wire = node.wire(NDJSON)) {
      wire.photo("0.png").photo("1.png");
      assertThat(wire.status()).isEqualTo(200);
      assertThat(wire.headers).containsEntry("content-type", NDJSON);
      List<ClassifyRequest> taken = nodes.take(2);
      nodes.recognise(taken.get(1));
      JsonNode first = wire.photo();
      assertThat(first.get("name").asText()).isEqualTo(name(taken.get(1)));
      assertThat(first.get("status").asText()).isEqualTo("recognised");
      assertThat(first.get("id").asText()).isEqualTo(taken.get(1).id().toString());
      assertThat(first.get("predictions")).hasSize(1);
      assertThat(first.get("batch").asText()).isEqualTo(wire.headers.get("argus-batch"));
      assertThat(wire.headers.get("link")).isEqualTo("<" + location(first) + ">; rel=\"status\"");

      wire.photo("bad.png");
      JsonNode bad = wire.photo();
      assertThat(bad.get("index").asInt()).isEqualTo(2);
      assertThat(bad.get("status").asText()).isEqualTo("failed");
      assertThat(bad.at("/problem/status").asInt()).isEqualTo(415);
      assertThat(bad.has("id")).isFalse();

      assertThat(node.batch(location(first)).get("state").asText()).isEqualTo("receiving");
      wire.finish();
      nodes.recognise(taken.get(0));
      assertThat(wire.photo().get("name").asText()).isEqualTo(name(taken.get(0)));
      assertThat(wire.line()).isEmpty();
      await()
          .untilAsserted(
              () ->
                  assertThat(node.batch(location(first)).toString())
                      .contains(
                          "\"state\":\"finished\"",
                          "\"total\":3,\"recognised\":2,\"failed\":1,\"pending\":0",
                          "\"href\":\"/v1/images/" + taken.get(0).id() + "\""));
    }
  }

  @Test
  void onePhotoAsEventsIsABatchOfOneThatEndsWithTheCounts() throws Exception {
    Node node = nodes.start("responses");
    CompletableFuture<HttpResponse<String>> response =
        sendAsync(
            node.request("/v1/images")
                .header("Accept", SSE)
                .header("Content-Type", "image/png")
                .POST(BodyPublishers.ofByteArray(TierUnderTest.photo())));
    nodes.recognise(nodes.take(1).get(0));
    assertThat(header(response.join(), "Content-Type")).startsWith(SSE);
    assertThat(response.join().body())
        .startsWith("event: photo\nid: 0\ndata: {\"index\":0,")
        .endsWith(
            "event: end\ndata: {\"total\":1,\"recognised\":1,\"failed\":0,\"pending\":0}\n\n");
    assertThat(node.batch(location(data(response.join().body()))).get("state").asText())
        .isIn("receiving", "finished");
  }

  private static JsonNode data(String events) throws Exception {
    return JSON.readTree(
        events
            .lines()
            .filter(line -> line.startsWith("data: "))
            .findFirst()
            .orElseThrow()
            .substring(6));
  }

  @Test
  void aFormThatIsNotWaitedForIsFoundAtItsLocationAndOnePhotoAloneIsNoBatch() throws Exception {
    Node node = nodes.start("responses");
    HttpResponse<String> accepted =
        send(node.form("a.png", "b.png").header("Prefer", "respond-async"));
    assertThat(accepted.statusCode()).isEqualTo(202);
    JsonNode body = JSON.readTree(accepted.body());
    String location = header(accepted, "Location");
    assertThat(location).isEqualTo(location(body));
    assertThat(header(accepted, "Argus-Batch")).isEqualTo(body.get("batch").asText());
    assertThat(node.batch(location).at("/counts/pending").asInt()).isEqualTo(2);
    nodes.take(2).forEach(nodes::recognise);
    await()
        .untilAsserted(
            () -> assertThat(node.batch(location).at("/counts/recognised").asInt()).isEqualTo(2));
    assertThat(node.batch(location).at("/images/1/label").asText()).isEqualTo("cat");

    HttpResponse<String> alone = send(node.form("c.png").header("Prefer", "respond-async"));
    assertThat(header(alone, "Location")).startsWith("/v1/images/");
    assertThat(header(alone, "Argus-Batch")).isEmpty();
    assertThat(nodes.store.keys(Bucket.STATE).stream().filter(key -> key.startsWith("batches/")))
        .hasSize(1);
  }

  @Test
  void fiveHundredPhotosInOneFormAreAllAnsweredEachOnALineOfItsOwn() throws Exception {
    Node node = nodes.start("responses");
    String[] names =
        IntStream.range(0, 500).mapToObj(i -> i == 250 ? "bad" : i + ".png").toArray(String[]::new);
    CompletableFuture<HttpResponse<String>> response =
        sendAsync(node.form(names).header("Accept", NDJSON));
    for (int answered = 0; answered < 490; answered += 10) {
      nodes.take(10).forEach(nodes::recognise);
    }
    nodes.take(9).forEach(nodes::recognise);
    List<String> indices = values(response.join().body(), "index");
    assertThat(indices).hasSize(500).doesNotHaveDuplicates();
    assertThat(values(response.join().body(), "status")).filteredOn("failed"::equals).hasSize(1);
  }

  @Test
  void noMorePhotosAreOnTheirWayThanTheWindowHoldsThoughTheClientReadsNothing() throws Exception {
    Node node = nodes.start("responses", "BATCH_WINDOW", "1");
    try (Wire wire = node.wire(NDJSON)) {
      wire.photo("0.png").photo("1.png").photo("2.png").finish();
      for (int i = 0; i < 3; i++) {
        ClassifyRequest next = nodes.take(1).get(0);
        assertThat(next.name()).isEqualTo(i + ".png");
        assertThat(nodes.store.keys(Bucket.INPUT)).hasSize(i + 1);
        nodes.recognise(next);
      }
      assertThat(wire.status()).isEqualTo(200);
      assertThat(wire.photo().get("index").asInt()).isZero();
    }
  }

  @Test
  void whatIsNotReadIsCancelledAndTheAnswersOfTheRestAreDiscarded() throws Exception {
    Node first = nodes.start("responses-1", "BATCH_WINDOW", "2");
    Node second = nodes.start("responses-2");
    try (Wire wire = first.wire(SSE)) {
      wire.photo("0.png").photo("1.png").photo("2.png").photo("3.png").finish();
      List<ClassifyRequest> taken = nodes.take(2);
      nodes.recognise(taken.get(0));
      assertThat(wire.status()).isEqualTo(200);
      assertThat(wire.line()).isEqualTo("event: photo");
      String location = "/v1/batches/" + wire.headers.get("argus-batch");
      nodes.take(1); // the third has come in for the first

      HttpResponse<String> cancelled = send(second.request(location).DELETE());
      assertThat(cancelled.statusCode()).isEqualTo(200);
      JsonNode batch = JSON.readTree(cancelled.body());
      assertThat(batch.get("state").asText()).isEqualTo("cancelled");
      assertThat(batch.get("counts").toString())
          .isEqualTo("{\"total\":3,\"recognised\":1,\"failed\":2,\"pending\":0}");
      assertThat(batch.at("/images/1/problem/type").asText())
          .isEqualTo("urn:argus:problem:batch-cancelled");

      String end = wire.line();
      while (!end.equals("event: end")) {
        end = wire.line();
        assertThat(end).isNotEmpty();
      }
      assertThat(wire.line()).isEqualTo("data: " + batch.get("counts"));
      assertThat(wire.line()).isEmpty();
      assertThat(nodes.store.keys(Bucket.INPUT)).hasSize(3);
      nodes.recognise(taken.get(1)); // who asks for the photo itself has its answer all the same
      assertThat(send(second.request("/v1/images/" + taken.get(1).id())).statusCode())
          .isEqualTo(200);
      assertThat(first.batch(location).get("counts")).isEqualTo(batch.get("counts"));
      assertThat(
              send(first.request(location + "/retry").POST(BodyPublishers.noBody())).statusCode())
          .isEqualTo(409);
    }
  }

  @Test
  void eventsThatBrokeOffGoOnAtAnotherWebNodeAndAfterARestart() throws Exception {
    Node first = nodes.start("responses-1");
    Node second = nodes.start("responses-2");
    String location =
        header(
            send(first.form("0.png", "1.png", "2.png").header("Prefer", "respond-async")),
            "Location");
    List<ClassifyRequest> taken = nodes.take(3);
    CompletableFuture<HttpResponse<String>> all = sendAsync(first.request(location + "/events"));
    nodes.recognise(taken.get(0));
    await()
        .untilAsserted(
            () -> assertThat(first.batch(location).at("/counts/recognised").asInt()).isEqualTo(1));
    CompletableFuture<HttpResponse<String>> rest =
        sendAsync(second.request(location + "/events").header("Last-Event-ID", "0"));
    nodes.recognise(taken.get(2));
    nodes.fail(taken.get(1));
    assertThat(all.join().body()).contains("id: 0\n", "id: 0-2\n", "event: end");
    assertThat(rest.join().body())
        .doesNotContain("\"index\":0")
        .contains("id: 0-2\n", "event: end");

    first.die();
    second.die();
    Node later = nodes.start("responses-1");
    String again = send(later.request(location + "/events").header("Last-Event-ID", "0,2")).body();
    assertThat(again)
        .startsWith("event: photo\nid: 0-2\ndata: {\"index\":1,")
        .contains("\"recognised\":2,\"failed\":1,\"pending\":0");
    assertThat(later.batch(location).get("state").asText()).isEqualTo("finished");
  }

  @Test
  void aSilentStreamSaysThatItIsThere() throws Exception {
    Node node = nodes.start("responses", "STREAM_HEARTBEAT", "50ms");
    try (Wire wire = node.wire(SSE)) {
      wire.photo("0.png");
      assertThat(wire.status()).isEqualTo(200);
      assertThat(wire.line()).isEqualTo(": heartbeat");
      assertThat(wire.line()).isEqualTo(": heartbeat");
    }
  }

  @Test
  void neitherAnIdleConnectionNorAHeldBackBodyIsCutWhileAStreamGoesOn() throws Exception {
    Node node =
        nodes.start(
            "responses",
            "BATCH_WINDOW",
            "1",
            "STREAM_HEARTBEAT",
            "250ms",
            "REQUEST_IDLE_TIMEOUT",
            "1s",
            "BODY_TIMEOUT",
            "2s");
    try (Wire wire = node.wire(SSE)) {
      wire.photo("0.png").photo("1.png").finish();
      assertThat(wire.status()).isEqualTo(200);
      for (int beats = 0; beats < 12; beats++) { // three seconds
        assertThat(wire.line()).isEqualTo(": heartbeat");
      }
      nodes.take(1).forEach(nodes::recognise);
      nodes.take(1).forEach(nodes::recognise);
      String line = wire.line();
      while (!line.equals("event: end")) {
        assertThat(line).isNotEmpty();
        line = wire.line();
      }
      assertThat(wire.line()).contains("\"recognised\":2,\"failed\":0");
    }
  }

  @Test
  void aPhotoIsInTheManifestBeforeItIsStored() throws Exception {
    List<String> unknown = new CopyOnWriteArrayList<>();
    ObjectStore watched =
        (ObjectStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ObjectStore.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("putIfAbsent") && arguments[0] == Bucket.INPUT) {
                    String key = (String) arguments[1];
                    if (!manifests().contains(key)) {
                      unknown.add(key);
                    }
                  }
                  try {
                    return method.invoke(nodes.store, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    Node node = nodes.start("responses", watched);
    send(node.form("0.png", "1.png", "2.png", "3.png").header("Prefer", "respond-async"));
    assertThat(nodes.store.keys(Bucket.INPUT)).hasSize(4);
    assertThat(unknown).isEmpty();
  }

  @Test
  void aBatchDoesNotEndBeforeItKnowsOfAllItsPhotos() throws Exception {
    CompletableFuture<Void> written = new CompletableFuture<>();
    ObjectStore slow =
        (ObjectStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ObjectStore.class},
                (proxy, method, arguments) ->
                    method.getName().startsWith("put") && arguments[0] == Bucket.STATE
                        ? written.thenCompose(go -> stage(method, arguments))
                        : method.invoke(nodes.store, arguments));
    Node node = nodes.start("responses", slow);
    CompletableFuture<HttpResponse<String>> response =
        sendAsync(node.form("bad.png", "1.png").header("Accept", SSE));
    // All is read, one photo is refused, and the other is not written down yet.
    assertThat(response).failsWithin(Duration.ofMillis(300));
    written.complete(null);
    nodes.recognise(nodes.take(1).get(0));
    assertThat(response.join().body())
        .endsWith(
            "event: end\ndata: {\"total\":2,\"recognised\":1,\"failed\":1,\"pending\":0}\n\n");
  }

  private CompletionStage<?> stage(Method method, Object[] arguments) {
    try {
      return (CompletionStage<?>) method.invoke(nodes.store, arguments);
    } catch (ReflectiveOperationException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private String manifests() {
    StringBuilder all = new StringBuilder();
    for (String key : nodes.store.keys(Bucket.STATE)) {
      nodes
          .store
          .get(Bucket.STATE, key)
          .toCompletableFuture()
          .join()
          .ifPresent(object -> all.append(object.bytes().utf8String()));
    }
    return all.toString();
  }

  @Test
  void aBatchWhoseWebNodeDiesWhileItIsReceivedIsKnownAtTheOthersAndEnds() throws Exception {
    Node first = nodes.start("responses-1");
    Node second = nodes.start("responses-2");
    try (Wire wire = first.wire(NDJSON)) {
      wire.photo("0.png").photo("1.png");
      List<ClassifyRequest> taken = nodes.take(2);
      assertThat(wire.status()).isEqualTo(200);
      String location = "/v1/batches/" + wire.headers.get("argus-batch");
      first.die();
      CompletableFuture<HttpResponse<String>> events =
          sendAsync(second.request(location + "/events"));
      taken.forEach(nodes::recognise);
      // The dying node may still note that the rest of the form cannot be read.
      assertThat(events.join().body()).contains("\"recognised\":2,").contains("\"pending\":0}");
      assertThat(second.batch(location).get("state").asText()).isEqualTo("finished");
    }
  }

  @Test
  void aPhotoThatWasNeverStoredBeforeItsWebNodeDiedIsToldToHaveFailed() throws Exception {
    BatchId id = BatchId.random();
    PhotoId photo = PhotoIds.acceptedAt(Instant.now().minusSeconds(3600));
    String manifest =
        "{\"receivingUntil\":\""
            + Instant.now().minusSeconds(3000)
            + "\",\"images\":[{\"index\":0,\"name\":\"a.png\",\"id\":\""
            + photo
            + "\"}]}";
    nodes.store.put(
        Bucket.STATE,
        ObjectKeys.batch(id),
        new StoredObject(ByteString.fromString(manifest), "application/json", Map.of()));
    Node node = nodes.start("responses");
    JsonNode batch = node.batch("/v1/batches/" + id);
    assertThat(batch.get("state").asText()).isEqualTo("finished");
    assertThat(batch.at("/images/0/problem/detail").asText()).contains("was not received");
    assertThat(send(node.request("/v1/batches/" + id + "/events")).body()).contains("event: end");
  }

  @Test
  void failedPhotosAreAskedForAgainByOneCallWithNewIds() throws Exception {
    Node node = nodes.start("responses");
    String location =
        header(
            send(node.form("0.png", "1.png", "bad").header("Prefer", "respond-async")), "Location");
    List<ClassifyRequest> taken = nodes.take(2);
    nodes.recognise(taken.get(0));
    String retry = location + "/retry";
    assertThat(send(node.request(retry).POST(BodyPublishers.noBody())).statusCode()).isEqualTo(409);
    nodes.fail(taken.get(1));
    await()
        .untilAsserted(
            () -> assertThat(node.batch(location).get("state").asText()).isEqualTo("finished"));

    HttpResponse<String> again = send(node.request(retry).POST(BodyPublishers.noBody()));
    assertThat(again.statusCode()).isEqualTo(202);
    assertThat(JSON.readTree(again.body()).get("counts").toString())
        .isEqualTo("{\"total\":3,\"recognised\":1,\"failed\":1,\"pending\":1}");
    ClassifyRequest second = nodes.take(1).get(0);
    assertThat(second.name()).isEqualTo(taken.get(1).name());
    assertThat(second.id()).isNotEqualTo(taken.get(1).id());
    nodes.recognise(second);
    await()
        .untilAsserted(
            () ->
                assertThat(node.batch(location).get("counts").toString())
                    .isEqualTo("{\"total\":3,\"recognised\":2,\"failed\":1,\"pending\":0}"));
    node.die();
    JsonNode later = nodes.start("responses").batch(location);
    assertThat(later.get("images").findValuesAsText("id")).contains(second.id().toString());
    assertThat(later.at("/counts/recognised").asInt()).isEqualTo(2);
  }

  @Test
  void aBatchWaitsForRoomInPlaceOfFailing() throws Exception {
    Node node = nodes.start("responses", "MAX_IN_FLIGHT", "1");
    CompletableFuture<HttpResponse<String>> response = sendAsync(node.form("0.png", "1.png"));
    nodes.recognise(nodes.take(1).get(0));
    nodes.recognise(nodes.take(1).get(0));
    assertThat(JSON.readTree(response.join().body()).get("images").findValuesAsText("status"))
        .containsExactly("recognised", "recognised");
  }

  @Test
  void aFormThatIsSentAgainWithItsKeyHasTheSamePhotos() throws Exception {
    Node node = nodes.start("responses");
    List<List<String>> ids = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> response =
          send(
              node.form("0.png", "1.png")
                  .header("Prefer", "respond-async")
                  .header("Idempotency-Key", "\"once\""));
      ids.add(JSON.readTree(response.body()).get("images").findValuesAsText("id"));
    }
    assertThat(ids.get(0)).hasSize(2).isEqualTo(ids.get(1));
    assertThat(nodes.requests.sent()).hasSize(2);
  }

  @Test
  void whatAClientThatGoesAwayHasSentIsAnswered() throws Exception {
    Node node = nodes.start("responses");
    String location;
    try (Wire wire = node.wire(NDJSON)) {
      wire.photo("0.png").photo("1.png");
      assertThat(wire.status()).isEqualTo(200);
      location = "/v1/batches/" + wire.headers.get("argus-batch");
      await().until(() -> nodes.store.keys(Bucket.INPUT).size() == 2);
    }
    nodes.take(2).forEach(nodes::recognise);
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              JsonNode batch = node.batch(location);
              assertThat(batch.get("state").asText()).isEqualTo("finished");
              assertThat(batch.at("/counts/recognised").asInt()).isEqualTo(2);
            });
    await().until(() -> node.tier.waiting() == 0);
  }

  @Test
  void batchesAndStreamsAreBounded() throws Exception {
    Node node = nodes.start("responses", "MAX_STREAMS", "1", "MAX_BATCHES", "1");
    try (Wire wire = node.wire(NDJSON)) {
      wire.photo("0.png");
      assertThat(wire.status()).isEqualTo(200);
      HttpResponse<String> stream = send(node.form("0.png", "1.png").header("Accept", NDJSON));
      assertThat(stream.statusCode()).isEqualTo(503);
      assertThat(header(stream, "Retry-After")).isNotEmpty();
      HttpResponse<String> batch = send(node.form("0.png", "1.png"));
      assertThat(batch.statusCode()).as(batch.body()).isEqualTo(503);
      assertThat(batch.body()).contains("As many batches are under way");
      String location = "/v1/batches/" + wire.headers.get("argus-batch");
      assertThat(send(node.request(location + "/events")).statusCode()).isEqualTo(503);
      assertThat(node.batch(location).get("state").asText()).isEqualTo("receiving");
      assertThat(nodes.store.keys(Bucket.INPUT)).hasSize(1);
      assertThat(send(node.request("/metrics")).body())
          .contains("argus_batches_open 1.0", "argus_streams_open{of=\"photos\"} 1.0");
    }
    await()
        .atMost(LONG) // the place is given back
        .until(
            () ->
                send(node.form("bad").header("Accept", NDJSON)).body().contains("under way")
                    || nodes.store.keys(Bucket.STATE).size() > 1);
  }

  @Test
  void unknownBatchesAndMethodsAreProblems() throws Exception {
    Node node = nodes.start("responses");
    String unknown = "/v1/batches/" + BatchId.random();
    assertThat(send(node.request(unknown)).statusCode()).isEqualTo(404);
    assertThat(send(node.request(unknown + "/events")).statusCode()).isEqualTo(404);
    assertThat(send(node.request(unknown).DELETE()).statusCode()).isEqualTo(404);
    assertThat(send(node.request("/v1/batches/x")).statusCode()).isEqualTo(404);
    assertThat(send(node.request("/v1/batches")).statusCode()).isEqualTo(404);
    HttpResponse<String> wrong = send(node.request(unknown).PUT(BodyPublishers.noBody()));
    assertThat(wrong.statusCode()).isEqualTo(405);
    assertThat(header(wrong, "Allow")).isEqualTo("DELETE, GET, HEAD");
    assertThat(header(send(node.request(unknown + "/retry")), "Allow")).isEqualTo("POST");
    assertThat(send(node.request(unknown + "/events").header("Last-Event-ID", "3-1")).statusCode())
        .isEqualTo(400);
  }

  @Test
  void streamsEndWhenTheWebNodeStops() throws Exception {
    Node node = nodes.start("responses", "STOP_TIMEOUT", "60s");
    String location =
        header(send(node.form("0.png", "1.png").header("Prefer", "respond-async")), "Location");
    CompletableFuture<HttpResponse<String>> events = sendAsync(node.request(location + "/events"));
    ClassifyRequest told = nodes.take(1).get(0);
    nodes.recognise(told);
    await()
        .untilAsserted(
            () -> assertThat(node.batch(location).at("/counts/recognised").asInt()).isEqualTo(1));
    node.tier.stop().toCompletableFuture().join();
    assertThat(events.join().body()).doesNotContain("event: end");
  }

  @Test
  void linesThatBreakOffDoNotEndLikeThoseThatAreAll() throws Exception {
    Node node = nodes.start("responses", "STOP_TIMEOUT", "60s");
    CompletableFuture<HttpResponse<String>> lines =
        sendAsync(node.form("0.png", "1.png").header("Accept", NDJSON));
    nodes.recognise(nodes.take(2).get(0));
    node.tier.stop().toCompletableFuture().join();
    assertThatThrownBy(lines::join).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void aClientGetsTheFormThatItLikesBest() throws Exception {
    Node node = nodes.start("responses");
    for (String json : List.of(NDJSON + ";q=0.5, application/json", SSE + ";q=0.1, */*")) {
      CompletableFuture<HttpResponse<String>> answer =
          sendAsync(node.form("0.png").header("Accept", json));
      nodes.recognise(nodes.take(1).get(0));
      assertThat(header(answer.join(), "Content-Type")).isEqualTo("application/json");
    }
    CompletableFuture<HttpResponse<String>> events =
        sendAsync(
            node.form("0.png").header("Accept", NDJSON + ";q=0.5, " + SSE + ", application/json"));
    nodes.recognise(nodes.take(1).get(0));
    assertThat(header(events.join(), "Content-Type")).startsWith(SSE);
  }
}
