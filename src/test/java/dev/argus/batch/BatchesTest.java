package dev.argus.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.protocol.BatchId;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.simulation.InMemoryObjectStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class BatchesTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration LONG = Duration.ofMinutes(1);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  /** In which results are looked for and never found, nor missed. */
  private static ObjectStore hanging(ObjectStore store) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (proxy, method, args) ->
                method.getName().equals("get") && args[0] == Bucket.OUTPUT
                    ? new CompletableFuture<>()
                    : method.invoke(store, args));
  }

  @Test
  void whoAsksAgainForPhotosIsAnsweredAtOnceHoweverLongResultsAreLookedFor() {
    BatchId id = BatchId.random();
    InMemoryObjectStore store = new InMemoryObjectStore();
    Manifest.Entry photo =
        new Manifest.Entry(
            0, "a.png", Optional.of(PhotoId.random()), Optional.empty(), Optional.empty());
    Manifest manifest = new Manifest(id, Optional.empty(), false, new TreeMap<>(Map.of(0, photo)));
    store
        .put(Bucket.STATE, ObjectKeys.batch(id), ManifestCodec.encode(manifest))
        .toCompletableFuture()
        .join();
    ActorRef<Batches.Command> batches =
        KIT.spawn(
            Batches.create(
                new Batch.Surroundings(
                    hanging(store),
                    (photoId, waiter) -> {},
                    (photoId, waiter) -> {},
                    finished -> {},
                    LONG,
                    LONG,
                    LONG,
                    LONG,
                    InstantSource.system()),
                10,
                new SimpleMeterRegistry()));
    TestProbe<BatchReply> shown = KIT.createTestProbe();
    TestProbe<BatchReply> retried = KIT.createTestProbe();
    batches.tell(new Batches.Ask(id, new BatchQuestion.Show(true, shown.getRef())));
    batches.tell(new Batches.Ask(id, new BatchQuestion.Retry(retried.getRef())));

    BatchReply reply = retried.receiveMessage(LONG);

    assertThat(((BatchReply.Refused) reply).problem().status()).isEqualTo(409);
    shown.expectNoMessage(Duration.ZERO);
  }
}
