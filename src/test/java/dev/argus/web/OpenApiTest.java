package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.argus.ports.Delivery;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code openapi.json} is valid, and says what the web tier does. */
class OpenApiTest {
  /** Never ends by itself. */
  private static final String STREAM = "GET /v1/ops/events";

  /** What pages are made of. */
  private static final String PART_OF_A_PAGE = ".*\\.(css|js|svg)";

  private static final OpenApiDocument DOCUMENT = new OpenApiDocument();
  private static TierUnderTest tier;

  @BeforeAll
  static void start() {
    tier = new TierUnderTest();
  }

  @AfterAll
  static void stop() {
    tier.close();
  }

  @Test
  void theDocumentIsValid() {
    assertThat(DOCUMENT.violations()).isEmpty();
    assertThat(DOCUMENT.root().at("/components/schemas")).isNotEmpty();
    DOCUMENT
        .root()
        .at("/components/schemas")
        .forEach(schema -> assertThat(DOCUMENT.violationsOfSchema(schema)).isEmpty());
  }

  @Test
  void theValidatorSeesWhatIsWrong() {
    JsonNode pending = DOCUMENT.root().at("/components/schemas/Pending");
    assertThat(DOCUMENT.violations(pending, OpenApiDocument.json("{\"status\": \"done\"}")))
        .isNotEmpty();
    JsonNode batch = DOCUMENT.root().at("/components/schemas/Batch");
    assertThat(
            DOCUMENT.violations(batch, OpenApiDocument.json("{\"batch\": \"b\", \"images\": [1]}")))
        .isNotEmpty();
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    List<JsonNode> references = DOCUMENT.root().findValues("$ref");
    assertThat(references).isNotEmpty();
    assertThat(references)
        .allSatisfy(
            reference ->
                assertThat(DOCUMENT.root().at(reference.asText().substring(1)).isMissingNode())
                    .as(reference.asText())
                    .isFalse());
  }

  @Test
  void examplesAreWhatTheirSchemasSay() {
    int seen = 0;
    for (JsonNode content : DOCUMENT.root().findValues("content")) {
      for (JsonNode medium : content) {
        List<JsonNode> examples = new ArrayList<>();
        if (medium.has("example")) {
          examples.add(medium.get("example"));
        }
        medium.path("examples").forEach(example -> examples.add(example.get("value")));
        for (JsonNode example : examples) {
          assertThat(DOCUMENT.violations(medium.get("schema"), example))
              .as(example.toString())
              .isEmpty();
          seen++;
        }
      }
    }
    assertThat(seen).isGreaterThan(20);
  }

  @Test
  void theDocumentAndTheRoutesNameTheSamePathsAndMethods() {
    RouteTable table = new RouteTable(new StaticFiles().paths());
    Set<String> routes = new TreeSet<>();
    for (String path : table.paths()) {
      if (!path.matches(PART_OF_A_PAGE)) {
        for (String method : table.methods(path).orElseThrow()) {
          routes.add(method + " " + path);
        }
      }
    }
    routes.removeIf(route -> route.startsWith("HEAD ")); // the document says so of every GET
    Set<String> described = DOCUMENT.operations();
    assertThat(described).isEqualTo(routes);
  }

  @Test
  void everyPathIsAnsweredByEveryMethodThatIsDescribed() throws Exception {
    Set<String> operations = DOCUMENT.operations();
    operations.remove(STREAM);
    for (String operation : operations) {
      String method = operation.substring(0, operation.indexOf(' '));
      String path = operation.substring(operation.indexOf(' ') + 1);
      HttpResponse<String> answer =
          TierUnderTest.send(
              tier.request(path.replace("{id}", PhotoId.random().toString()))
                  .method(method, BodyPublishers.noBody()));
      assertThat(answer.statusCode()).as(operation).isNotEqualTo(405).isNotEqualTo(501);
      assertThat(answer.body()).as(operation).doesNotContain("There is nothing at");
      if (isJson(answer) && !path.equals("/v1/costs")) { // a stand-in here
        assertDescribed(answer, method, path);
      }
    }
  }

  @Test
  void aPhotoIsToldAsDescribedWhileItIsPendingAndWhenItIsRecognised() throws Exception {
    HttpResponse<String> pending =
        TierUnderTest.send(tier.upload().header("Prefer", "respond-async"));
    assertThat(pending.statusCode()).isEqualTo(202);
    assertDescribed(pending, "POST", "/v1/images");
    String location = pending.headers().firstValue("Location").orElseThrow();
    assertDescribed(tier.get(location), "GET", "/v1/images/{id}");

    finish(true);
    HttpResponse<String> recognised = tier.get(location + "?top=1");
    assertThat(recognised.statusCode()).isEqualTo(200);
    assertDescribed(recognised, "GET", "/v1/images/{id}");
    JsonNode shown = OpenApiDocument.json(recognised.body());
    assertThat(shown.get("predictions")).hasSize(1);
    assertThat(shown.get("label").asText()).isEqualTo("cat");
    assertThat(
            TierUnderTest.send(
                    tier.request(location + "?min-probability=0.95").header("Accept", "text/plain"))
                .body())
        .isEqualTo("cat (0.9, below 0.95)");
  }

