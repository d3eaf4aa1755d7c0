package dev.argus.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.ports.Classifier;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.DeadLetterCodec;
import dev.argus.protocol.DeadLetterHistory;
import dev.argus.protocol.ObjectKeys;
import dev.argus.simulation.ScriptedClassifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A photo whose decoding kills the process takes nodes with it, and no other photo. */
class PoisonPhotoTest {
  private static final String POISON = "poison";

  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void stop() {
    cluster.close();
  }

  /** A node that dies when it looks at the poison: from then on nothing comes of its work. */
  private static final class Mortal {
    final CompletableFuture<Integer> diedWithOthersAtWork = new CompletableFuture<>();
    final AtomicInteger atWork = new AtomicInteger();
    final Classifier classifier = new ScriptedClassifier(this::look);

    private CompletableFuture<Classifier.Classification> look(ByteString photo) {
      if (photo.utf8String().equals(POISON)) {
        diedWithOthersAtWork.complete(atWork.get());
      }
      if (diedWithOthersAtWork.isDone()) {
        return new CompletableFuture<>();
      }
      atWork.incrementAndGet();
      return CompletableFuture.supplyAsync(
              () -> ScriptedClassifier.seen(photo.utf8String()),
              CompletableFuture.delayedExecutor(2, TimeUnit.MILLISECONDS))
          .thenCompose(
              seen -> {
                atWork.decrementAndGet();
                return diedWithOthersAtWork.isDone()
                    ? new CompletableFuture<>()
                    : CompletableFuture.completedFuture(seen);
              });
    }
  }

  @Test
  void itIsWorkedOnAloneFromItsThirdReceiveOnAndDeadLetteredAfterTheFifthAndTheOthersAreAnswered() {
    List<ClassifyRequest> good = new ArrayList<>();
    ClassifyRequest poison = null;
    for (int i = 0; i < 15; i++) {
      if (i == 7) {
        poison = cluster.send(POISON);
      }
      good.add(cluster.send("photo-" + i));
    }

    List<Integer> othersAtWork = new ArrayList<>();
    for (int n = 1; cluster.deadLetters.sent().isEmpty(); n++) {
      assertThat(n).as("nodes that were needed").isLessThanOrEqualTo(6);
      Mortal mortal = new Mortal();
      WorkerNode node = cluster.start("i-" + n, mortal.classifier);
      await()
          .until(
              () -> mortal.diedWithOthersAtWork.isDone() || !cluster.deadLetters.sent().isEmpty());
      if (mortal.diedWithOthersAtWork.isDone()) {
        othersAtWork.add(mortal.diedWithOthersAtWork.join());
        node.abandon(); // a dead node gives nothing back
        cluster.clock.advance(Duration.ofSeconds(31)); // and its leases run out
      } else {
        await().until(cluster::isEmpty);
        node.drain(new Leave(Leave.Reason.TOLD, "the end")).toCompletableFuture().join();
      }
    }

    assertThat(othersAtWork).as("deaths, and what else was at work").hasSize(5);
    assertThat(othersAtWork.subList(2, 5)).containsOnly(0);
    DeadLetterHistory history =
        DeadLetterCodec.historyOf(cluster.deadLetters.sent().get(0)).orElseThrow();
    assertThat(history.receives()).isEqualTo(6);
    assertThat(history.attempts()).isEqualTo(3);
    assertThat(cluster.deadLetters.sent()).hasSize(1);
    assertThat(cluster.replies())
        .extracting(ClassifyReply::id)
        .containsOnlyOnceElementsOf(good.stream().map(ClassifyRequest::id).toList())
        .doesNotContain(poison.id());
    // Its attempts are remembered, should another message of it come; all others are forgotten.
    List<String> poisonous = List.of(ObjectKeys.attempts(poison.id()));
    await().until(() -> cluster.store.keys(Bucket.STATE).equals(poisonous));
  }
}
