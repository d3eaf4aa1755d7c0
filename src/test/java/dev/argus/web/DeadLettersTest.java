package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.Answer;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.DeadLetter;
import dev.argus.protocol.DeadLetterCodec;
import dev.argus.protocol.DeadLetterHistory;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import dev.argus.protocol.WireMessage;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueue;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  private final InMemoryQueue dead = new InMemoryQueue(InstantSource.system());
  private final InMemoryQueue responses = new InMemoryQueue(InstantSource.system());
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final DeadLetters drain =
      new DeadLetters(
          KIT.system(),
          dead,
          name -> responses,
          store,
          new WebMetrics(registry, InstantSource.system()),
          InstantSource.system());

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private int drain() {
    return drain.drain().toCompletableFuture().join();
  }

  private static ClassifyRequest request() {
    return new ClassifyRequest(
        PhotoId.random(),
        "killer.jpg",
        "image/jpeg",
        "replies",
        Instant.now(),
        Optional.empty(),
        new ClassifyRequest.Inline(ByteString.fromString("photo")));
  }

  @Test
  void aDeadLetterIsKeptAnsweredRepliedAndDeleted() throws Exception {
    ClassifyRequest request = request();
    dead.send(Codec.encode(request));
    assertThat(drain()).isEqualTo(1);

    String id = request.id().toString();
    assertThat(store.keys(Bucket.STATE)).containsExactly("dead/" + id);
    ClassifyReply reply =
        Codec.replyFromJson(
            store
                .get(Bucket.OUTPUT, ObjectKeys.result(request.id()))
                .toCompletableFuture()
                .join()
                .get()
                .bytes()
                .utf8String());
    assertThat(((ClassifyReply.Failed) reply).problem().is(Problem.Kind.DEAD_LETTERED)).isTrue();
    assertThat(((Answer) Codec.decodeResponse(responses.sent().get(0))).reply()).isEqualTo(reply);
    assertThat(dead.counts().toCompletableFuture().join().isEmpty()).isTrue();
  }

  @Test
  void aPhotoThatWasAnsweredAllTheSameKeepsItsAnswer() throws Exception {
    ClassifyRequest request = request();
    ClassifyReply known =
        new ClassifyReply.Recognised(
            request.id(), request.name(), List.of(new Prediction("cat", 1)), "m");
    store.put(
        Bucket.OUTPUT,
        ObjectKeys.result(request.id()),
        new StoredObject(ByteString.fromString(Codec.toJson(known)), "application/json", Map.of()));
    dead.send(Codec.encode(request));
    assertThat(drain()).isEqualTo(1);
    assertThat(((Answer) Codec.decodeResponse(responses.sent().get(0))).reply()).isEqualTo(known);
  }

  @Test
  void aMessageThatCannotBeReadIsKeptForTheOperator() {
    dead.send(new WireMessage("not ours", Map.of()));
    assertThat(drain()).isEqualTo(1);
    assertThat(store.keys(Bucket.STATE)).hasSize(1).allMatch(key -> key.startsWith("dead/"));
    assertThat(store.keys(Bucket.OUTPUT)).isEmpty();
  }

  @Test
  void aReturnAddressThatIsGoneIsNoReasonToKeepTheDeadLetterWaiting() {
    responses.setMissing(true);
    dead.send(Codec.encode(request()));
    assertThat(drain()).isEqualTo(1);
    assertThat(dead.counts().toCompletableFuture().join().isEmpty()).isTrue();
  }

  @Test
  void anEmptyQueueIsNotEvenRead() {
    assertThat(drain()).isZero();
  }

  private DeadLetter kept(String id) throws Exception {
    return DeadLetterCodec.fromJson(
        store
            .get(Bucket.STATE, ObjectKeys.deadLetter(id))
            .toCompletableFuture()
            .join()
            .orElseThrow()
            .bytes()
            .utf8String());
  }

  @Test
  void theHistoryThatAnAppNodeSentAlongIsKeptAndToldInWords() throws Exception {
    ClassifyRequest request = request();
    Instant sentAt = Instant.parse("2026-01-01T00:00:00Z");
    DeadLetterHistory history = new DeadLetterHistory(5, 3, sentAt, "i-9", "its nodes died of it");
    dead.send(DeadLetterCodec.withHistory(Codec.encode(request), history));
    assertThat(drain()).isEqualTo(1);
    DeadLetter.GivenUp kept = (DeadLetter.GivenUp) kept(request.id().toString());
    assertThat(kept.history()).isEqualTo(history);
    assertThat(kept.name()).isEqualTo("killer.jpg");
    assertThat(kept.replyQueue()).isEqualTo("replies");
    assertThat(kept.inline()).isTrue();
    Answer told = (Answer) Codec.decodeResponse(responses.sent().get(0));
    assertThat(((ClassifyReply.Failed) told.reply()).problem().detail())
        .contains("5 receives, 3 of them alone")
        .doesNotContain("nodes died");
    assertThat(registry.counter("argus.dead.letters.drained").count()).isEqualTo(1);
  }

  @Test
  void ofWhatTheQueueGaveUpByItselfItsOwnCountsAreKept() throws Exception {
    ClassifyRequest request = request();
    dead.sendReceived(Codec.encode(request), 7);
    assertThat(drain()).isEqualTo(1);
    assertThat(kept(request.id().toString()).history().receives()).isEqualTo(7);
  }

  @Test
  void whatCannotBeReadIsKeptAsItCame() throws Exception {
    dead.send(new WireMessage("not ours", Map.of("version", "9")));
    drain();
    String id = store.keys(Bucket.STATE).get(0).substring("dead/".length());
    DeadLetter.Unreadable kept = (DeadLetter.Unreadable) kept(id);
    assertThat(kept.body()).isEqualTo("not ours");
    assertThat(kept.attributes()).containsEntry("version", "9");
    assertThat(kept.problem()).contains("version");
  }

  @Test
  void aPhotoThatWasAnsweredAllTheSameIsNoDeadLetter() {
    ClassifyRequest request = request();
    ClassifyReply known =
        new ClassifyReply.Failed(
            request.id(), request.name(), Problem.Kind.UNDECODABLE.because("cut short"));
    store.put(
        Bucket.OUTPUT,
        ObjectKeys.result(request.id()),
        new StoredObject(ByteString.fromString(Codec.toJson(known)), "application/json", Map.of()));
    dead.send(Codec.encode(request));
    assertThat(drain()).isEqualTo(1);
    assertThat(store.keys(Bucket.STATE)).isEmpty();
    assertThat(registry.counter("argus.dead.letters.drained").count()).isZero();
  }

  @Test
  void whatIsGivenUpKeepsTheCountOfItsAttemptsForItsLateDuplicates() {
    ClassifyRequest request = request();
    String attempts = ObjectKeys.attempts(request.id());
    store.put(
        Bucket.STATE,
        attempts,
        new StoredObject(ByteString.fromString("3 r"), "text/plain", Map.of()));
    dead.send(Codec.encode(request));
    dead.send(Codec.encode(request));
    assertThat(drain()).isEqualTo(2);
    assertThat(store.keys(Bucket.STATE))
        .containsExactlyInAnyOrder(attempts, ObjectKeys.deadLetter(request.id().toString()));
  }

  @Test
  void whileS3IsDownTheDeadLetterStaysOnTheQueue() {
    dead.send(Codec.encode(request()));
    store.setDown(true);
    assertThat(drain()).isEqualTo(1);
    assertThat(dead.counts().toCompletableFuture().join().isEmpty()).isFalse();
    assertThat(responses.sent()).isEmpty();
  }

  @Test
  void thoseThatAreKeptAreCountedUpToALimit() {
    WebMetrics metrics = new WebMetrics(registry, InstantSource.system());
    metrics.watchDeadLetters();
    DeadLetters counting =
        new DeadLetters(
            KIT.system(), dead, name -> responses, store, metrics, InstantSource.system());
    for (int i = 0; i < 5; i++) {
      dead.send(Codec.encode(request()));
    }
    drain();
    store.put(
        Bucket.STATE,
        "web-nodes/x",
        new StoredObject(ByteString.emptyByteString(), "x/y", Map.of()));
    counting.count(100).toCompletableFuture().join();
    assertThat(registry.get("argus.dead.letters").gauge().value()).isEqualTo(5);
    counting.count(3).toCompletableFuture().join();
    assertThat(registry.get("argus.dead.letters").gauge().value()).isEqualTo(3);
  }
}