  @Test
  void aFailedPhotoAndABatchAndProblemsAreToldAsDescribed() throws Exception {
    HttpResponse<String> pending =
        TierUnderTest.send(tier.upload().header("Prefer", "respond-async"));
    finish(false);
    HttpResponse<String> failed = tier.get(pending.headers().firstValue("Location").orElseThrow());
    assertThat(failed.body()).contains("\"failed\"");
    assertDescribed(failed, "GET", "/v1/images/{id}");

    String part =
        "--b\r\nContent-Disposition: form-data; name=\"p\"; filename=\"a.png\"\r\n\r\nno photo\r\n";
    HttpResponse<String> batch =
        TierUnderTest.send(
            tier.request("/v1/images")
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.ofString(part + part + "--b--\r\n")));
    assertThat(batch.body()).contains("\"batch\"");
    assertDescribed(batch, "POST", "/v1/images");

    HttpResponse<String> unsupported =
        TierUnderTest.send(tier.upload().POST(BodyPublishers.ofString("no photo")));
    assertThat(unsupported.statusCode()).isEqualTo(415);
    assertDescribed(unsupported, "POST", "/v1/images");

    HttpResponse<String> bad =
        TierUnderTest.send(
            tier.request("/v1/images?top=6")
                .header("Content-Type", "image/png")
                .POST(BodyPublishers.ofByteArray(TierUnderTest.photo())));
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(bad.body()).contains("from 1 to 5");
    assertDescribed(bad, "POST", "/v1/images");
    assertThat(tier.get("/v1/images/" + PhotoId.random() + "?top=0").statusCode()).isEqualTo(400);
  }

  /** Plays an app node: takes a request, and stores its result. */
  private static void finish(boolean well) {
    await()
        .until(
            () -> {
              List<Delivery> taken = tier.requests.take(1);
              if (taken.isEmpty()) {
                return false;
              }
              ClassifyRequest request = Codec.decodeRequest(taken.get(0).message());
              ClassifyReply reply =
                  well
                      ? new ClassifyReply.Recognised(
                          request.id(),
                          request.name(),
                          List.of(new Prediction("cat", 0.9), new Prediction("dog", 0.1)),
                          "m")
                      : new ClassifyReply.Failed(
                          request.id(),
                          request.name(),
                          Problem.Kind.UNDECODABLE.because("It is no photo."));
              tier.store.put(
                  Bucket.OUTPUT,
                  ObjectKeys.result(request.id()),
                  new StoredObject(
                      ByteString.fromString(Codec.toJson(reply)), "application/json", Map.of()));
              return true;
            });
  }

  private static boolean isJson(HttpResponse<String> answer) {
    return mediaType(answer).matches("application/(problem\\+)?json");
  }

  private static String mediaType(HttpResponse<String> answer) {
    return answer.headers().firstValue("Content-Type").orElse("").replaceFirst(" *;.*", "");
  }

  private static void assertDescribed(HttpResponse<String> answer, String method, String path) {
    String what = method + " " + path + " " + answer.statusCode() + " " + mediaType(answer);
    JsonNode schema =
        DOCUMENT
            .schema(path, method, answer.statusCode(), mediaType(answer))
            .orElseThrow(() -> new AssertionError(what + " is not described"));
    assertThat(DOCUMENT.violations(schema, OpenApiDocument.json(answer.body())))
        .as(what + ": " + answer.body())
        .isEmpty();
    Set<String> headers = answer.headers().map().keySet();
    JsonNode response =
        DOCUMENT.resolved(
            DOCUMENT
                .root()
                .at("/paths")
                .path(path)
                .path(method.toLowerCase())
                .path("responses")
                .path(Integer.toString(answer.statusCode())));
    List<String> described = new ArrayList<>();
    response.path("headers").fieldNames().forEachRemaining(described::add);
    assertThat(
            headers.stream()
                .filter(name -> name.matches("(?i)location|retry-after|preference-applied"))
                .map(String::toLowerCase)
                .collect(Collectors.toSet()))
        .as("headers of " + what)
        .isSubsetOf(described.stream().map(String::toLowerCase).toList());
  }
}
