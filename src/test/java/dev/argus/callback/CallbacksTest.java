package dev.argus.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.argus.config.ArgusSettings;
import dev.argus.config.Backoff;
import dev.argus.config.CallbackSettings;
import dev.argus.config.Secret;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.protocol.PhotoException;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.SettableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallbacksTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Subject PHOTO = Subject.photo("0198d0a6-0000-7000-8000-000000000001");
  private static final Duration STORED_WITHIN = Duration.ofMinutes(2);

  private final ActorTestKit kit = ActorTestKit.create(ArgusSettings.load(Map.of()).config());
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final SettableClock clock = new SettableClock(Instant.now());
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Map<Subject, Results.Finding> known = new ConcurrentHashMap<>();

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private static CallbackSettings settings(boolean allowPrivate, int maxPending) {
    return settings(allowPrivate, maxPending, Receiver.SECRET);
  }

  private static CallbackSettings settings(boolean allowPrivate, int maxPending, String secrets) {
    return new CallbackSettings(
        new Secret(secrets),
        "",
        allowPrivate,
        Duration.ofSeconds(30),
        new Backoff(Duration.ofSeconds(5), Duration.ofSeconds(20)),
        Duration.ofSeconds(60),
        2,
        maxPending,
        Duration.ofMillis(20),
        Duration.ofSeconds(30));
  }

  private ActorRef<Callbacks.Command> webNode(CallbackSettings settings, boolean leads) {
    return kit.spawn(
        Callbacks.create(
            new Callbacks.Dependencies(
                store,
                subject ->
                    CompletableFuture.completedFuture(
                        known.getOrDefault(subject, Results.Unknown.INSTANCE)),
                settings,
                settings.signingSecrets(),
                STORED_WITHIN,
                () -> leads,
                metrics,
                clock,
                () -> 1.0)));
  }

  private Done register(ActorRef<Callbacks.Command> callbacks, Subject subject, URI url)
      throws Exception {
    return AskPattern.<Callbacks.Command, Done>askWithStatus(
            callbacks,
            replyTo -> new Callbacks.Register(subject, url, replyTo),
            PATIENCE,
            kit.system().scheduler())
        .toCompletableFuture()
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private void finish(Subject subject) {
    known.put(
        subject,
        new Results.Finished(JsonNodeFactory.instance.objectNode().put("id", subject.id())));
  }

  private double count(String outcome) {
    return metrics.counter("argus.callbacks.attempts", "outcome", outcome).count();
  }

  private double pending() {
    return metrics.get("argus.callbacks.pending").gauge().value();
  }

  @Test
  void isKeptBeforeItIsOwedAndToldOnceItsPhotoIsFinished() throws Exception {
    try (Receiver receiver = new Receiver()) {
      ActorRef<Callbacks.Command> callbacks = webNode(settings(true, 10), false);
      known.put(PHOTO, Results.Pending.INSTANCE);
      register(callbacks, PHOTO, receiver.url());
      assertThat(store.keys(Bucket.STATE)).containsExactly("callbacks/msg_photo_" + PHOTO.id());
      assertThat(pending()).isEqualTo(1);
      finish(PHOTO);
      callbacks.tell(new Callbacks.Finished(PHOTO));
      await().atMost(PATIENCE).until(() -> count("delivered") == 1);
      await().atMost(PATIENCE).until(() -> pending() == 0);
      assertThat(receiver.bad).isEmpty();
      assertThat(receiver.ids).containsExactly("msg_photo_" + PHOTO.id());
      var body = new ObjectMapper().readTree(receiver.verified.get(0));
      assertThat(body.path("type").asText()).isEqualTo("photo.finished");
      assertThat(Instant.parse(body.path("timestamp").asText())).isEqualTo(clock.instant());
      assertThat(body.path("data").path("id").asText()).isEqualTo(PHOTO.id());
      assertThat(store.keys(Bucket.STATE)).isEmpty();
    }
  }

  @Test
  void aReceiverThatFailsTwiceGetsItLater() throws Exception {
    try (Receiver receiver = new Receiver(500, 503)) {
      ActorRef<Callbacks.Command> callbacks = webNode(settings(true, 10), false);
      finish(PHOTO);
      register(callbacks, PHOTO, receiver.url());
      callbacks.tell(new Callbacks.Finished(PHOTO));
      await().atMost(PATIENCE).until(() -> count("missed") == 1);
      clock.advance(Duration.ofSeconds(5));
      await().atMost(PATIENCE).until(() -> count("missed") == 2);
      assertThat(receiver.verified).hasSize(2);
      clock.advance(Duration.ofSeconds(10));
      await().atMost(PATIENCE).until(() -> count("delivered") == 1);
      assertThat(receiver.ids).hasSize(3).containsOnly("msg_photo_" + PHOTO.id());
      assertThat(receiver.bad).isEmpty();
    }
  }

  @Test
  void isGivenUpWhenItIsOldAndAtOnceWhenTheReceiverIsGone() throws Exception {
    try (Receiver failing = new Receiver(500, 500, 500, 500, 500, 500);
        Receiver gone = new Receiver(410)) {
      ActorRef<Callbacks.Command> callbacks = webNode(settings(true, 10), false);
      Subject other = Subject.photo("other");
      finish(PHOTO);
      finish(other);
      register(callbacks, PHOTO, failing.url());
      register(callbacks, other, gone.url());
      callbacks.tell(new Callbacks.Finished(PHOTO));
      callbacks.tell(new Callbacks.Finished(other));
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                clock.advance(Duration.ofSeconds(1));
                return count("given-up") == 2;
              });
      assertThat(gone.verified).hasSize(1);
      assertThat(failing.verified).hasSizeBetween(2, 6);
      assertThat(store.keys(Bucket.STATE)).isEmpty();
    }
  }

  @Test
  void theOneThatLeadsTakesOverWhatAnotherLeftBehind() throws Exception {
    try (Receiver receiver = new Receiver()) {
      ActorRef<Callbacks.Command> first = webNode(settings(true, 10), false);
      register(first, PHOTO, receiver.url());
      kit.stop(first);
      finish(PHOTO);
      ActorRef<Callbacks.Command> second = webNode(settings(true, 10), true);
      clock.advance(Duration.ofSeconds(31));
      second.tell(Callbacks.Recover.INSTANCE);
      await().atMost(PATIENCE).until(() -> store.keys(Bucket.STATE).isEmpty());
      assertThat(receiver.verified).hasSize(1);
    }
  }

  @Test
  void ofTwoWebNodesThatDeliverAtOnceOneSends() throws Exception {
    try (Receiver receiver = new Receiver()) {
      ActorRef<Callbacks.Command> one = webNode(settings(true, 10), false);
      ActorRef<Callbacks.Command> two = webNode(settings(true, 10), false);
      finish(PHOTO);
      register(one, PHOTO, receiver.url());
      register(two, PHOTO, receiver.url());
      one.tell(new Callbacks.Finished(PHOTO));
      two.tell(new Callbacks.Finished(PHOTO));
      await().atMost(PATIENCE).until(() -> store.keys(Bucket.STATE).isEmpty());
      await().during(Duration.ofMillis(300)).atMost(PATIENCE).until(() -> true);
      assertThat(receiver.verified).hasSize(1);
    }
  }

  @Test
  void aBatchThatFinishesAtAnotherWebNodeIsToldByThatOne() throws Exception {
    Subject batch = Subject.batch("0198d0a6-0000-7000-8000-000000000002");
    try (Receiver receiver = new Receiver()) {
      known.put(batch, Results.Pending.INSTANCE);
      register(webNode(settings(true, 10), false), batch, receiver.url());
      finish(batch);
      webNode(settings(true, 10), false).tell(new Callbacks.Finished(batch));
      await().atMost(PATIENCE).until(() -> store.keys(Bucket.STATE).isEmpty());
      assertThat(receiver.ids).containsExactly("msg_batch_" + batch.id());
    }
  }

  @Test
  void duringARotationWhoKnowsEitherSecretTakesIt() throws Exception {
    String next = "whsec_" + Base64.getEncoder().encodeToString(new byte[32]);
    try (Receiver early = new Receiver(next, List.of());
        Receiver late = new Receiver()) {
      ActorRef<Callbacks.Command> callbacks =
          webNode(settings(true, 10, next + " " + Receiver.SECRET + "\n"), false);
      Subject other = Subject.photo("other");
      finish(PHOTO);
      finish(other);
      register(callbacks, PHOTO, early.url());
      register(callbacks, other, late.url());
      callbacks.tell(new Callbacks.Finished(PHOTO));
      callbacks.tell(new Callbacks.Finished(other));
      await().atMost(PATIENCE).until(() -> count("delivered") == 2);
      assertThat(early.verified).hasSize(1);
      assertThat(late.verified).hasSize(1);
    }
  }

  @Test
  void aPhotoThatWasNeverAcceptedIsForgotten() throws Exception {
    try (Receiver receiver = new Receiver()) {
      ActorRef<Callbacks.Command> callbacks = webNode(settings(true, 10), false);
      register(callbacks, PHOTO, receiver.url());
      clock.advance(STORED_WITHIN.plusSeconds(1));
      await().atMost(PATIENCE).until(() -> store.keys(Bucket.STATE).isEmpty());
      assertThat(receiver.verified).isEmpty();
    }
  }

  @Test
  void whatMustNotBeCalledIsRefusedAtOnce() {
    ActorRef<Callbacks.Command> callbacks = webNode(settings(false, 10), false);
    assertThatThrownBy(
            () -> register(callbacks, PHOTO, URI.create("http://169.254.169.254/latest")))
        .hasRootCauseInstanceOf(PhotoException.class)
        .hasMessageContaining("169.254.169.254");
    assertThat(store.keys(Bucket.STATE)).isEmpty();
  }

  @Test
  void aNameThatPointsElsewhereByThenIsNotCalled() throws Exception {
    InetAddress outside = InetAddress.getByName("1.1.1.1");
    InetAddress inside = InetAddress.getLoopbackAddress();
    InetAddress[] next = {outside};
    CallbackSettings settings = settings(false, 10);
    ActorRef<Callbacks.Command> callbacks =
        kit.spawn(
            Callbacks.create(
                new Callbacks.Dependencies(
                    store,
                    subject -> CompletableFuture.completedFuture(known.get(subject)),
                    settings,
                    settings.signingSecrets(),
                    STORED_WITHIN,
                    () -> false,
                    metrics,
                    clock,
                    () -> 1.0),
                host -> new InetAddress[] {next[0]}));
    try (Receiver receiver = new Receiver()) {
      finish(PHOTO);
      register(
          callbacks, PHOTO, URI.create("http://rebound.example:" + receiver.url().getPort() + "/"));
      next[0] = inside;
      callbacks.tell(new Callbacks.Finished(PHOTO));
      await().atMost(PATIENCE).until(() -> count("given-up") == 1);
      assertThat(receiver.verified).isEmpty();
    }
  }

  @Test
  void noMoreAreKeptThanThereMayBe() throws Exception {
    try (Receiver receiver = new Receiver()) {
      ActorRef<Callbacks.Command> callbacks = webNode(settings(true, 1), false);
      register(callbacks, PHOTO, receiver.url());
      assertThatThrownBy(() -> register(callbacks, Subject.photo("other"), receiver.url()))
          .hasRootCauseInstanceOf(Callbacks.TooManyCallbacksException.class);
    }
  }
}
