package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.config.ArgusSettings;
import dev.argus.config.RequestSettings;
import dev.argus.ports.NotWrittenException;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import dev.argus.simulation.DelegatingObjectStore;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueue;
import dev.argus.tracing.Tracing;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RequestActorTest {
  private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());
  private static final ArgusSettings ARGUS =
      ArgusSettings.load(Map.of("ARGUS_WEB_INLINE_LIMIT", "100B"));
  private static final RequestSettings SETTINGS = ARGUS.web().requests();
  private static final Duration DEADLINE = Duration.ofSeconds(300);

  private final ManualTime time = ManualTime.get(KIT.system());
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private ObjectStore seenStore = store;
  private final InMemoryQueue requests = new InMemoryQueue(InstantSource.system());
  private final ActorRef<ReplyRouter.Command> router = KIT.spawn(ReplyRouter.create());
  private final TestProbe<Outcome> client = KIT.createTestProbe();
  private final TestProbe<ReplyRouter.Routed> routed = KIT.createTestProbe();
  private final Admission admission = new Admission(ARGUS.web().admission());
  private final Ledger ledger = new Ledger(ARGUS.ledger(), InstantSource.system());
  private final AtomicInteger woken = new AtomicInteger();
  private final Set<PhotoId> unpublished = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Done> gone = new CompletableFuture<>();
  private final PhotoId id = PhotoId.random();
  private WeakReference<Photo> sentPhoto;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private ActorRef<RequestActor.Command> upload(int size, Optional<Duration> pendingAfter) {
    ActorRef<RequestActor.Command> actor =
        KIT.spawn(
            RequestActor.create(
                new Upload(
                    id,
                    "ä.jpg",
                    (Admission.Permit) admission.tryAdmit(size),
                    Optional.empty(),
                    DEADLINE,
                    pendingAfter,
                    gone,
                    client.ref()::tell),
                new RequestActor.Dependencies(
                    seenStore,
                    requests,
                    "my-responses",
                    router,
                    new ResultLookup(store, Duration.ofDays(31)),
                    woken::incrementAndGet,
                    ledger,
                    unpublished,
                    attempt -> Duration.ofSeconds(1),
                    SETTINGS,
                    InstantSource.system(),
                    Tracing.off())));
    Photo photo = Photo.of("ä.jpg", "image/jpeg", ByteString.fromArray(new byte[size]));
    sentPhoto = new WeakReference<>(photo);
    actor.tell(new RequestActor.Start(photo));
    return actor;
  }

  private ClassifyRequest sent() throws Exception {
    await().until(() -> requests.sent().size() == 1);
    return Codec.decodeRequest(requests.sent().get(0));
  }

  private ClassifyReply reply() {
    return new ClassifyReply.Recognised(id, "ä.jpg", List.of(new Prediction("tabby", 1)), "m");
  }

  @Test
  void theAcceptanceRecordComesFirstThenTheRequestThenTheAnswer() throws Exception {
    var actor = upload(50, Optional.empty());
    ClassifyRequest request = sent();
    assertThat(store.keys(Bucket.INPUT)).containsExactly(id.toString());
    assertThat(request.photo()).isInstanceOf(ClassifyRequest.Inline.class);
    assertThat(request.replyQueue()).isEqualTo("my-responses");
    assertThat(woken).hasValue(1);
    assertThat(ledger.counts()).isEqualTo(new Ledger.Counts(1, 0, 0, 0, 1));
    var metadata =
        store.head(Bucket.INPUT, id.toString()).toCompletableFuture().join().get().metadata();
    assertThat(InputObject.name(metadata)).isEqualTo("ä.jpg");
    assertThat(metadata.get("sha256")).hasSize(64);

    router.tell(new ReplyRouter.Route(reply(), routed.ref()));
    assertThat(routed.receiveMessage().waiters()).isEqualTo(1);
    assertThat(client.receiveMessage()).isEqualTo(new Outcome.Answered(reply()));
    routed.expectTerminated(actor);
    await().until(() -> admission.inFlight() == 0);
  }

  @Test
  void aLonePhotoWaitsForNoCompany() throws Exception {
    upload(50, Optional.empty());
    sent();
    assertThat(requests.patientSends()).isZero();
  }

  @Test
  void aPhotoAmongManyMayWaitForCompany() throws Exception {
    IntStream.range(0, 50).forEach(i -> ledger.accepted(PhotoId.random()));
    upload(50, Optional.empty());
    sent();
    assertThat(requests.patientSends()).isEqualTo(1);
  }

  @Test
  void aLargePhotoGoesByClaimCheckAndItsBytesAreGivenBackOnceItIsSent() throws Exception {
    upload(101, Optional.empty());
    assertThat(sent().photo()).isEqualTo(new ClassifyRequest.ClaimCheck(id.toString()));
    await().until(() -> admission.bufferedBytes() == 0);
    assertThat(admission.inFlight()).isEqualTo(1);
  }

  @Test
  void whenTheClientIsGoneTheWaitEndsAndTheWorkGoesOn() throws Exception {
    var actor = upload(50, Optional.empty());
    sent();
    gone.complete(Done.getInstance());
    routed.expectTerminated(actor);
    await().until(() -> admission.inFlight() == 0);
    assertThat(store.keys(Bucket.INPUT)).containsExactly(id.toString());
  }

  @Test
  void aPhotoWhoseClientIsGoneBeforeItIsStoredIsStillSent() throws Exception {
    store.setStalled(true);
    var actor = upload(50, Optional.empty());
    gone.complete(Done.getInstance());
    store.setStalled(false);
    assertThat(sent().id()).isEqualTo(id);
    routed.expectTerminated(actor);
    await().until(() -> admission.inFlight() == 0);
  }

  @Test
  void aPhotoIsNotKeptInMemoryWhileItsAnswerIsWaitedFor() throws Exception {
    upload(101, Optional.empty());
    sent();
    await().until(() -> admission.bufferedBytes() == 0);
    store.clear(Bucket.INPUT);
    await()
        .until(
            () -> {
              System.gc();
              return sentPhoto.get() == null;
            });
    assertThat(admission.waiting()).isEqualTo(1);
  }

  @Test
  void aClientWhosePatienceEndsBeforeItsPhotoIsStoredIsNotToldThatItIsPending() {
    store.setStalled(true);
    upload(50, Optional.of(Duration.ofSeconds(5)));
    time.timePasses(Duration.ofSeconds(6));
    client.expectNoMessage(Duration.ZERO);
    store.setDown(true);
    store.setStalled(false);
    assertThat(client.receiveMessage()).isEqualTo(new Outcome.Uncertain(id, "ä.jpg"));
  }

  @Test
  void atADeadlineThatPassesWhileThePhotoIsBeingStoredItIsNotKnownWhetherItWas() {
    store.setStalled(true);
    upload(50, Optional.empty());
    time.timePasses(DEADLINE);
    assertThat(client.receiveMessage()).isEqualTo(new Outcome.Uncertain(id, "ä.jpg"));
    await().until(() -> admission.inFlight() == 0);
  }

  @Test
  void whatWasCertainlyNotStoredIsRefusedAndNotLookedFor() {
    whosePutFails(object -> new NotWrittenException(new IllegalStateException("access denied")));
    upload(50, Optional.empty());
    Outcome.Refused refused = client.expectMessageClass(Outcome.Refused.class);
    assertThat(refused.problem().is(Problem.Kind.UNAVAILABLE)).isTrue();
    assertThat(refused.problem().detail()).contains("not accepted");
    assertThat(store.calls()).isZero();
    assertNothingIsAccepted();
  }

  @Test
  void aPhotoWhosePutFailsAndThatIsNotThereMayStillComeThere() {
    whosePutFails(object -> new IllegalStateException("reset by peer"));
    upload(50, Optional.empty());
    assertThat(client.receiveMessage()).isEqualTo(new Outcome.Uncertain(id, "ä.jpg"));
    assertThat(store.calls()).as("one look").isEqualTo(1);
    assertNothingIsAccepted();
  }

  @Test
  void aPhotoWhosePutFailsAndThatCannotBeLookedForMayBeThere() {
    store.setDown(true);
    upload(50, Optional.empty());
    assertThat(client.receiveMessage()).isEqualTo(new Outcome.Uncertain(id, "ä.jpg"));
    assertNothingIsAccepted();
  }

  @Test
  void aLookForThePhotoThatTakesTooLongEndsAtTheDeadlineAtTheLatest() {
    whosePutFails(object -> new IllegalStateException("reset by peer"));
    store.setStalled(true);
    upload(50, Optional.empty());
    await().until(() -> store.calls() == 1);
    time.timePasses(DEADLINE);
    assertThat(client.receiveMessage()).isEqualTo(new Outcome.Uncertain(id, "ä.jpg"));
    assertNothingIsAccepted();
  }

  @Test
  void aPhotoThatIsThereAlthoughItsPutFailedIsAcceptedSentAndCountedOnce() throws Exception {
    whosePutFails(
        object -> {
          store.putIfAbsent(Bucket.INPUT, ObjectKeys.photo(id), object);
          return new IllegalStateException("reset by peer");
        });
    upload(50, Optional.empty());
    assertThat(sent().id()).isEqualTo(id);
    assertThat(ledger.counts()).isEqualTo(new Ledger.Counts(1, 0, 0, 0, 1));
    assertThat(woken).hasValue(1);
    router.tell(new ReplyRouter.Route(reply(), routed.ref()));
    assertThat(client.receiveMessage()).isEqualTo(new Outcome.Answered(reply()));
  }

  @Test
  void aPhotoThatAnotherUploadWithTheKeyHasStoredIsNotSentByOneWhosePutFailed() {
    acceptedByAnother();
    whosePutFails(object -> new IllegalStateException("reset by peer"));
    storeResult();
    upload(50, Optional.empty());
    assertThat(client.receiveMessage()).isEqualTo(new Outcome.Answered(reply()));
    assertThat(requests.sent()).isEmpty();
    assertThat(ledger.counts().accepted()).isZero();
  }

  @Test
  void aClientWhoseWebNodeStopsWhileItsPhotoIsBeingStoredIsNotToldThatItWasNot() {
    store.setStalled(true);
    KIT.stop(upload(50, Optional.empty()));
    assertThat(client.receiveMessage()).isEqualTo(new Outcome.Uncertain(id, "ä.jpg"));
  }

  private void whosePutFails(Function<StoredObject, RuntimeException> put) {
    seenStore =
        new DelegatingObjectStore(store) {
          @Override
          public CompletionStage<Boolean> putIfAbsent(
              Bucket bucket, String key, StoredObject object) {
            return CompletableFuture.failedFuture(put.apply(object));
          }
        };
  }

  @Test
  void aPhotoThatCameToItsPlaceLateIsSentWithoutASweep() throws Exception {
    List<StoredObject> late = new ArrayList<>();
    whosePutFails(
        object -> {
          late.add(object);
          return new IllegalStateException("read timed out");
        });
    var actor = upload(50, Optional.empty());
    assertThat(client.receiveMessage()).isEqualTo(new Outcome.Uncertain(id, "ä.jpg"));
    await().until(() -> admission.bufferedBytes() == 0);
    time.timePasses(Duration.ofSeconds(1));
    await().until(() -> store.calls() == 2); // not yet
    store.putIfAbsent(Bucket.INPUT, ObjectKeys.photo(id), late.get(0));
    await()
        .until(
            () -> {
              time.timePasses(Duration.ofSeconds(2));
              return requests.sent().size() == 1;
            });
    assertThat(sent().photo()).isEqualTo(new ClassifyRequest.ClaimCheck(id.toString()));
    assertThat(ledger.counts()).isEqualTo(new Ledger.Counts(1, 0, 0, 0, 1));
    assertThat(woken).hasValue(1);
    routed.expectTerminated(actor);
    assertThat(admission.inFlight()).isZero();
    client.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aPhotoWhoseOwnPutHasFailedIsLeftToTheUploadThatStoredItMeanwhile() {
    whosePutFails(object -> new IllegalStateException("read timed out"));
    upload(50, Optional.empty());
    assertThat(client.receiveMessage()).isEqualTo(new Outcome.Uncertain(id, "ä.jpg"));
    acceptedByAnother();
    assertNothingIsAccepted();
    client.expectNoMessage(Duration.ZERO);
  }

  /** Not even after the last look for it. */
  private void assertNothingIsAccepted() {
    await()
        .until(
            () -> {
              time.timePasses(Duration.ofSeconds(16));
              return admission.inFlight() == 0;
            });
    assertThat(requests.sent()).isEmpty();
    assertThat(ledger.counts().accepted()).isZero();
    assertThat(unpublished).isEmpty();
  }

  @Test
  void whatIsStoredButNotSentIsSentAgainUntilItWorks() throws Exception {
    requests.setDown(true);
    upload(50, Optional.empty());
    await().until(() -> !store.keys(Bucket.INPUT).isEmpty());
    time.timePasses(Duration.ofSeconds(2));
    client.expectNoMessage(Duration.ZERO);
    assertThat(unpublished).containsExactly(id); // so the sweep leaves it alone
    requests.setDown(false);
    time.timePasses(Duration.ofSeconds(2));
    assertThat(sent().id()).isEqualTo(id);
    await().until(unpublished::isEmpty);
  }

  @Test
  void aClientThatRespondsAsyncHearsAsSoonAsItsPhotoIsAccepted() {
    upload(50, Optional.of(Duration.ZERO));
    assertThat(client.receiveMessage()).isEqualTo(new Outcome.Pending(id, "ä.jpg"));
    assertThat(admission.inFlight()).isEqualTo(1); // still owed an answer
  }

  @Test
  void aClientThatWaitsForAWhileHearsThatItIsPendingWhenTheWhileIsOver() throws Exception {
    upload(50, Optional.of(Duration.ofSeconds(5)));
    sent();
    time.timePasses(Duration.ofSeconds(5));
    assertThat(client.receiveMessage()).isEqualTo(new Outcome.Pending(id, "ä.jpg"));
  }

  @Test
  void theDeadlineEndsTheWaitAndGivesThePermitBack() throws Exception {
    upload(50, Optional.empty());
    sent();
    time.timePasses(DEADLINE);
    assertThat(client.receiveMessage()).isEqualTo(new Outcome.DeadlinePassed(id, "ä.jpg"));
    await().until(() -> admission.inFlight() == 0);
  }

  @Test
  void whoseReplyWasLostHearsItsAnswerAtTheDeadline() throws Exception {
    upload(50, Optional.empty());
    sent();
    storeResult();
    time.timePasses(DEADLINE);
    assertThat(client.receiveMessage()).isEqualTo(new Outcome.Answered(reply()));
    await().until(() -> admission.inFlight() == 0);
  }

  @Test
  void aDeadlineWhoseLastLookFailsIsADeadline() throws Exception {
    upload(50, Optional.empty());
    sent();
    store.setDown(true);
    time.timePasses(DEADLINE);
    assertThat(client.receiveMessage()).isEqualTo(new Outcome.DeadlinePassed(id, "ä.jpg"));
    await().until(() -> admission.inFlight() == 0);
  }

  @Test
  void whatWasAcceptedIsSentEvenAfterTheDeadline() throws Exception {
    requests.setDown(true);
    upload(50, Optional.empty());
    await().until(() -> !store.keys(Bucket.INPUT).isEmpty());
    time.timePasses(DEADLINE);
    assertThat(client.receiveMessage()).isEqualTo(new Outcome.DeadlinePassed(id, "ä.jpg"));
    requests.setDown(false);
    time.timePasses(Duration.ofSeconds(2));
    assertThat(sent().id()).isEqualTo(id);
    await().until(() -> admission.inFlight() == 0);
  }

  @Test
  void aReplyToSomeoneElseIsNotMine() throws Exception {
    upload(50, Optional.empty());
    sent();
    ClassifyReply other =
        new ClassifyReply.Recognised(
            PhotoId.random(), "b.jpg", List.of(new Prediction("dog", 1)), "m");
    router.tell(new ReplyRouter.Route(other, routed.ref()));
    assertThat(routed.receiveMessage().waiters()).isZero();
    client.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aReplyThatComesAfterItsActorHasStoppedFindsNobody() throws Exception {
    var actor = upload(50, Optional.empty());
    sent();
    time.timePasses(DEADLINE);
    routed.expectTerminated(actor);

    router.tell(new ReplyRouter.Route(reply(), routed.ref()));
    assertThat(routed.receiveMessage().waiters()).isZero();
  }

  @Test
  void anUploadWhosePhotoAnotherAcceptedPublishesNothingAndWaitsForItsAnswer() {
    acceptedByAnother();
    upload(50, Optional.empty());
    await().until(() -> admission.bufferedBytes() == 0);
    storeResult();
    await()
        .until(
            () -> {
              time.timePasses(SETTINGS.resultPoll()); // its reply goes to the other
              return admission.inFlight() == 0;
            });
    assertThat(client.receiveMessage()).isEqualTo(new Outcome.Answered(reply()));
    assertThat(requests.sent()).isEmpty();
    assertThat(woken).hasValue(0);
    assertThat(ledger.counts().accepted()).isZero();
  }

  @Test
  void anUploadWhosePhotoAnotherAcceptedHasADeadlineToo() {
    acceptedByAnother();
    upload(50, Optional.empty());
    await().until(() -> admission.bufferedBytes() == 0);
    assertThat(admission.waiting()).isZero(); // it is the other's work
    time.timePasses(DEADLINE);
    assertThat(client.receiveMessage()).isEqualTo(new Outcome.DeadlinePassed(id, "ä.jpg"));
    await().until(() -> admission.inFlight() == 0);
  }

  private void storeResult() {
    store.put(
        Bucket.OUTPUT,
        ObjectKeys.result(id),
        new StoredObject(
            ByteString.fromString(Codec.toJson(reply())), "application/json", Map.of()));
  }

  private void acceptedByAnother() {
    store.put(
        Bucket.INPUT,
        ObjectKeys.photo(id),
        InputObject.of(
            Photo.of("ä.jpg", "image/jpeg", ByteString.fromString("photo")), UUID.randomUUID()));
  }
}
