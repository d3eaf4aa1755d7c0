package dev.argus.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import dev.argus.config.ArgusSettings;
import dev.argus.config.WorkerSettings;
import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Classifier;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.Answer;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.DeadLetterCodec;
import dev.argus.protocol.DeadLetterHistory;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.NodeEvent;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.PhotoState;
import dev.argus.protocol.Problem;
import dev.argus.protocol.WireMessage;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueue;
import dev.argus.simulation.ScriptedClassifier;
import dev.argus.simulation.SettableClock;
import dev.argus.tracing.Tracing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerStreamTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration TIME = Duration.ofMillis(200);
  private static final WorkerSettings SETTINGS =
      ArgusSettings.load(
              Map.of(
                  "ARGUS_WORKER_MIN_BACKOFF", "1ms",
                  "ARGUS_WORKER_MAX_BACKOFF", "5ms",
                  "ARGUS_WORKER_RECEIVE_WAIT", "100ms",
                  "ARGUS_WORKER_WATCHDOG_INTERVAL", "20ms",
                  "ARGUS_WORKER_UNREACHABLE_LIMIT", "10s",
                  "ARGUS_WORKER_DRAIN_TIMEOUT", "200ms"))
          .worker();

  private static final Instant SENT_AT = Instant.parse("2026-11-24T10:00:00Z");

  private final SettableClock clock = new SettableClock(SENT_AT);
  private final InMemoryQueue requests = new InMemoryQueue(clock);
  private final InMemoryQueue responses = new InMemoryQueue(clock);
  private final InMemoryQueue deadLetters = new InMemoryQueue(clock);
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final Intake intake = new Intake(SETTINGS, clock);
  private final Map<String, Duration> served = new ConcurrentHashMap<>();
  private final Events events = new Events();
  private final List<String> broken = new CopyOnWriteArrayList<>();
  private WorkerStream stream;

  @AfterAll
  static void stopKit() {
    KIT.shutdownTestKit();
  }

  @AfterEach
  void stop() {
    if (stream != null) {
      stream.drain(TIME).toCompletableFuture().join();
    }
  }

  private void start(Classifier classifier) {
    stream =
        WorkerStream.start(
            KIT.system(),
            requests,
            intake,
            new Steps.Dependencies(
                "i-1",
                classifier,
                store,
                name -> responses,
                deadLetters,
                events,
                time -> served.put(Integer.toString(served.size()), time),
                broken::add,
                clock,
                Tracing.off()),
            SETTINGS);
  }

  private ClassifyRequest request(String content) {
    return request(new ClassifyRequest.Inline(ByteString.fromString(content)));
  }

  private ClassifyRequest request(ClassifyRequest.Payload photo) {
    return new ClassifyRequest(
        PhotoId.random(),
        "cat.jpg",
        "image/jpeg",
        "replies",
        clock.instant().plusSeconds(300),
        Optional.empty(),
        photo);
  }

  private List<Answer> answers() {
    return responses.sent().stream().map(WorkerStreamTest::decode).toList();
  }

  private static Answer decode(WireMessage message) {
    try {
      return (Answer) Codec.decodeResponse(message);
    } catch (MalformedMessageException e) {
      throw new AssertionError(e);
    }
  }

  private boolean isEmpty() {
    return requests.counts().toCompletableFuture().join().isEmpty();
  }

  private void send(ClassifyRequest request) {
    requests.send(Codec.encode(request));
  }

  @Test
  void everyPhotoIsStoredThenRepliedThenDeleted() {
    List<ClassifyRequest> sent =
        IntStream.range(0, 50).mapToObj(i -> request("label-" + i)).toList();
    sent.forEach(this::send);
    start(ScriptedClassifier.reading());
    await().until(() -> isEmpty() && intake.held().isEmpty());

    assertThat(answers()).hasSize(50);
    for (int i = 0; i < 50; i++) {
      PhotoId id = sent.get(i).id();
      ClassifyReply.Recognised reply =
          (ClassifyReply.Recognised)
              answers().stream().filter(a -> a.reply().id().equals(id)).findFirst().get().reply();
      assertThat(reply.best().label()).isEqualTo("label-" + i);
      assertThat(store.keys(Bucket.OUTPUT)).contains(ObjectKeys.result(id));
    }
    assertThat(served).hasSize(50);
  }

  @Test
  void aPhotoTooLargeForAMessageIsFetchedFromTheInputBucket() {
    ClassifyRequest request = request(new ClassifyRequest.ClaimCheck("key"));
    store.put(
        Bucket.INPUT, "key", new StoredObject(ByteString.fromString("big"), "image/png", Map.of()));
    send(request);
    start(ScriptedClassifier.reading());
    await().until(() -> answers().size() == 1);
    assertThat(((ClassifyReply.Recognised) answers().get(0).reply()).best().label())
        .isEqualTo("big");
  }

  @Test
  void aClaimCheckWhosePhotoIsGoneIsAnsweredAsFailed() {
    send(request(new ClassifyRequest.ClaimCheck("nowhere")));
    start(ScriptedClassifier.reading());
    await().until(() -> isEmpty());
    assertThat(((ClassifyReply.Failed) answers().get(0).reply()).problem().status()).isEqualTo(410);
  }

  @Test
  void aPhotoThatCannotBeDecodedIsAnAnswerAndIsDeleted() {
    send(request("x"));
    start(
        new ScriptedClassifier(
            photo ->
                CompletableFuture.failedFuture(
                    new PhotoException(Problem.Kind.UNDECODABLE.because("cut short")))));
    await().until(() -> isEmpty());
    ClassifyReply.Failed failed = (ClassifyReply.Failed) answers().get(0).reply();
    assertThat(failed.problem().is(Problem.Kind.UNDECODABLE)).isTrue();
    assertThat(store.keys(Bucket.OUTPUT)).hasSize(1);
  }

  @Test
  void aRedeliveredPhotoWhoseResultExistsIsAnsweredFromIt() throws Exception {
    ClassifyRequest request = request("would be seen again");
    ClassifyReply known =
        new ClassifyReply.Recognised(
            request.id(), "cat.jpg", ScriptedClassifier.seen("known").predictions(), "m");
    store.put(
        Bucket.OUTPUT,
        ObjectKeys.result(request.id()),
        new StoredObject(ByteString.fromString(Codec.toJson(known)), "application/json", Map.of()));
    requests.sendReceived(Codec.encode(request), 1);
    start(ScriptedClassifier.reading());
    await().until(() -> isEmpty());
    assertThat(answers()).extracting(Answer::reply).containsExactly(known);
    assertThat(events.take())
        .containsOnly(entry(NodeEvent.REDELIVERED, 1L), entry(NodeEvent.DUPLICATE, 1L));
    assertThat(served).isEmpty();
  }

  @Test
  void anUnexpectedFailureGoesBackToTheQueueAndIsDeadLetteredAfterItsAttemptsAlone() {
    AtomicInteger seen = new AtomicInteger();
    ClassifyRequest request = request("poison");
    send(request);
    start(
        new ScriptedClassifier(
            photo -> {
              if (photo.equals(ScriptedClassifier.OWN_PICTURE)) {
                return CompletableFuture.completedFuture(ScriptedClassifier.seen("grey"));
              }
              seen.incrementAndGet();
              return CompletableFuture.failedFuture(new IllegalStateException("bug"));
            }));
    await()
        .until(
            () -> {
              clock.advance(Duration.ofMillis(100));
              return deadLetters.sent().size() == 1;
            });
    await().until(() -> isEmpty());
    assertThat(seen).hasValue(5); // two in company, three alone
    WireMessage dead = deadLetters.sent().get(0);
    assertThat(dead.body()).isEqualTo(Codec.encode(request).body());
    DeadLetterHistory history = DeadLetterCodec.historyOf(dead).orElseThrow();
    assertThat(history.receives()).isEqualTo(6);
    assertThat(history.attempts()).isEqualTo(3);
    assertThat(history.node()).isEqualTo("i-1");
    assertThat(history.sentAt()).isEqualTo(SENT_AT);
    assertThat(history.reason()).contains("argus.worker.max-receives");
    assertThat(answers()).isEmpty(); // the web tier answers what is dead-lettered
  }

  @Test
  void receivesThatWereLostToKillsAndDrainsDoNotDeadLetterAGoodPhoto() {
    requests.sendReceived(Codec.encode(request("good")), 40);
    start(ScriptedClassifier.reading());
    await().until(() -> isEmpty());
    assertThat(answers()).hasSize(1);
    assertThat(deadLetters.sent()).isEmpty();
    await().until(() -> store.keys(Bucket.STATE).isEmpty()); // its attempts are forgotten
  }

  @Test
  void anOutageDuringAnAttemptDoesNotCountAgainstThePhoto() {
    PhotoId id = PhotoId.random();
    AtomicInteger begun = new AtomicInteger();
    ClassifyRequest request =
        new ClassifyRequest(
            id,
            "good.jpg",
            "image/jpeg",
            "replies",
            clock.instant(),
            Optional.empty(),
            new ClassifyRequest.Inline(ByteString.fromString("good")));
    requests.sendReceived(Codec.encode(request), 7);
    start(
        new ScriptedClassifier(
            photo -> {
              begun.incrementAndGet();
              return CompletableFuture.completedFuture(ScriptedClassifier.seen("good"))
                  .whenComplete((seen, none) -> responses.setDown(true));
            }));
    await().until(() -> begun.get() == 1 && store.keys(Bucket.OUTPUT).size() == 1);
    await().until(() -> store.keys(Bucket.STATE).isEmpty());
    responses.setDown(false);
    await().until(() -> isEmpty());
    assertThat(deadLetters.sent()).isEmpty();
  }

  @Test
  void aStoredResultThatCannotBeReadIsMadeAnew() {
    ClassifyRequest request = request("seen");
    store.put(
        Bucket.OUTPUT,
        ObjectKeys.result(request.id()),
        new StoredObject(ByteString.fromString("{"), "application/json", Map.of()));
    requests.sendReceived(Codec.encode(request), 1);
    start(ScriptedClassifier.reading());
    await().until(() -> isEmpty());
    assertThat(((ClassifyReply.Recognised) answers().get(0).reply()).best().label())
        .isEqualTo("seen");
  }

  /** Received for the first time no result is looked for before, received again it is. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void aPhotoThatWasGivenUpAndIsSentAgainGetsANewAnswer(int receives) throws Exception {
    ClassifyRequest request = request("cat");
    storeGivenUp(request);
    requests.sendReceived(Codec.encode(request), receives);
    start(ScriptedClassifier.reading());
    await().until(() -> isEmpty());
    ClassifyReply reply = answers().get(0).reply();
    assertThat(((ClassifyReply.Recognised) reply).best().label()).isEqualTo("cat");
    assertThat(stored(request)).isEqualTo(reply);
    assertThat(deadLetters.sent()).isEmpty();
  }

  @Test
  void ofTwoMessagesOfAPhotoThatIsSentAgainTheFirstAnswerStays() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    ClassifyRequest request = request("cat");
    storeGivenUp(request);
    start(
        new ScriptedClassifier(
            photo ->
                CompletableFuture.completedFuture(
                    ScriptedClassifier.seen("look " + looks.incrementAndGet()))));
    requests.send(Codec.encode(request));
    await().until(() -> isEmpty());
    requests.send(Codec.encode(request));
    await().until(() -> isEmpty());
    assertThat(looks).hasValue(2);
    assertThat(answers()).extracting(Answer::reply).hasSize(2).containsOnly(stored(request));
    assertThat(((ClassifyReply.Recognised) stored(request)).best().label()).isEqualTo("look 1");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void aLateDuplicateOfAPhotoThatWasGivenUpIsGivenUpWithoutALook(int receives) throws Exception {
    ClassifyRequest request = request("poison");
    storeGivenUp(request);
    store.put(
        Bucket.STATE,
        ObjectKeys.attempts(request.id()),
        new StoredObject(ByteString.fromString("3 receipt"), "text/plain", Map.of()));
    AtomicInteger looks = new AtomicInteger();
    requests.sendReceived(Codec.encode(request), receives);
    start(
        new ScriptedClassifier(
            photo -> {
              looks.incrementAndGet();
              return CompletableFuture.completedFuture(ScriptedClassifier.seen("cat"));
            }));
    await().until(() -> isEmpty());
    assertThat(looks).hasValue(0);
    assertThat(deadLetters.sent()).hasSize(1);
    assertThat(answers()).isEmpty();
    assertThat(PhotoState.of(stored(request))).isEqualTo(PhotoState.DEAD_LETTERED);
    assertThat(store.keys(Bucket.STATE)).containsExactly(ObjectKeys.attempts(request.id()));
  }

  @Test
  void aSecondMessageOfAPhotoThatWasGivenUpChangesNothingOfWhatItsClientWasTold() throws Exception {
    ClassifyRequest request = request("poison");
    storeGivenUp(request);
    store.put(
        Bucket.STATE,
        ObjectKeys.attempts(request.id()),
        new StoredObject(ByteString.fromString("3 receipt"), "text/plain", Map.of()));
    start(
        new ScriptedClassifier(
            photo -> CompletableFuture.completedFuture(ScriptedClassifier.seen("cat"))));
    requests.send(Codec.encode(request));
    await().until(() -> isEmpty());
    assertThat(PhotoState.of(stored(request))).isEqualTo(PhotoState.DEAD_LETTERED);
    assertThat(answers()).extracting(Answer::reply).containsExactly(stored(request));
  }

  private void storeGivenUp(ClassifyRequest request) {
    ClassifyReply gaveUp =
        new ClassifyReply.Failed(
            request.id(), request.name(), Problem.Kind.DEAD_LETTERED.because("its nodes died"));
    store.put(
        Bucket.OUTPUT,
        ObjectKeys.result(request.id()),
        new StoredObject(
            ByteString.fromString(Codec.toJson(gaveUp)), "application/json", Map.of()));
  }

  private ClassifyReply stored(ClassifyRequest request) throws MalformedMessageException {
    return Codec.replyFromJson(
        store
            .get(Bucket.OUTPUT, ObjectKeys.result(request.id()))
            .toCompletableFuture()
            .join()
            .orElseThrow()
            .bytes()
            .utf8String());
  }

  @Test
  void aMessageThatIsNotOursIsDeadLettered() {
    requests.send(new WireMessage("hello", Map.of("version", "99")));
    start(ScriptedClassifier.reading());
    await().until(() -> isEmpty());
    assertThat(deadLetters.sent()).hasSize(1);
    assertThat(DeadLetterCodec.historyOf(deadLetters.sent().get(0)).orElseThrow().reason())
        .isEqualTo("expected a message of version 1, found 99");
    assertThat(events.take())
        .containsOnly(entry(NodeEvent.MALFORMED, 1L), entry(NodeEvent.DEAD_LETTERED, 1L));
  }

  @Test
  void whileS3IsDownNothingIsReceivedAndEverythingResumesByItself() {
    store.setDown(true);
    send(request("a"));
    start(ScriptedClassifier.reading());
    await().until(() -> intake.held().size() == 1 && store.calls() > 3);
    IntStream.range(0, 30).forEach(i -> send(request("more")));
    int before = store.calls();
    await().until(() -> store.calls() > before + 5);
    assertThat(intake.held()).hasSizeLessThanOrEqualTo(11); // one receive may have been under way
    assertThat(answers()).isEmpty();

    store.setDown(false);
    await().until(() -> isEmpty());
    assertThat(answers()).hasSize(31);
    assertThat(deadLetters.sent()).isEmpty();
  }

  @Test
  void aNodeThatDoesNotReceiveBecauseOfS3StillNoticesThatTheQueueIsGone() {
    store.setDown(true);
    send(request(new ClassifyRequest.ClaimCheck("key")));
    start(ScriptedClassifier.reading());
    await().until(() -> intake.held().size() == 1 && store.calls() > 3);
    clock.advance(Duration.ofSeconds(8));
    await().until(() -> intake.status().lastSuccess().equals(clock.instant()));

    requests.setDown(true);
    Instant lastReached = clock.instant();
    clock.advance(Duration.ofSeconds(8));
    int asked = requests.countsRead();
    await().until(() -> requests.countsRead() > asked + 2);
    assertThat(intake.status().lastSuccess()).isEqualTo(lastReached);
    requests.setDown(false);
    store.setDown(false);
  }

  @Test
  void ofTwoDuplicatesTheFirstAnswerStays() throws Exception {
    ClassifyRequest request = request("second");
    ClassifyReply first =
        new ClassifyReply.Recognised(
            request.id(), "cat.jpg", ScriptedClassifier.seen("first").predictions(), "m");
    store.put(
        Bucket.OUTPUT,
        ObjectKeys.result(request.id()),
        new StoredObject(ByteString.fromString(Codec.toJson(first)), "application/json", Map.of()));
    send(request); // its first receive: nobody looks for a result before
    start(ScriptedClassifier.reading());
    await().until(() -> isEmpty());
    assertThat(answers()).extracting(Answer::reply).containsExactly(first);
    assertThat(events.take()).containsOnly(entry(NodeEvent.DUPLICATE, 1L));
  }

  @Test
  void whileTheReplyQueueIsDownTheRequestIsNotDeleted() {
    responses.setDown(true);
    send(request("a"));
    start(ScriptedClassifier.reading());
    await().until(() -> store.keys(Bucket.OUTPUT).size() == 1);
    assertThat(requests.acknowledged()).isEmpty();
    responses.setDown(false);
    await().until(() -> isEmpty());
    assertThat(answers()).hasSize(1);
  }

  @Test
  void aReplyQueueThatNoLongerExistsCountsAsReplied() {
    responses.setMissing(true);
    send(request("a"));
    start(ScriptedClassifier.reading());
    await().until(() -> isEmpty());
    assertThat(store.keys(Bucket.OUTPUT)).hasSize(1);
    assertThat(events.take())
        .containsOnly(entry(NodeEvent.SERVED, 1L), entry(NodeEvent.NO_RETURN_QUEUE, 1L));
  }

  @Test
  void drainingFinishesWhatFitsAndGivesTheRestBack() {
    CompletableFuture<Classifier.Classification> never = new CompletableFuture<>();
    send(request("quick"));
    send(request("slow"));
    start(
        new ScriptedClassifier(
            photo ->
                photo.utf8String().equals("slow")
                    ? never
                    : CompletableFuture.completedFuture(ScriptedClassifier.seen("quick"))));
    await().until(() -> answers().size() == 1 && intake.held().size() == 1);

    stream.drain(TIME).toCompletableFuture().join();

    assertThat(requests.acknowledged())
        .last()
        .isInstanceOfSatisfying(
            Acknowledgement.ChangeVisibility.class, given -> assertThat(given.timeout()).isZero());
    assertThat(requests.counts().toCompletableFuture().join().visible()).isEqualTo(1);
  }
}
