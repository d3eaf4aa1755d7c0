package dev.argus.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.protocol.BatchId;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import dev.argus.simulation.InMemoryObjectStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
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

  /** One batch of one photo, of which nothing is known but that it was accepted. */
  private static ActorRef<Batches.Command> batches(
      BatchId id, PhotoId photo, BiConsumer<PhotoId, ActorRef<ClassifyReply>> register) {
    Manifest.Entry entry =
        new Manifest.Entry(0, "a.png", Optional.of(photo), Optional.empty(), Optional.empty());
    Manifest manifest = new Manifest(id, Optional.empty(), false, new TreeMap<>(Map.of(0, entry)));
    InMemoryObjectStore store = new InMemoryObjectStore();
    store
        .put(Bucket.STATE, ObjectKeys.batch(id), ManifestCodec.encode(manifest))
        .toCompletableFuture()
        .join();
    return KIT.spawn(
        Batches.create(
            new Batch.Surroundings(
                hanging(store),
                register,
                (photoId, waiter) -> {},
                finished -> {},
                LONG,
                LONG,
                LONG,
                LONG,
                InstantSource.system()),
            10,
            new SimpleMeterRegistry()));
  }

  @Test
  void whoAsksAgainForPhotosIsAnsweredAtOnceHoweverLongResultsAreLookedFor() {
    BatchId id = BatchId.random();
    ActorRef<Batches.Command> batches = batches(id, PhotoId.random(), (photoId, waiter) -> {});
    TestProbe<BatchReply> shown = KIT.createTestProbe();
    TestProbe<BatchReply> retried = KIT.createTestProbe();
    batches.tell(new Batches.Ask(id, new BatchQuestion.Show(true, shown.getRef())));
    batches.tell(new Batches.Ask(id, new BatchQuestion.Retry(retried.getRef())));

    BatchReply reply = retried.receiveMessage(LONG);

    assertThat(((BatchReply.Refused) reply).problem().status()).isEqualTo(409);
    shown.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aDeadLetterThatIsAnsweredAfterAllIsHeardOfAgain() throws Exception {
    BatchId id = BatchId.random();
    PhotoId photo = PhotoId.random();
    BlockingQueue<ActorRef<ClassifyReply>> waiters = new LinkedBlockingQueue<>();
    ActorRef<Batches.Command> batches =
        batches(id, photo, (photoId, waiter) -> waiters.add(waiter));
    TestProbe<BatchReply> shown = KIT.createTestProbe();
    batches.tell(new Batches.Ask(id, new BatchQuestion.Show(true, shown.getRef())));

    // Each registration is good for one reply.
    ClassifyReply dead =
        new ClassifyReply.Failed(photo, "a.png", Problem.Kind.DEAD_LETTERED.because("It failed."));
    waiters.poll(1, TimeUnit.MINUTES).tell(dead);
    ClassifyReply recognised =
        new ClassifyReply.Recognised(photo, "a.png", List.of(new Prediction("cat", 1)), "m");
    waiters.poll(1, TimeUnit.MINUTES).tell(recognised);

    batches.tell(new Batches.Ask(id, new BatchQuestion.Show(false, shown.getRef())));
    BatchView view = ((BatchReply.Shown) shown.receiveMessage(LONG)).view();
    assertThat(view.counts()).isEqualTo(new BatchView.Counts(1, 1, 0));
  }
}
