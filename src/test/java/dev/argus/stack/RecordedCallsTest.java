package dev.argus.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.callback.Receiver;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.WireMessage;
import dev.argus.simulation.InMemoryCluster;
import dev.argus.simulation.InMemoryCluster.WebNode;
import dev.argus.simulation.ScriptedClassifier;
import dev.argus.simulation.SettableClock;
import dev.argus.stack.ArgusCalls.Made;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

/**
 * What a web node and an app node are recorded to ask queues and buckets for, while photos come,
 * are lost, kill their nodes, and are sent again, is in the table that the policies are held
 * against.
 */
class RecordedCallsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LONG = Duration.ofMinutes(10); // leases and grace are over then
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Stack stack = TestStacks.usual();
  private final SettableClock clock = new SettableClock(Instant.now());
  private final Recording web = new Recording(stack);
  private final Recording app = new Recording(stack);
  private final ByteString photo = ByteString.fromArray(png());

  @Test
  void uploadsSuspectsAndDeadLetters() throws Exception {
    try (Receiver receiver = new Receiver();
        InMemoryCluster cluster = cluster()) {
      cluster.requests.sendReceived(stored(cluster, PhotoId.random()), 2);
      PhotoId dead = PhotoId.random();
      cluster.deadLetters.send(stored(cluster, dead));
      WebNode node = start(cluster);

      HttpResponse<String> answer =
          send(
              HttpRequest.newBuilder(node.uri("/v1/images"))
                  .header("Content-Type", "image/png")
                  .header("Idempotency-Key", "a-key")
                  .header("Argus-Callback-Url", receiver.url().toString())
                  .POST(BodyPublishers.ofByteArray(photo.toArray())));
      assertThat(answer.statusCode()).isEqualTo(200);
      send(HttpRequest.newBuilder(node.uri("/readyz")));
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  cluster
                      .store
                      .keys(Bucket.STATE)
                      .contains(ObjectKeys.deadLetter(dead.toString())));
      send(
          HttpRequest.newBuilder(node.uri("/v1/dead/" + dead + "/redrive"))
              .POST(BodyPublishers.noBody()));
      await()
          .atMost(PATIENCE)
          .until(() -> cluster.nothingWaits() && cluster.store.keys(Bucket.OUTPUT).size() == 3);
      send(HttpRequest.newBuilder(node.uri("/v1/images/" + dead)));
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  cluster.store.keys(Bucket.STATE).stream()
                      .noneMatch(key -> key.startsWith(ObjectKeys.CALLBACKS)));
      assertThat(receiver.verified).hasSize(1);
    }
    assertThatAllAreInTheTable();
    assertThat(web.calls())
        .contains(
            "s3:DeleteObject " + state("attempts/x"), "s3:DeleteObject " + state("callbacks/x"));
    assertThat(app.calls()).contains("s3:PutObject " + state("attempts/x"));
  }

  @Test
  void orphans() {
    try (InMemoryCluster cluster = cluster()) {
      stored(cluster, PhotoId.random());
      clock.advance(LONG);
      start(cluster);
      await().atMost(PATIENCE).until(() -> cluster.store.keys(Bucket.OUTPUT).size() == 1);
    }
    assertThatAllAreInTheTable();
    assertThat(web.calls()).contains("s3:PutObject " + state("sweep"));
  }

  private void assertThatAllAreInTheTable() {
    assertThat(names(ArgusCalls.ofWebNode(stack))).containsAll(web.calls());
    assertThat(names(ArgusCalls.ofAppNode(stack))).containsAll(app.calls());
  }

  private static Set<String> names(List<Made> table) {
    return table.stream().map(made -> Recording.name(made.call())).collect(Collectors.toSet());
  }

  private InMemoryCluster cluster() {
    return new InMemoryCluster(
        clock,
        Map.of(
            "ARGUS_WEB_SWEEP_INTERVAL", "20ms",
            "ARGUS_WEB_SWEEP_GRACE", "2m",
            "ARGUS_WEB_INLINE_LIMIT", "1B",
            "ARGUS_WEB_CALLBACKS_SECRET", Receiver.SECRET,
            "ARGUS_WEB_CALLBACKS_ALLOW_PRIVATE_ADDRESSES", "true"));
  }

  private WebNode start(InMemoryCluster cluster) {
    WebNode node = cluster.startWeb(web.of(cluster.surroundings()));
    cluster.startApp(
        "i-1",
        app.of(cluster.surroundings()),
        new ScriptedClassifier(
            any -> CompletableFuture.completedFuture(ScriptedClassifier.seen("cat"))));
    return node;
  }

  /** A photo in its bucket, and a request for it that was not sent yet. */
  private WireMessage stored(InMemoryCluster cluster, PhotoId id) {
    cluster.store.put(
        Bucket.INPUT, ObjectKeys.photo(id), new StoredObject(photo, "image/png", Map.of()));
    return Codec.encode(
        new ClassifyRequest(
            id,
            "cat.png",
            "image/png",
            "responses",
            clock.instant(),
            Optional.empty(),
            new ClassifyRequest.ClaimCheck(ObjectKeys.photo(id))));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return HTTP.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
  }

  private String state(String key) {
    return PhysicalName.attribute(stack.get("StateBucket"), "Arn") + "/" + key;
  }

  private static byte[] png() {
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      ImageIO.write(new BufferedImage(8, 6, BufferedImage.TYPE_INT_RGB), "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
