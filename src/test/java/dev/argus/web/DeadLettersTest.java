package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.Answer;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import dev.argus.protocol.WireMessage;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueue;
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
  private final DeadLetters drain = new DeadLetters(KIT.system(), dead, name -> responses, store);

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
}
