package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.config.HeartbeatSettings;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueues;
import dev.argus.simulation.SettableClock;
import dev.argus.web.Overtaking.Evidence;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class WebNodesTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final Duration EXPIRY = Duration.ofHours(1);

  private final SettableClock clock = new SettableClock();
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final InMemoryQueues queues = new InMemoryQueues(clock);
  private final WebNodes scaling = node("responses-1", "owner-1");
  private final WebNodes other = node("responses-2", "owner-2");

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private WebNodes node(String queue, String owner) {
    Evidence evidence = new Evidence(true, Optional.of(clock.instant()));
    WebNodes node =
        new WebNodes(
            KIT.system(),
            store,
            queues,
            new WebNodes.Self(queue, owner, () -> evidence),
            new HeartbeatSettings(INTERVAL, EXPIRY),
            clock);
    node.createOwnQueue().toCompletableFuture().join();
    return node;
  }

  private static void beat(WebNodes node) {
    node.beat().toCompletableFuture().join();
  }

  private void scalingNodeLooks(int times) {
    for (int i = 0; i < times; i++) {
      clock.advance(INTERVAL);
      beat(scaling);
      scaling.look().toCompletableFuture().join();
    }
  }

  @Test
  void theQueueOfAWebNodeThatIsGoneIsRemovedWithItsHeartbeatAndNoOther() {
    queues.create("not-argus");
    queues.create("responses-3"); // no heartbeat: not known to be anybody's
    beat(other);
    scalingNodeLooks(59);
    assertThat(queues.names()).contains("responses-2");
    scalingNodeLooks(5);
    assertThat(queues.names()).containsExactly("not-argus", "responses-1", "responses-3");
    assertThat(store.keys(Bucket.STATE)).containsExactly("web-nodes/responses-1");
  }

  @Test
  void theQueueOfAWebNodeThatLivesStays() {
    for (int i = 0; i < 200; i++) {
      beat(other);
      scalingNodeLooks(1);
    }
    assertThat(queues.names()).containsExactly("responses-1", "responses-2");
  }

  @Test
  void afterALongOutageOfS3TheOthersHaveTimeToShowThatTheyLive() {
    beat(other);
    clock.advance(EXPIRY.multipliedBy(3)); // nobody could write
    scalingNodeLooks(2);
    beat(other);
    scalingNodeLooks(30);
    assertThat(queues.names()).contains("responses-2");
  }

  @Test
  void aQueueThatCouldNotBeRemovedIsRemovedLater() {
    beat(other);
    clock.advance(EXPIRY);
    queues.setDown(true);
    for (int i = 0; i < 5; i++) {
      clock.advance(INTERVAL);
      scaling.look().toCompletableFuture().exceptionally(failure -> null).join();
    }
    assertThat(store.keys(Bucket.STATE)).contains("web-nodes/responses-2");
    queues.setDown(false);
    scalingNodeLooks(8);
    assertThat(queues.names()).containsExactly("responses-1");
    assertThat(store.keys(Bucket.STATE)).containsExactly("web-nodes/responses-1");
  }

  @Test
  void anObjectThatIsNoHeartbeatIsLeftAlone() {
    queues.create("odd");
    store.put(
        Bucket.STATE,
        "web-nodes/odd",
        new StoredObject(ByteString.fromString("not json"), "text/plain", Map.of()));
    clock.advance(EXPIRY.multipliedBy(2));
    scalingNodeLooks(8);
    assertThat(queues.names()).contains("odd");
  }

  @Test
  void twoThatShareAResponseQueueAreToldWhichSettingToChange() {
    WebNodes twin = node("responses-1", "owner-9");
    beat(scaling);
    beat(twin); // its first: it might be the next process of the same web node
    LoggingTestKit.error("ARGUS_NAMES_RESPONSE_QUEUE")
        .withLoggerName(WebNodes.class.getName())
        .expect(
            KIT.system(),
            () -> {
              beat(scaling);
              return null;
            });
  }

  @Test
  void aTwinIsAConflictUntilItHasBeenSilentForAWhile() {
    WebNodes twin = node("responses-1", "owner-9");
    beat(scaling);
    beat(twin);
    assertThat(scaling.conflict()).isEmpty();
    beat(scaling);
    beat(twin);
    assertThat(scaling.conflict().orElseThrow())
        .contains("owner-9", "responses-1", "ARGUS_NAMES_RESPONSE_QUEUE");
    assertThat(twin.conflict().orElseThrow()).contains("owner-1");
    beat(scaling);
    for (int i = 0; i < 2; i++) { // a beat that comes late is no sign of its being gone
      beat(scaling);
      beat(scaling);
      assertThat(scaling.conflict()).isPresent();
      beat(twin);
      beat(scaling);
    }
    for (int i = 0; i < 3; i++) {
      assertThat(scaling.conflict()).isPresent();
      beat(scaling);
    }
    assertThat(scaling.conflict()).isEmpty();
  }

  @Test
  void aWebNodeThatIsStartedAgainUnderItsNameIsNoTwin() {
    beat(other);
    WebNodes again = node("responses-2", "owner-3");
    LoggingTestKit.error("ARGUS_NAMES_RESPONSE_QUEUE")
        .withOccurrences(0)
        .expect(
            KIT.system(),
            () -> {
              beat(again);
              beat(again);
              return null;
            });
    assertThat(again.conflict()).isEmpty();
  }

  @Test
  void whatTheOthersSeeOfTheQueueIsKnownAsLongAsItIsFresh() {
    assertThat(scaling.evidence()).hasSize(1);
    beat(other);
    scalingNodeLooks(1);
    assertThat(scaling.evidence()).hasSize(2);
    scalingNodeLooks(3);
    assertThat(scaling.evidence()).hasSize(1);
  }
}
