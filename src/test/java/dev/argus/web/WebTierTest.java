package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import dev.argus.protocol.Problem;
import dev.argus.protocol.StageTimes;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueue;
import dev.argus.simulation.LedgerInvariant;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The HTTP contract, over real HTTP, with the app nodes played by the test. */
class WebTierTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BOUNDARY = "----argus-test";
  private static final ActorTestKit AUDITOR = ActorTestKit.create(); // outlives the web nodes

  private final InMemoryQueue requests = new InMemoryQueue(InstantSource.system());
  private final InMemoryQueue responses = new InMemoryQueue(InstantSource.system());
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final AtomicInteger woken = new AtomicInteger();
  private ActorTestKit kit;
  private WebTier tier;

  private void start(String... settings) {
    Map<String, String> environment =
        new HashMap<>(Map.of("ARGUS_WEB_PORT", "0", "ARGUS_WEB_MAX_PHOTO_SIZE", "100KiB"));
    for (int i = 0; i < settings.length; i += 2) {
      environment.put(settings[i], settings[i + 1]);
    }
    ArgusSettings loaded = ArgusSettings.load(environment);
    kit = ActorTestKit.create(loaded.config());
    tier =
        WebTier.start(
                kit.system(),
                loaded,
                new Admission(loaded.web().admission()),
                InMemoryWeb.dependencies(
                    requests,
                    responses,
                    store,
                    InMemoryWeb.scaling(
                        woken::incrementAndGet, () -> Duration.ZERO, Optional::empty),
                    InstantSource.system()))
            .toCompletableFuture()
            .join();
    tier.lead(true);
  }

  @AfterAll
  static void stopAuditor() {
    AUDITOR.shutdownTestKit();
  }

  @AfterEach
  void stop() {
    if (tier != null) {
      tier.stop().toCompletableFuture().join();
      new LedgerInvariant(AUDITOR.system(), store, requests).assertNothingIsLost();
      kit.shutdownTestKit();
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + tier.address().getPort() + path));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  private static byte[] photo() {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(new BufferedImage(8, 6, BufferedImage.TYPE_INT_RGB), "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private record Part(String field, String fileName, byte[] bytes) {}

  private static BodyPublisher form(Part... parts) {
    List<byte[]> body = new ArrayList<>();
    for (Part part : parts) {
      String file = part.fileName() == null ? "" : "; filename=\"" + part.fileName() + "\"";
      body.add(
          ("--"
                  + BOUNDARY
                  + "\r\nContent-Disposition: form-data; name=\""
                  + part.field()
                  + "\""
                  + file
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.UTF_8));
      body.add(part.bytes());
      body.add("\r\n".getBytes(StandardCharsets.UTF_8));
    }
    body.add(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
    return BodyPublishers.ofByteArrays(body);
  }

  private HttpRequest.Builder upload(String path, Part... parts) {
    return request(path)
        .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
        .POST(form(parts));
  }

  private HttpRequest.Builder upload(String path, String field, String fileName) {
    return upload(path, new Part(field, fileName, photo()));
  }

  /** Plays the app nodes: takes so many requests and answers each with "label of NAME". */
  private void answer(int count) {
    List<ClassifyRequest> taken = new ArrayList<>();
    await()
        .until(
            () -> {
              for (Delivery delivery : requests.take(10)) {
                taken.add(Codec.decodeRequest(delivery.message()));
              }
              return taken.size() >= count;
            });
    for (int i = taken.size() - 1; i >= 0; i--) { // the last first: order must not matter
      ClassifyRequest request = taken.get(i);
      reply(
          new ClassifyReply.Recognised(
              request.id(),
              request.name(),
              List.of(new Prediction("label of " + request.name(), 0.75)),
              "scripted"));
    }
  }

  private void reply(ClassifyReply reply) {
    store.put(
        Bucket.OUTPUT,
        ObjectKeys.result(reply.id()),
        new StoredObject(ByteString.fromString(Codec.toJson(reply)), "application/json", Map.of()));
    responses.send(Codec.encode(new Answer(reply, "i-1", StageTimes.none())));
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private static void assertProblem(HttpResponse<String> response, int status, Problem.Kind kind)
      throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(header(response, "Content-Type")).isEqualTo("application/problem+json");
    JsonNode json = JSON.readTree(response.body());
    assertThat(json.get("status").asInt()).isEqualTo(status);
    assertThat(json.get("type").asText()).isEqualTo(kind.because("").type());
    assertThat(json.get("detail").asText()).isNotBlank();
  }

  @Test
  void theFieldMyfileIsAnsweredWithTheLabelAlone() throws Exception {
    start();
    var response = HTTP.sendAsync(upload("/", "myfile", "a.jpg").build(), BodyHandlers.ofString());
    answer(1);
    assertThat(response.join().statusCode()).isEqualTo(200);
    assertThat(response.join().body()).isEqualTo("label of a.jpg");
    assertThat(header(response.join(), "Content-Type")).startsWith("text/plain");
    assertThat(woken).hasValue(1);
  }

  @Test
  void theFieldInputFileIsAnsweredWithNameAndLabel() throws Exception {
    start();
    var response =
        HTTP.sendAsync(upload("/", "inputFile", "test_00.jpg").build(), BodyHandlers.ofString());
    answer(1);
    assertThat(response.join().body()).isEqualTo("test_00:label of test_00.jpg");
  }

  @Test
  void aFileNameWithLineEndsIsOneCleanLineInEveryAnswer() throws Exception {
    start();
    String name = "..%2f/te%0D%0Ast%22.jpg";
    var text = HTTP.sendAsync(upload("/", "inputFile", name).build(), BodyHandlers.ofString());
    answer(1);
    assertThat(text.join().body()).isEqualTo("test\":label of test\".jpg");
    var json = HTTP.sendAsync(upload("/v1/images", "photo", name).build(), BodyHandlers.ofString());
    answer(1);
    assertThat(JSON.readTree(json.join().body()).get("name").asText()).isEqualTo("test\".jpg");
  }

  @Test
  void aRawBodyIsAnsweredInJson() throws Exception {
    start();
    var response =
        HTTP.sendAsync(
            request("/v1/images")
                .header("Content-Type", "image/png")
                .header("Content-Disposition", "attachment; filename=\"b.png\"")
                .POST(BodyPublishers.ofByteArray(photo()))
                .build(),
            BodyHandlers.ofString());
    answer(1);
    assertThat(response.join().statusCode()).isEqualTo(200);
    JsonNode json = JSON.readTree(response.join().body());
    assertThat(json.get("status").asText()).isEqualTo("recognised");
    assertThat(json.get("name").asText()).isEqualTo("b.png");
    assertThat(json.get("label").asText()).isEqualTo("label of b.png");
    assertThat(json.at("/predictions/0/probability").asDouble()).isEqualTo(0.75);
  }

  @Test
  void onV1TheNamesOfFieldsDoNotMatterAndTextIsGivenToWhoAsksForIt() throws Exception {
    start();
    var json =
        HTTP.sendAsync(upload("/v1/images", "myfile", "c.png").build(), BodyHandlers.ofString());
    answer(1);
    assertThat(JSON.readTree(json.join().body()).get("label").asText()).isEqualTo("label of c.png");
    var text =
        HTTP.sendAsync(
            upload("/v1/images", "photo", "c.png").header("Accept", "text/plain").build(),
            BodyHandlers.ofString());
    answer(1);
    assertThat(text.join().body()).isEqualTo("label of c.png");
  }

  @Test
  void manyUploadsAtOnceEachGetTheirOwnAnswer() throws Exception {
    start();
    List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(
          HTTP.sendAsync(
              upload("/", "inputFile", "p" + i + ".png").build(), BodyHandlers.ofString()));
    }
    answer(100);
    for (int i = 0; i < 100; i++) {
      assertThat(all.get(i).join().body()).isEqualTo("p" + i + ":label of p" + i + ".png");
    }
    assertThat(store.keys(Bucket.INPUT)).hasSize(100);
    await().until(() -> tier.waiting() == 0);
  }

  @Test
  void aFormOfSeveralPhotosIsAnsweredWithABatchInWhichABadPhotoFailsAlone() throws Exception {
    start();
    var response =
        HTTP.sendAsync(
            upload(
                    "/v1/images",
                    new Part("a", "1.png", photo()),
                    new Part("note", null, "just a field".getBytes(StandardCharsets.UTF_8)),
                    new Part("b", "2.png", "not a photo".getBytes(StandardCharsets.UTF_8)),
                    new Part("c", "3.png", photo()))
                .build(),
            BodyHandlers.ofString());
    answer(2);
    JsonNode json = JSON.readTree(response.join().body());
    assertThat(json.get("batch").asText()).isNotBlank();
    assertThat(json.get("images").findValuesAsText("name"))
        .containsExactly("1.png", "2.png", "3.png");
    assertThat(json.at("/images/0/label").asText()).isEqualTo("label of 1.png");
    assertThat(json.at("/images/1/status").asText()).isEqualTo("failed");
    assertThat(json.at("/images/1/problem/status").asInt()).isEqualTo(415);
    assertThat(json.at("/images/2/status").asText()).isEqualTo("recognised");
  }

  @Test
  void ofAFormThatStallsTheClientLearnsWhatWasTaken() throws Exception {
    start("ARGUS_WEB_BODY_TIMEOUT", "3s");
    String part = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"a\"; filename=";
    try (var socket = new java.net.Socket("127.0.0.1", tier.address().getPort())) {
      var out = socket.getOutputStream();
      out.write(
          ("POST /v1/images HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary="
                  + BOUNDARY
                  + "\r\nContent-Length: 99999\r\n\r\n"
                  + part
                  + "\"1.png\"\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      out.write(photo());
      out.write(
          ("\r\n" + part + "\"2.png\"\r\n\r\n" + "the rest never comes ".repeat(1000))
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      await().until(() -> tier.waiting() == 1);
      answer(1);
      byte[] read = new byte[4096];
      StringBuilder response = new StringBuilder();
      while (!response.toString().contains("bad-request")) {
        int n = socket.getInputStream().read(read);
        assertThat(n).as(response.toString()).isPositive();
        response.append(new String(read, 0, n, StandardCharsets.UTF_8));
      }
      assertThat(response.toString())
          .startsWith("HTTP/1.1 200")
          .contains("label of 1.png")
          .contains("did not arrive within 3.0 s");
    }
  }

  @Test
  void aFormOfMorePhotosThanAllowedHasItsFirstTakenAndTheOthersRefused() throws Exception {
    start("ARGUS_WEB_MAX_PHOTOS_PER_FORM", "2");
    HttpResponse<String> response =
        send(
            upload(
                    "/v1/images",
                    new Part("a", "1.png", photo()),
                    new Part("a", "2.png", photo()),
                    new Part("a", "3.png", photo()))
                .header("Prefer", "respond-async"));
    assertThat(response.statusCode()).isEqualTo(202);
    JsonNode json = JSON.readTree(response.body());
    assertThat(json.get("images").findValuesAsText("status"))
        .containsExactly("pending", "pending", "failed", "413");
  }

  @Test
  void respondAsyncIsAnsweredWithTheAddressOfTheResult() throws Exception {
    start();
    HttpResponse<String> accepted =
        send(upload("/v1/images", "photo", "d.png").header("Prefer", "respond-async"));
    assertThat(accepted.statusCode()).isEqualTo(202);
    assertThat(header(accepted, "Retry-After")).matches("\\d+");
    assertThat(header(accepted, "Preference-Applied")).isEqualTo("respond-async");
    assertThat(JSON.readTree(accepted.body()).get("status").asText()).isEqualTo("pending");
    String location = header(accepted, "Location");
    assertThat(location).startsWith("/v1/images/");

    HttpResponse<String> pending = send(request(location));
    assertThat(pending.statusCode()).isEqualTo(202);
    assertThat(JSON.readTree(pending.body()).get("name").asText()).isEqualTo("d.png");

    var polling =
        HTTP.sendAsync(
            request(location).header("Prefer", "wait=30").build(), BodyHandlers.ofString());
    answer(1);
    assertThat(polling.join().statusCode()).isEqualTo(200);
    assertThat(send(request(location)).body()).isEqualTo(polling.join().body());
  }

  @Test
  void whenTheWebNodeStopsItsClientsHearWhereTheirResultsWillBe() throws Exception {
    start("ARGUS_WEB_STOP_TIMEOUT", "60s");
    var waiting = HTTP.sendAsync(upload("/", "myfile", "w.png").build(), BodyHandlers.ofString());
    await().until(() -> requests.sent().size() == 1);
    tier.stop().toCompletableFuture().join();
    assertThat(waiting.join().statusCode()).isEqualTo(202);
    assertThat(header(waiting.join(), "Location")).startsWith("/v1/images/");
  }

  @Test
  void noClientOfManyIsCutWhenTheWebNodeStopsHoweverItWaits() throws Exception {
    start("ARGUS_WEB_STOP_TIMEOUT", "60s"); // however slow this machine is
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waiting.add(
          HTTP.sendAsync(upload("/", "myfile", i + ".png").build(), BodyHandlers.ofString()));
    }
    await().until(() -> requests.sent().size() == 100);
    tier.stop().toCompletableFuture().join();
    kit.shutdownTestKit(); // as the process would
    for (CompletableFuture<HttpResponse<String>> one : waiting) {
      assertThat(one.join().statusCode()).isEqualTo(202);
      assertThat(header(one.join(), "Location")).startsWith("/v1/images/");
      assertThat(header(one.join(), "Connection")).isEqualTo("close");
    }
  }

  @Test
  void aWaitThatIsOverIsA202AndADeadlineThatPassedIsA504WithTheAddress() throws Exception {
    start("ARGUS_WEB_DEADLINE", "1s");
    HttpResponse<String> late = send(upload("/", "myfile", "e.png"));
    assertProblem(late, 504, Problem.Kind.DEADLINE);
    String location = header(late, "Location");
    assertThat(JSON.readTree(late.body()).get("instance").asText()).isEqualTo(location);
    assertThat(send(request(location)).statusCode()).isEqualTo(202);
    assertThat(send(request(location).header("Prefer", "wait=1")).statusCode()).isEqualTo(202);
    answer(1); // the work went on without the client
    await().until(() -> send(request(location)).statusCode() == 200);
  }

  @Test
  void aFailedPhotoHasTheStatusOfItsProblemAtUploadAnd200WhenAskedForLater() throws Exception {
    start();
    var response =
        HTTP.sendAsync(upload("/v1/images", "photo", "f.png").build(), BodyHandlers.ofString());
    await().until(() -> requests.sent().size() == 1);
    PhotoId id = Codec.decodeRequest(requests.sent().get(0)).id();
    reply(new ClassifyReply.Failed(id, "f.png", Problem.Kind.UNDECODABLE.because("cut short")));
    assertProblem(response.join(), 422, Problem.Kind.UNDECODABLE);
    assertThat(JSON.readTree(response.join().body()).get("id").asText()).isEqualTo(id.toString());

    HttpResponse<String> later = send(request("/v1/images/" + id));
    assertThat(later.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(later.body()).get("status").asText()).isEqualTo("failed");
  }

  @Test
  void badUploadsAreToldWhatIsWrongAndLeaveNothingBehind() throws Exception {
    start();
    assertProblem(
        send(upload("/", new Part("myfile", "x.jpg", "text".getBytes(StandardCharsets.UTF_8)))),
        415,
        Problem.Kind.UNSUPPORTED_TYPE);
    assertProblem(
        send(upload("/", new Part("myfile", "x.jpg", new byte[0]))), 422, Problem.Kind.UNDECODABLE);
    assertProblem(
        send(upload("/", new Part("myfile", "x.jpg", new byte[200 * 1024]))),
        413,
        Problem.Kind.TOO_LARGE);
    assertProblem(
        send(upload("/", new Part("myfile", null, photo()))), 400, Problem.Kind.BAD_REQUEST);
    assertProblem(
        send(
            request("/v1/images")
                .header("Content-Type", "multipart/form-data; boundary=x")
                .POST(BodyPublishers.ofString("this is no form"))),
        400,
        Problem.Kind.BAD_REQUEST);
    for (String type : List.of("multipart/form-data", "multipart/mixed; boundary=x")) {
      assertProblem(
          send(
              request("/v1/images")
                  .header("Content-Type", type)
                  .POST(BodyPublishers.ofString("--x--"))),
          400,
          Problem.Kind.BAD_REQUEST);
    }
    assertProblem(
        send(request("/v1/images").POST(BodyPublishers.noBody())), 422, Problem.Kind.UNDECODABLE);
    assertThat(store.keys(Bucket.INPUT)).isEmpty();
    assertThat(tier.waiting()).isZero();
  }

  @Test
  void aClientThatAskedForTextIsToldInText() throws Exception {
    start();
    HttpResponse<String> response =
        send(
            upload("/", new Part("myfile", "x.jpg", new byte[] {1, 2, 3}))
                .header("Accept", "text/plain"));
    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(header(response, "Content-Type")).startsWith("text/plain");
    assertThat(response.body()).contains("supported type");
  }

  @Test
  void pastItsLimitArgusRefusesAtOnceAndServesAgainWhenThereIsRoom() throws Exception {
    start("ARGUS_WEB_MAX_IN_FLIGHT", "1");
    var first = HTTP.sendAsync(upload("/", "myfile", "1.png").build(), BodyHandlers.ofString());
    await().until(() -> tier.waiting() == 1);
    HttpResponse<String> refused = send(upload("/", "myfile", "2.png"));
    assertProblem(refused, 503, Problem.Kind.OVERLOADED);
    assertThat(header(refused, "Retry-After")).matches("\\d+");
    assertThat(send(request("/livez")).statusCode()).isEqualTo(200);
    answer(1);
    assertThat(first.join().statusCode()).isEqualTo(200);
    await().until(() -> tier.waiting() == 0);
    var again = HTTP.sendAsync(upload("/", "myfile", "3.png").build(), BodyHandlers.ofString());
    answer(1);
    assertThat(again.join().body()).isEqualTo("label of 3.png");
  }

  @Test
  void whenAsManyPhotosArePendingAsMayBeFurtherOnesAreRefusedThoughNobodyWaits() throws Exception {
    start("ARGUS_LEDGER_MAX_PENDING", "1", "ARGUS_WEB_DEADLINE", "1s");
    assertThat(send(upload("/", "myfile", "1.png")).statusCode()).isEqualTo(504);
    assertProblem(send(upload("/", "myfile", "2.png")), 503, Problem.Kind.OVERLOADED);
    assertThat(send(request("/metrics")).body())
        .contains("argus_ledger_photos{state=\"pending\"} 1.0");
    answer(1);
    await()
        .until(
            () ->
                send(upload("/", "myfile", "3.png").header("Prefer", "respond-async")).statusCode()
                    == 202);
  }

  @Test
  void aReplyThatComesTwiceIsCountedAndAnsweredOnce() throws Exception {
    start();
    var response = HTTP.sendAsync(upload("/", "myfile", "a.png").build(), BodyHandlers.ofString());
    answer(1);
    assertThat(response.join().body()).isEqualTo("label of a.png");
    responses.send(responses.sent().get(0));
    await()
        .untilAsserted(
            () ->
                assertThat(send(request("/metrics")).body())
                    .contains(
                        "argus_replies_duplicate_total 1.0",
                        "argus_replies_unclaimed_total 0.0",
                        "argus_ledger_photos{state=\"answered\"} 1.0",
                        "argus_ledger_photos{state=\"accepted\"} 1.0"));
  }

  @Test
  void whatCannotBeStoredIsNotServedAndReadinessSaysWhatIsDown() throws Exception {
    start("ARGUS_WEB_READINESS_INTERVAL", "1ms");
    assertThat(send(request("/readyz")).statusCode()).isEqualTo(200);
    store.setDown(true);
    HttpResponse<String> unknown = send(upload("/", "myfile", "a.png"));
    assertProblem(unknown, 503, Problem.Kind.UNAVAILABLE);
    assertThat(unknown.headers().firstValue("Location").orElseThrow()).startsWith("/v1/images/");
    assertProblem(send(request("/v1/images/" + PhotoId.random())), 503, Problem.Kind.UNAVAILABLE);
    HttpResponse<String> readiness = send(request("/readyz"));
    assertThat(readiness.statusCode()).isEqualTo(503);
    assertThat(JSON.readTree(readiness.body()).at("/checks/input-bucket").asText())
        .contains("down");
    assertThat(JSON.readTree(readiness.body()).at("/checks/request-queue").asText())
        .isEqualTo("ok");
    assertThat(send(request("/livez")).statusCode()).isEqualTo(200);
    store.setDown(false);
    await().until(() -> send(request("/readyz")).statusCode() == 200);
  }

  @Test
  void aSlowBodyIsCutWithAReason() throws Exception {
    start("ARGUS_WEB_BODY_TIMEOUT", "200ms");
    try (var socket = new java.net.Socket("127.0.0.1", tier.address().getPort())) {
      socket
          .getOutputStream()
          .write(
              "POST /v1/images HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 99\r\n\r\nabc"
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] answer = new byte[12];
      socket.getInputStream().readNBytes(answer, 0, answer.length);
      assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 408");
    }
  }

  @Test
  void unknownThingsAreProblems() throws Exception {
    start();
    assertProblem(send(request("/nowhere")), 404, Problem.Kind.NOT_FOUND);
    assertProblem(send(request("/v1/images/not-an-id")), 404, Problem.Kind.NOT_FOUND);
    HttpResponse<String> expired = send(request("/v1/images/" + PhotoId.random()));
    assertProblem(expired, 404, Problem.Kind.NOT_FOUND);
    assertThat(expired.body()).contains("results are kept for 31 days");
    HttpResponse<String> wrongMethod = send(request("/livez").DELETE());
    assertProblem(wrongMethod, 405, Problem.Kind.METHOD_NOT_ALLOWED);
    assertThat(header(wrongMethod, "Allow")).isEqualTo("GET, HEAD");
    assertProblem(send(request("/v1/images")), 405, Problem.Kind.METHOD_NOT_ALLOWED);
  }

  @Test
  void pagesMetricsAndDecisionsAreServed() throws Exception {
    start();
    HttpResponse<String> page = send(request("/"));
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(header(page, "Content-Type")).startsWith("text/html");
    assertThat(header(page, "Content-Security-Policy")).contains("default-src 'none'");
    assertThat(send(request("/argus.js")).statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(send(request("/openapi.json")).body()).get("openapi").asText())
        .startsWith("3.1");
    assertThat(send(request("/metrics")).body()).contains("argus_photos_in_flight");
    assertThat(send(request("/v1/scaling/decisions")).body()).isEqualTo("[]");
  }
}
