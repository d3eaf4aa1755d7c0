package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.config.ArgusSettings;
import dev.argus.config.SweepSettings;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.Answer;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.StageTimes;
import dev.argus.protocol.WireMessage;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueue;
import dev.argus.simulation.SettableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SweepTest {
  private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());
  private static final SweepSettings SETTINGS = settings(Map.of());
  private static final Duration PHOTOS_KEPT = Duration.ofDays(30);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Duration STEP = Duration.ofSeconds(5);

  private final ManualTime time = ManualTime.get(KIT.system());
  private final SettableClock clock = new SettableClock();
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final InMemoryQueue requests = new InMemoryQueue(clock);
  private final InMemoryQueue deadLetters = new InMemoryQueue(clock);
  private final Overtaking overtaking = new Overtaking(SETTINGS.overtaken());
  private final Set<PhotoId> inHand = new HashSet<>();
  private volatile boolean idle;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private static SweepSettings settings(Map<String, String> others) {
    Map<String, String> environment = new HashMap<>(others);
    environment.put("ARGUS_WEB_SWEEP_OVERTAKEN", "2m");
    return ArgusSettings.load(environment).web().sweep();
  }

  private PhotoId accepted(String name, Instant at) {
    PhotoId id = PhotoIds.acceptedAt(at, name.hashCode());
    store.put(
        Bucket.INPUT,
        ObjectKeys.photo(id),
        InputObject.of(
            Photo.of(name, "image/png", ByteString.fromString("bytes")), UUID.randomUUID()));
    return id;
  }

  private void answered(PhotoId id) {
    store.put(
        Bucket.OUTPUT,
        ObjectKeys.result(id),
        new StoredObject(ByteString.fromString("{}"), "application/json", Map.of()));
  }

  private Instant ago(Duration time) {
    return clock.instant().minus(time);
  }

  private ActorRef<Sweep.Command> start(SweepSettings settings) {
    return KIT.spawn(
        Sweep.create(
            new Sweep.Dependencies(
                store,
                requests,
                deadLetters,
                new Resend(store, requests, Duration.ofMinutes(5), clock),
                "my-responses",
                inHand::contains,
                () -> Overtaking.Evidence.head(List.of(overtaking.evidence(clock.instant()))),
                () -> idle,
                new WebMetrics(new SimpleMeterRegistry(), clock),
                clock),
            settings,
            PHOTOS_KEPT));
  }

  /** The next look begins, so the one before it is over. */
  private void look() {
    int before = requests.countsRead();
    eventually(TIMEOUT)
        .until(
            () -> {
              time.timePasses(SETTINGS.interval());
              try {
                eventually(Duration.ofSeconds(2)).until(() -> requests.countsRead() > before);
                return true;
              } catch (ConditionTimeoutException e) {
                return false; // the look before was not over yet
              }
            });
  }

  private static ConditionFactory eventually(Duration timeout) {
    return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).atMost(timeout);
  }

  /** An interval passes, and then comes a look. */
  private void pass() {
    clock.advance(SETTINGS.interval());
    look();
  }

  /**
   * Endless traffic: a photo is accepted every few seconds, and one is answered that was accepted
   * {@code lag} before. Between the looks, so many of them.
   */
  private void traffic(Duration lag, int looks) {
    for (int look = 0; look < looks; look++) {
      for (Duration d = STEP; d.compareTo(SETTINGS.interval()) <= 0; d = d.plus(STEP)) {
        Instant now = clock.advance(STEP);
        accepted("traffic", now);
        answerTraffic(now.minus(lag), lag, now);
      }
      look();
    }
  }

  private void answerTraffic(Instant acceptedAt, Duration queued, Instant now) {
    PhotoId id = PhotoIds.acceptedAt(acceptedAt, "traffic".hashCode());
    answered(id);
    overtaking.answered(
        new Answer(
            new ClassifyReply.Recognised(id, "traffic", List.of(new Prediction("cat", 1)), "m"),
            "i-1",
            new StageTimes(queued, Duration.ZERO, Duration.ofMillis(5), Duration.ofMillis(5))),
        now);
  }

  /** Accepts what traffic with this lag answers first. */
  private void backlog(Duration lag) {
    for (Duration age = lag; age.compareTo(Duration.ZERO) > 0; age = age.minus(STEP)) {
      accepted("traffic", ago(age).plus(STEP));
    }
  }

  private void queueIsNeverEmpty() {
    requests.sendReceived(new WireMessage("someone's photo", Map.of()), 0);
  }

  @Test
  void whileTheClusterIsIdleItRestsOnlyAfterALookThatFoundNothingAndUntilThereIsWork() {
    idle = true;
    PhotoId orphan = accepted("unsent.png", ago(Duration.ofMinutes(5)));
    start(SETTINGS);
    pass();
    pass();
    eventually(TIMEOUT).until(() -> requests.sent().size() == 1);
    answered(orphan);
    requests.clear();
    pass();
    pass(); // two looks at empty queues: now it knows that nothing is left behind
    assertRests();

    idle = false;
    pass();
    pass();
    idle = true;
    pass(); // the look before was begun while there was work
    assertRests();
    clock.advance(SETTINGS.idleInterval());
    pass();
  }

  private void assertRests() {
    int before = requests.countsRead();
    clock.advance(SETTINGS.interval());
    await()
        .during(Duration.ofMillis(200))
        .until(
            () -> {
              time.timePasses(SETTINGS.interval()); // often, for the look before may end late
              return requests.countsRead() == before;
            });
  }

  @Test
  void aPhotoThatNoMessageHoldsIsSentAgainWithItsNameAndOnlyOnceIfItIsAnswered() throws Exception {
    answered(accepted("done.png", ago(Duration.ofHours(1))));
    PhotoId orphan = accepted("ünsent.png", ago(Duration.ofMinutes(5)));
    start(SETTINGS);
    pass();
    assertThat(requests.sent()).isEmpty(); // counts are approximate: one look is none
    pass();
    eventually(TIMEOUT).until(() -> requests.sent().size() == 1);
    ClassifyRequest request = Codec.decodeRequest(requests.sent().get(0));
    assertThat(request.id()).isEqualTo(orphan);
    assertThat(request.name()).isEqualTo("ünsent.png");
    assertThat(request.contentType()).isEqualTo("image/png");
    assertThat(request.replyQueue()).isEqualTo("my-responses");
    assertThat(request.photo()).isEqualTo(new ClassifyRequest.ClaimCheck(orphan.toString()));

    answered(orphan);
    requests.clear();
    for (int i = 0; i < 5; i++) {
      pass();
    }
    assertThat(requests.sent()).hasSize(1);
  }

  private Instant settledBefore() {
    return new SweepProgress(store).load().toCompletableFuture().join().orElseThrow();
  }

  private static String listingFrom(Instant time) {
    return Bucket.INPUT + "/" + PhotoId.floor(time);
  }

  @Test
  void theFirstSweepOfAllFindsAPhotoHoweverOldItIs() throws Exception {
    PhotoId orphan = accepted("friday.png", ago(Duration.ofDays(3)));
    start(SETTINGS);
    pass();
    pass();
    eventually(TIMEOUT).until(() -> requests.sent().size() == 1);
    assertThat(Codec.decodeRequest(requests.sent().get(0)).id()).isEqualTo(orphan);
  }

  @Test
  void afterARestartTheSweepGoesOnWhereItWasHoweverLongAgoThatIs() throws Exception {
    answered(accepted("done.png", ago(Duration.ofHours(1))));
    ActorRef<Sweep.Command> before = start(SETTINGS);
    pass();
    pass();
    pass();
    KIT.stop(before);
    Instant settled = settledBefore();
    assertThat(settled).isBeforeOrEqualTo(ago(SETTINGS.storedWithin()));
    PhotoId orphan = accepted("friday.png", clock.instant());

    clock.advance(Duration.ofDays(3));
    int listings = store.listings().size();
    start(SETTINGS);
    pass();
    pass();
    eventually(TIMEOUT).until(() -> requests.sent().size() == 1);
    assertThat(Codec.decodeRequest(requests.sent().get(0)).id()).isEqualTo(orphan);
    assertThat(store.listings().get(listings)).isEqualTo(listingFrom(settled));
  }

  @Test
  void whatWasSentAgainIsNotSettledBeforeItIsAnswered() {
    PhotoId orphan = accepted("orphan.png", ago(Duration.ofHours(1)));
    start(SETTINGS);
    for (int i = 0; i < 4; i++) {
      pass();
    }
    assertThat(requests.sent()).hasSize(1);
    assertThat(settledBefore()).isEqualTo(orphan.acceptedAt());
    answered(orphan);
    requests.clear();
    eventually(TIMEOUT)
        .until(
            () -> {
              pass();
              return settledBefore().isAfter(orphan.acceptedAt());
            });
  }

  @Test
  void whileItCannotBeReadHowFarTheLastSweepCameNothingIsSwept() {
    Instant settled = ago(Duration.ofDays(2));
    new SweepProgress(store).save(settled);
    PhotoId orphan = accepted("orphan.png", settled.plusSeconds(1));
    store.setDown(true);
    start(SETTINGS);
    int calls = store.calls();
    eventually(TIMEOUT)
        .until(
            () -> {
              time.timePasses(SETTINGS.interval());
              return store.calls() > calls;
            });
    assertThat(requests.countsRead()).isZero();
    store.setDown(false);
    pass();
    pass();
    eventually(TIMEOUT).until(() -> requests.sent().size() == 1);
    assertThat(store.listings().get(0)).isEqualTo(listingFrom(settled));
    assertThat(requests.sent().get(0).toString()).contains(orphan.toString());
  }

  @Test
  void progressThatSaysNothingMeansTheOldestPhotoThereCanBe() {
    store.put(
        Bucket.STATE,
        ObjectKeys.SWEEP,
        new StoredObject(ByteString.fromString("{}"), "application/json", Map.of()));
    accepted("orphan.png", ago(Duration.ofDays(29)));
    start(SETTINGS);
    pass();
    pass();
    eventually(TIMEOUT).until(() -> requests.sent().size() == 1);
  }

  @Test
  void aPhotoThatIsStoredUnderAnIdAsOldAsMayBeIsStillFound() throws Exception {
    start(SETTINGS);
    pass();
    pass();
    look();
    PhotoId late = accepted("late.png", ago(SETTINGS.storedWithin()));
    look();
    eventually(TIMEOUT).until(() -> requests.sent().size() == 1);
    assertThat(Codec.decodeRequest(requests.sent().get(0)).id()).isEqualTo(late);
  }

  @Test
  void whatIsAnsweredIsNeverListedAgain() {
    for (int i = 1; i <= 100; i++) {
      answered(accepted("done.png", ago(Duration.ofMinutes(i))));
    }
    start(SETTINGS);
    pass();
    pass();
    pass();
    int listed = store.keysListed();
    assertThat(listed).isGreaterThanOrEqualTo(200);
    for (int i = 0; i < 5; i++) {
      pass();
    }
    assertThat(store.keysListed()).isEqualTo(listed);
    String last = store.listings().get(store.listings().size() - 1);
    String floor = PhotoId.floor(ago(SETTINGS.grace().multipliedBy(4)));
    assertThat(last).startsWith("INPUT/").isGreaterThanOrEqualTo("INPUT/" + floor);
  }

  @Test
  void whileADeadLetterWaitsForItsAnswerItIsNotSentAgain() {
    accepted("killer.png", ago(Duration.ofHours(1)));
    deadLetters.send(new WireMessage("the killer's request", Map.of()));
    start(SETTINGS);
    traffic(Duration.ofSeconds(10), 8);
    assertThat(requests.sent()).isEmpty();
  }

  @Test
  void aPhotoThatWasAcceptedAMomentAgoIsLeftToItsRequestActor() {
    start(SETTINGS);
    pass();
    accepted("fresh.png", ago(SETTINGS.grace().minusSeconds(61)));
    pass();
    look();
    assertThat(requests.sent()).isEmpty();
  }

  @Test
  void aPhotoThatThisWebNodeStillTriesToPublishIsNotSentBesides() {
    inHand.add(accepted("retried.png", ago(Duration.ofHours(1))));
    start(SETTINGS);
    for (int i = 0; i < 4; i++) {
      pass();
    }
    assertThat(requests.sent()).isEmpty();
    inHand.clear();
    pass();
    eventually(TIMEOUT).until(() -> requests.sent().size() == 1);
  }

  @Test
  void whileTheQueueIsNotEmptyAndNothingIsAnsweredNothingIsEvenListed() {
    accepted("waits.png", ago(Duration.ofHours(1)));
    queueIsNeverEmpty();
    start(SETTINGS);
    for (int i = 0; i < 6; i++) {
      pass();
    }
    assertThat(store.listings()).isEmpty();
    assertThat(requests.sent()).isEmpty();
  }

  @Test
  void aPhotoThatMerelyWaitsInALongQueueIsNeverSentAgainNorListedMoreThanOnce() {
    Duration lag = Duration.ofMinutes(20);
    backlog(lag);
    queueIsNeverEmpty();
    start(SETTINGS);
    int looks = 8;
    traffic(lag, looks);
    look();
    assertThat(requests.sent()).isEmpty();
    int answered = looks * (int) SETTINGS.interval().dividedBy(STEP);
    // Of each bucket only what was answered; a listing also reads the key it ends at.
    assertThat(store.keysListed()).isLessThanOrEqualTo(2 * answered + store.listings().size());
  }

  @Test
  void aPhotoWhoseNodeDiedAndThatQueuesUpAgainBehindEverybodyIsNotSentAgain() {
    Duration lag = Duration.ofMinutes(5);
    backlog(lag);
    PhotoId unlucky = accepted("unlucky.png", ago(lag).plusSeconds(1));
    queueIsNeverEmpty();
    start(SETTINGS);
    // Received first at once; its lease ran out half a minute later, and the queue is 5 min long.
    traffic(lag, 6);
    assertThat(requests.sent()).isEmpty();
    answered(unlucky);
    traffic(lag, 6);
    look();
    assertThat(requests.sent()).isEmpty();
  }

  @Test
  void anOrphanInEndlessTrafficIsFoundAndSentOnce() throws Exception {
    PhotoId orphan = accepted("orphan.png", ago(Duration.ofSeconds(1)));
    queueIsNeverEmpty();
    start(SETTINGS);
    Duration lag = Duration.ofSeconds(10);
    traffic(lag, 3);
    assertThat(requests.sent()).isEmpty();
    for (int look = 0; look < 6 && requests.sent().isEmpty(); look++) {
      traffic(lag, 1);
    }
    eventually(TIMEOUT).until(() -> requests.sent().size() == 1);
    assertThat(Codec.decodeRequest(requests.sent().get(0)).id()).isEqualTo(orphan);
    answered(orphan);
    traffic(lag, 5);
    assertThat(requests.sent()).hasSize(1);
  }

  @Test
  void whatThereIsNoRoomToRememberHasItsTurnWhenOthersAreSettled() throws Exception {
    PhotoId first = accepted("first.png", ago(Duration.ofMinutes(10)));
    PhotoId second = accepted("second.png", ago(Duration.ofMinutes(9)));
    start(settings(Map.of("ARGUS_WEB_SWEEP_MAX_CANDIDATES", "1")));
    pass();
    pass();
    eventually(TIMEOUT).until(() -> requests.sent().size() == 1);
    assertThat(Codec.decodeRequest(requests.sent().get(0)).id()).isEqualTo(first);
    answered(first);
    requests.clear();
    eventually(TIMEOUT)
        .until(
            () -> {
              pass();
              return requests.sent().size() == 2;
            });
    assertThat(Codec.decodeRequest(requests.sent().get(1)).id()).isEqualTo(second);
  }

  @Test
  void afterAnOutageOfTheQueueTwoEmptyLooksAreNeededAnew() {
    accepted("orphan.png", ago(Duration.ofHours(1)));
    start(SETTINGS);
    pass();
    requests.setDown(true);
    pass();
    requests.setDown(false);
    pass();
    queueIsNeverEmpty();
    look();
    assertThat(requests.sent()).isEmpty();
  }
}
