package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ObjectKeys;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueue;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class DeadLetterRoutesTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  private final SettableClock clock = new SettableClock();
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final DeadLetterRoutes routes =
      new DeadLetterRoutes(
          new DeadLetterAdmin(
              KIT.system(), store, new InMemoryQueue(clock), Duration.ofMinutes(5), clock),
          new Responses(Duration.ofSeconds(1)));

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private CompletableFuture<HttpResponse> redrive(String query) {
    return routes.handle(HttpRequest.POST("/v1/dead/redrive" + query)).toCompletableFuture();
  }

  private static JsonNode body(HttpResponse response) throws Exception {
    return new ObjectMapper()
        .readTree(((HttpEntity.Strict) response.entity()).getData().utf8String());
  }

  /** Each one that cannot be sent, and stays. */
  private void keep(int count) {
    for (int i = 0; i < count; i++) {
      store.put(
          Bucket.STATE,
          ObjectKeys.deadLetter("m-%04d".formatted(i)),
          new StoredObject(ByteString.fromString("odd"), "text/plain", Map.of()));
    }
  }

  @Test
  void aCallWorksOnAPageAndTheNextOneGoesOnPastThoseThatFailed() throws Exception {
    keep(DeadLetterAdmin.PAGE_SIZE + 3);
    JsonNode first = body(redrive("").join());
    assertThat(first.get("failed").asInt()).isEqualTo(DeadLetterAdmin.PAGE_SIZE);
    assertThat(first.get("failures")).hasSize(DeadLetterAdmin.PAGE_SIZE);
    JsonNode second = body(redrive("?after=" + first.get("next").asText()).join());
    assertThat(second.get("failed").asInt()).isEqualTo(3);
    assertThat(second.has("next")).isFalse();
  }

  @Test
  void aCallBesideAnotherIsAConflict() throws Exception {
    keep(1);
    store.setStalled(true);
    CompletableFuture<HttpResponse> first = redrive("");
    HttpResponse second = redrive("").join();
    assertThat(second.status().intValue()).isEqualTo(409);
    assertThat(body(second).get("type").asText()).isEqualTo("urn:argus:problem:redrive-under-way");
    store.setStalled(false);
    assertThat(first.join().status().intValue()).isEqualTo(200);
    assertThat(redrive("").join().status().intValue()).isEqualTo(200);
  }
}
