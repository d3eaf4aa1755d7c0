package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.DeadLetter;
import dev.argus.protocol.DeadLetterCodec;
import dev.argus.protocol.DeadLetterHistory;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.PhotoState;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import dev.argus.simulation.DelegatingObjectStore;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueue;
import dev.argus.simulation.SettableClock;
import dev.argus.web.DeadLetterAdmin.RedriveReport;
import dev.argus.web.DeadLetterAdmin.Redriven;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class DeadLetterAdminTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration DEADLINE = Duration.ofMinutes(5);

  private final SettableClock clock = new SettableClock();
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final InMemoryQueue requests = new InMemoryQueue(clock);
  private final DeadLetterAdmin admin =
      new DeadLetterAdmin(KIT.system(), store, requests, DEADLINE, clock);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private DeadLetterHistory history() {
    return new DeadLetterHistory(5, 3, clock.instant(), "i-1", "its nodes died");
  }

  private void put(Bucket bucket, String key, String text) {
    store.put(bucket, key, new StoredObject(ByteString.fromString(text), "text/plain", Map.of()));
  }

  private void keep(DeadLetter letter) {
    put(
        Bucket.STATE,
        ObjectKeys.deadLetter(letter.id()),
        DeadLetterCodec.toJson(letter).toString());
  }

  /** A photo that was given up: stored, kept, and answered as failed. */
  private PhotoId givenUp(int number) {
    PhotoId id = PhotoIds.acceptedAt(clock.instant(), number);
    store.put(
        Bucket.INPUT,
        ObjectKeys.photo(id),
        InputObject.of(
            Photo.of("ä.png", "image/png", ByteString.fromString("photo")), UUID.randomUUID()));
    keep(
        new DeadLetter.GivenUp(
            id, "ä.png", "image/png", "its-responses", true, clock.instant(), history()));
    put(Bucket.STATE, ObjectKeys.attempts(id), "3");
    answer(new ClassifyReply.Failed(id, "ä.png", Problem.Kind.DEAD_LETTERED.because("given up")));
    return id;
  }

  private void answer(ClassifyReply reply) {
    put(Bucket.OUTPUT, ObjectKeys.result(reply.id()), Codec.toJson(reply));
  }

  private void answerRecognised(PhotoId id) {
    answer(new ClassifyReply.Recognised(id, "ä.png", List.of(new Prediction("cat", 1)), "m"));
  }

  private Redriven redrive(String id) {
    return admin.redrive(id).toCompletableFuture().join();
  }

  private static void assertFails(ThrowingCallable call, Problem.Kind kind) {
    assertThatThrownBy(call)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            DeadLetterException.class, e -> assertThat(e.problem().is(kind)).isTrue());
  }

  @Test
  void aPhotoIsSentAgainAsIfItHadJustBeenAccepted() throws Exception {
    PhotoId id = givenUp(1);
    clock.advance(Duration.ofDays(2));
    assertThat(redrive(id.toString())).isEqualTo(Redriven.SENT);
    assertThat(Codec.decodeRequest(requests.sent().get(0)))
        .isEqualTo(
            new ClassifyRequest(
                id,
                "ä.png",
                "image/png",
                "its-responses",
                clock.instant().plus(DEADLINE),
                Optional.empty(),
                new ClassifyRequest.ClaimCheck(id.toString())));
    assertThat(state(id)).as("until its new answer comes").isEqualTo(PhotoState.DEAD_LETTERED);
    assertThat(store.keys(Bucket.STATE)).isEmpty();
    assertThat(store.keys(Bucket.INPUT)).containsExactly(id.toString());
  }

  @Test
  void ifTheQueueIsDownTheDeadLetterStaysAndCanBeSentLater() {
    PhotoId id = givenUp(1);
    requests.setDown(true);
    assertThatThrownBy(() -> redrive(id.toString())).hasMessageContaining("down");
    assertThat(store.keys(Bucket.STATE)).containsExactly("dead/" + id);
    requests.setDown(false);
    assertThat(redrive(id.toString())).isEqualTo(Redriven.SENT);
    assertThat(store.keys(Bucket.STATE)).isEmpty();
  }

  @Test
  void aPhotoThatWasAnsweredIsNotSentAgain() {
    PhotoId id = givenUp(1);
    answerRecognised(id);
    assertThat(redrive(id.toString())).isEqualTo(Redriven.ANSWERED);
    assertThat(store.keys(Bucket.OUTPUT)).containsExactly(ObjectKeys.result(id));
    assertThat(requests.sent()).isEmpty();
    assertThat(store.keys(Bucket.STATE)).isEmpty();
  }

  @Test
  void aPhotoWhoseResultNobodyCanReadIsSentAgain() {
    PhotoId id = givenUp(1);
    put(Bucket.OUTPUT, ObjectKeys.result(id), "not json");
    assertThat(redrive(id.toString())).isEqualTo(Redriven.SENT);
    assertThat(requests.sent()).hasSize(1);
    assertThat(store.keys(Bucket.STATE)).isEmpty();
  }

  @Test
  void ofTwoProcessesThatSendTheSamePhotoAgainTheSlowerDoesNotTouchTheAnswerToTheFaster() {
    PhotoId id = givenUp(1);
    List<String> steps = stepsOfARedrive();
    assertThat(steps).hasSizeGreaterThanOrEqualTo(4);
    for (int at = 0; at < steps.size(); at++) {
      store.clear(Bucket.OUTPUT);
      givenUp(1);
      int sentBefore = requests.sent().size();
      int stop = at;
      List<String> made = new ArrayList<>();
      ObjectStore overtaken =
          watched(
              call -> {
                if (made.size() == stop) { // the faster one, and its answer, all at once
                  assertThat(redrive(id.toString())).isEqualTo(Redriven.SENT);
                  answerRecognised(id);
                }
                made.add(call);
              });
      DeadLetterAdmin slower =
          new DeadLetterAdmin(KIT.system(), overtaken, requests, DEADLINE, clock);
      CompletableFuture<Redriven> ended = slower.redrive(id.toString()).toCompletableFuture();
      if (at == 0) {
        assertFails(ended::join, Problem.Kind.NOT_FOUND);
      } else {
        ended.join();
      }
      String when = "overtaken before it " + steps.get(at);
      assertThat(state(id)).as(when).isEqualTo(PhotoState.ANSWERED);
      assertThat(store.keys(Bucket.STATE)).as(when).isEmpty();
      assertThat(requests.sent().size() - sentBefore).as(when).isBetween(1, 2);
    }
  }

  private List<String> stepsOfARedrive() {
    List<String> steps = new ArrayList<>();
    new DeadLetterAdmin(KIT.system(), watched(steps::add), requests, DEADLINE, clock)
        .redrive(givenUp(1).toString())
        .toCompletableFuture()
        .join();
    return steps;
  }

  private ObjectStore watched(Consumer<String> before) {
    return new DelegatingObjectStore(store) {
      @Override
      public CompletionStage<Optional<StoredObject>> get(Bucket bucket, String key) {
        before.accept("gets " + key);
        return super.get(bucket, key);
      }

      @Override
      public CompletionStage<Optional<ObjectInfo>> head(Bucket bucket, String key) {
        before.accept("heads " + key);
        return super.head(bucket, key);
      }

      @Override
      public CompletionStage<Done> delete(Bucket bucket, String key) {
        before.accept("deletes " + key);
        return super.delete(bucket, key);
      }
    };
  }

  private PhotoState state(PhotoId id) {
    try {
      return PhotoState.of(
          Codec.replyFromJson(
              store
                  .get(Bucket.OUTPUT, ObjectKeys.result(id))
                  .toCompletableFuture()
                  .join()
                  .orElseThrow()
                  .bytes()
                  .utf8String()));
    } catch (MalformedMessageException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whoAsksForTheSameOneTwiceAtOnceSendsItOnce() {
    String id = givenUp(1).toString();
    store.setStalled(true);
    CompletableFuture<Redriven> first = admin.redrive(id).toCompletableFuture();
    CompletableFuture<Redriven> second = admin.redrive(id).toCompletableFuture();
    store.setStalled(false);
    assertThat(first.join()).isEqualTo(Redriven.SENT);
    assertThat(second.join()).isEqualTo(Redriven.SENT);
    assertThat(requests.sent()).hasSize(1);
    assertFails(() -> redrive(id), Problem.Kind.NOT_FOUND);
  }

  @Test
  void aPhotoThatIsGoneCannotBeSentAndNothingChanges() {
    PhotoId id = givenUp(1);
    store.clear(Bucket.INPUT);
    assertFails(() -> redrive(id.toString()), Problem.Kind.PHOTO_GONE);
    assertThat(store.keys(Bucket.STATE)).hasSize(2);
    assertThat(store.keys(Bucket.OUTPUT)).hasSize(1);
  }

  @Test
  void whatCannotBeReadCanBeSeenAndDiscardedButNotSent() {
    keep(
        new DeadLetter.Unreadable(
            "m-1", "not ours", Map.of("version", "9"), "of version 9", clock.instant(), history()));
    put(Bucket.STATE, ObjectKeys.deadLetter("older-format"), "base64==");
    assertThat(admin.list("").toCompletableFuture().join().letters())
        .hasSize(2)
        .allMatch(DeadLetter.Unreadable.class::isInstance);
    assertFails(() -> redrive("m-1"), Problem.Kind.NOT_REDRIVABLE);
    admin.discard("m-1").toCompletableFuture().join();
    admin.discard("older-format").toCompletableFuture().join();
    assertThat(store.keys(Bucket.STATE)).isEmpty();
  }

  @Test
  void whatIsDiscardedKeepsItsFailedResult() {
    PhotoId id = givenUp(1);
    admin.discard(id.toString()).toCompletableFuture().join();
    assertThat(store.keys(Bucket.OUTPUT)).hasSize(1);
    assertThat(admin.list("").toCompletableFuture().join().letters()).isEmpty();
  }

  @Test
  void anUnknownIdIsAnErrorWhateverIsAskedAndKeysCannotBeMadeUp() {
    put(Bucket.STATE, "secret", "x");
    for (String id : List.of(PhotoId.random().toString(), "", "../secret", "a b", "é")) {
      assertFails(() -> admin.show(id).toCompletableFuture().join(), Problem.Kind.NOT_FOUND);
      assertFails(() -> redrive(id), Problem.Kind.NOT_FOUND);
      assertFails(() -> admin.discard(id).toCompletableFuture().join(), Problem.Kind.NOT_FOUND);
    }
    assertFails(() -> admin.list("a/b").toCompletableFuture().join(), Problem.Kind.BAD_REQUEST);
    assertThat(store.keys(Bucket.STATE)).containsExactly("secret");
  }

  @Test
  void aListComesInPagesAndHoldsDeadLettersOnly() {
    put(Bucket.STATE, "attempts/x", "1");
    put(Bucket.STATE, "web-nodes/x", "{}");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < DeadLetterAdmin.PAGE_SIZE + 5; i++) {
      ids.add(givenUp(i).toString());
    }
    DeadLetterAdmin.Page first = admin.list("").toCompletableFuture().join();
    assertThat(first.letters()).hasSize(DeadLetterAdmin.PAGE_SIZE);
    DeadLetterAdmin.Page second =
        admin.list(first.next().orElseThrow()).toCompletableFuture().join();
    assertThat(second.next()).isEmpty();
    List<String> listed = new ArrayList<>();
    first.letters().forEach(letter -> listed.add(letter.id()));
    second.letters().forEach(letter -> listed.add(letter.id()));
    assertThat(listed).isEqualTo(ids);
  }

  @Test
  void aListHoldsNoBodiesWhichMayBeLarge() {
    keep(
        new DeadLetter.Unreadable(
            "m-1", "x".repeat(1000), Map.of("a", "b"), "odd", clock.instant(), history()));
    DeadLetter listed = admin.list("").toCompletableFuture().join().letters().get(0);
    assertThat(listed)
        .isEqualTo(
            new DeadLetter.Unreadable("m-1", "", Map.of(), "odd", clock.instant(), history()));
    DeadLetter shown = admin.show("m-1").toCompletableFuture().join();
    assertThat(((DeadLetter.Unreadable) shown).body()).hasSize(1000);
  }

  @Test
  void aListHasNoMoreThanAFewLettersInMemoryAtOnce() {
    for (int i = 0; i < 20; i++) {
      givenUp(i);
    }
    Queue<CompletableFuture<Void>> reading = new ConcurrentLinkedQueue<>();
    ObjectStore slow =
        new DelegatingObjectStore(store) {
          @Override
          public CompletionStage<Optional<StoredObject>> get(Bucket bucket, String key) {
            CompletableFuture<Void> read = new CompletableFuture<>();
            reading.add(read);
            return read.thenCompose(done -> super.get(bucket, key));
          }
        };
    CompletableFuture<DeadLetterAdmin.Page> page =
        new DeadLetterAdmin(KIT.system(), slow, requests, DEADLINE, clock)
            .list("")
            .toCompletableFuture();
    for (int i = 0; i < 20; i++) {
      await().until(() -> !reading.isEmpty());
      assertThat(reading).hasSizeLessThanOrEqualTo(4);
      reading.remove().complete(null);
    }
    assertThat(page.join().letters()).hasSize(20);
  }

  @Test
  void oneCallSendsABoundedNumberAndSaysWhereToGoOn() {
    for (int i = 0; i < DeadLetterAdmin.PAGE_SIZE + 5; i++) {
      givenUp(i);
    }
    RedriveReport first = admin.redriveSome("").toCompletableFuture().join();
    assertThat(first.sent()).isEqualTo(DeadLetterAdmin.PAGE_SIZE);
    assertThat(requests.sent()).hasSize(DeadLetterAdmin.PAGE_SIZE);
    RedriveReport second =
        admin.redriveSome(first.next().orElseThrow()).toCompletableFuture().join();
    assertThat(second).isEqualTo(new RedriveReport(5, 0, 0, Map.of(), Optional.empty()));
    assertThat(store.keys(Bucket.STATE)).isEmpty();
  }

  @Test
  void onlyOneCallAtATimeWorksOnMany() {
    givenUp(1);
    store.setStalled(true);
    CompletableFuture<RedriveReport> first = admin.redriveSome("").toCompletableFuture();
    assertFails(
        () -> admin.redriveSome("").toCompletableFuture().join(), Problem.Kind.REDRIVE_UNDER_WAY);
    store.setStalled(false);
    assertThat(first.join().sent()).isEqualTo(1);
    assertFails(
        () -> admin.redriveSome("a/b").toCompletableFuture().join(), Problem.Kind.BAD_REQUEST);
    assertThat(admin.redriveSome("").toCompletableFuture().join()).isEqualTo(RedriveReport.NOTHING);
  }

  @Test
  void allAreSentAgainThatCanBeAndTheOthersAreTold() throws Exception {
    PhotoId sent = givenUp(1);
    PhotoId answered = givenUp(2);
    answerRecognised(answered);
    PhotoId gone = givenUp(3);
    store.delete(Bucket.INPUT, ObjectKeys.photo(gone));
    RedriveReport report = admin.redriveSome("").toCompletableFuture().join();
    assertThat(List.of(report.sent(), report.answered(), report.failed())).containsExactly(1, 1, 1);
    assertThat(report.failures()).containsOnlyKeys(gone.toString());
    assertThat(requests.sent()).hasSize(1);
    assertThat(Codec.decodeRequest(requests.sent().get(0)).id()).isEqualTo(sent);
  }
}
