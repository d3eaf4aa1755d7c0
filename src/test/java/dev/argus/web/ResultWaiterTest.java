package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import dev.argus.simulation.InMemoryObjectStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResultWaiterTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final PhotoId ID = PhotoId.random();
  private static final Outcome.Pending PENDING = new Outcome.Pending(ID, "cat.jpg");
  private static final Duration NEVER = Duration.ofHours(1);
  private static final Duration OFTEN = Duration.ofMillis(10);

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final CompletableFuture<Done> gone = new CompletableFuture<>();
  private TestProbe<Outcome> client;
  private TestProbe<ReplyRouter.Command> router;

  @BeforeEach
  void makeProbes() {
    client = KIT.createTestProbe();
    router = KIT.createTestProbe();
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private ActorRef<ResultWaiter.Command> waiter(
      Optional<Outcome.Pending> accepted, Duration wait, Duration poll) {
    return KIT.spawn(
        ResultWaiter.create(
            ID,
            accepted,
            wait,
            poll,
            gone,
            new ResultLookup(store, Duration.ofDays(30)),
            router.getRef(),
            client.getRef()));
  }

  private void storePhoto() {
    put(Bucket.INPUT, ObjectKeys.photo(ID), "photo", Map.of("name", "cat.jpg"));
  }

  private void storeResult() {
    ClassifyReply reply =
        new ClassifyReply.Recognised(ID, "cat.jpg", List.of(new Prediction("tabby", 0.9)), "m");
    put(Bucket.OUTPUT, ObjectKeys.result(ID), Codec.toJson(reply), Map.of());
  }

  private void put(Bucket bucket, String key, String content, Map<String, String> metadata) {
    store
        .put(bucket, key, new StoredObject(ByteString.fromString(content), "x/y", metadata))
        .toCompletableFuture()
        .join();
  }

  @Test
  void anAnswerThatIsThereIsGivenAtOnceAndOneThatComesLaterIsFoundByPolling() {
    storePhoto();
    waiter(Optional.empty(), NEVER, OFTEN);
    await().until(() -> store.calls() > 5);
    storeResult();
    assertThat(client.receiveMessage()).isInstanceOf(Outcome.Answered.class);

    waiter(Optional.empty(), NEVER, NEVER);
    assertThat(client.receiveMessage()).isInstanceOf(Outcome.Answered.class);
  }

  @Test
  void whoIsKnownToWaitIsNotSentAwayWhenS3Fails() {
    storePhoto();
    waiter(Optional.empty(), NEVER, OFTEN);
    await().until(() -> store.calls() > 3); // the record has been found
    store.setDown(true);
    int before = store.calls();
    await().until(() -> store.calls() > before + 3);
    store.setDown(false);
    storeResult();
    assertThat(client.receiveMessage()).isInstanceOf(Outcome.Answered.class);
  }

  @Test
  void anAcceptedPhotoIsPendingWhateverS3SaysAndNobodyKnowsOfAnother() {
    store.setDown(true);
    waiter(Optional.of(PENDING), OFTEN, NEVER);
    assertThat(client.receiveMessage()).isEqualTo(PENDING);

    waiter(Optional.empty(), NEVER, OFTEN);
    assertThat(client.receiveMessage())
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.problem().is(Problem.Kind.UNAVAILABLE)).isTrue());
  }

  @Test
  void aWebNodeThatStopsSaysThatThePhotoIsPending() {
    ActorRef<ResultWaiter.Command> waiter = waiter(Optional.of(PENDING), NEVER, NEVER);
    router.expectMessageClass(ReplyRouter.Register.class);
    KIT.stop(waiter);
    assertThat(client.receiveMessage()).isEqualTo(PENDING);
    router.expectMessageClass(ReplyRouter.Forget.class);
  }
}
