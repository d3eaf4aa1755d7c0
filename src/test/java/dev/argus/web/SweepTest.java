package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.config.ArgusSettings;
import dev.argus.config.WebSettings;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.WireMessage;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueue;
import dev.argus.simulation.SettableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SweepTest {
  private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());
  private static final WebSettings SETTINGS = ArgusSettings.load(Map.of()).web();

  private final ManualTime time = ManualTime.get(KIT.system());
  private final SettableClock clock = new SettableClock(Instant.now());
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final InMemoryQueue requests = new InMemoryQueue(clock);
  private final InMemoryQueue deadLetters = new InMemoryQueue(clock);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private PhotoId accepted(String name) {
    PhotoId id = PhotoId.random();
    store.put(
        Bucket.INPUT,
        ObjectKeys.photo(id),
        InputObject.of(new Photo(name, "image/png", ByteString.fromString("bytes"))));
    return id;
  }

  private void answered(PhotoId id) {
    store.put(
        Bucket.OUTPUT,
        ObjectKeys.result(id),
        new StoredObject(ByteString.fromString("{}"), "application/json", Map.of()));
  }

  private void start() {
    KIT.spawn(
        Sweep.create(
            store,
            requests,
            deadLetters,
            "my-responses",
            SETTINGS,
            new WebMetrics(new SimpleMeterRegistry(), clock),
            clock));
  }

  private void pass(Duration duration) {
    clock.advance(duration);
    time.timePasses(duration);
  }

  @Test
  void aPhotoThatNoMessageHoldsIsSentAgainWithItsNameAndOnlyOnceIfItIsAnswered() throws Exception {
    PhotoId done = accepted("done.png");
    answered(done);
    PhotoId orphan = accepted("ünsent.png");
    start();
    pass(SETTINGS.sweepInterval().plusSeconds(1));
    await().until(() -> requests.sent().size() == 1);
    ClassifyRequest request = Codec.decodeRequest(requests.sent().get(0));
    assertThat(request.id()).isEqualTo(orphan);
    assertThat(request.name()).isEqualTo("ünsent.png");
    assertThat(request.contentType()).isEqualTo("image/png");
    assertThat(request.replyQueue()).isEqualTo("my-responses");
    assertThat(request.photo()).isEqualTo(new ClassifyRequest.ClaimCheck(orphan.toString()));

    // Answered and gone from the queue: never sent again, and soon not even looked at.
    answered(orphan);
    requests.clear();
    int reads = store.calls();
    pass(SETTINGS.sweepInterval());
    await().until(() -> store.calls() > reads);
    pass(SETTINGS.sweepInterval());
    assertThat(requests.sent()).hasSize(1);
  }

  @Test
  void whileADeadLetterWaitsForItsAnswerItIsNotSentAgain() {
    accepted("killer.png");
    deadLetters.send(new WireMessage("the killer's request", Map.of()));
    start();
    pass(SETTINGS.sweepInterval().plusSeconds(1));
    await().until(() -> deadLetters.countsRead() == 1);
    pass(SETTINGS.sweepInterval());
    await().until(() -> deadLetters.countsRead() == 2);
    assertThat(store.calls()).isEqualTo(1); // the put of this test
    assertThat(requests.sent()).isEmpty();
  }

  @Test
  void whileTheQueueHoldsAnythingNothingIsSentAgain() {
    accepted("waits.png");
    requests.send(new WireMessage("someone's photo", Map.of()));
    start();
    pass(SETTINGS.sweepInterval().plusSeconds(1));
    int calls = store.calls();
    pass(SETTINGS.sweepInterval());
    assertThat(store.calls()).isEqualTo(calls); // not even listed
    assertThat(requests.sent()).hasSize(1);
  }

  @Test
  void aPhotoThatWasAcceptedAMomentAgoIsLeftToItsRequestActor() {
    clock.advance(SETTINGS.sweepGrace().negated().plusSeconds(1));
    accepted("fresh.png");
    start();
    time.timePasses(SETTINGS.sweepInterval());
    await().until(() -> store.calls() >= 3); // its put, and both listings
    time.timePasses(SETTINGS.sweepInterval());
    await().until(() -> requests.countsRead() == 2);
    assertThat(requests.sent()).isEmpty();
  }
}
