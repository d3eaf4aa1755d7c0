package dev.argus.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import dev.argus.ports.Classifier;
import dev.argus.ports.Classifier.Classification;
import dev.argus.ports.NodeUnfitException;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.NodeEvent;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.NodeReport.State;
import dev.argus.protocol.WireMessage;
import dev.argus.simulation.ScriptedClassifier;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However a node ends, nothing it holds is lost, nobody waits for a lease, and it says why. */
class NodeEndTest {
  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void stop() {
    cluster.close();
  }

  private static Leave left(WorkerNode node) {
    Leave leave = node.leave().toCompletableFuture().join();
    node.drain(leave).toCompletableFuture().join();
    return leave;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFatalFailureTakesTheNodeOutOfServiceAndEverythingGoesBack(boolean thrown) {
    IntStream.range(0, 30).forEach(i -> cluster.send("photo-" + i));
    AtomicInteger looks = new AtomicInteger();
    WorkerNode node =
        cluster.start(
            "i-broken",
            new ScriptedClassifier(
                photo -> {
                  looks.incrementAndGet();
                  if (thrown) {
                    throw new UnsatisfiedLinkError("no opencv_java490");
                  }
                  return CompletableFuture.failedFuture(
                      new NodeUnfitException("no opencv_java490"));
                }));

    Leave leave = left(node);

    assertThat(leave.reason()).isEqualTo(Leave.Reason.FAILED);
    assertThat(looks).hasValueLessThanOrEqualTo(4); // two at work, two ready to go
    assertThat(cluster.visible()).isEqualTo(30);
    assertThat(cluster.states()).startsWith(State.READY, State.FAILED);
    NodeReport failed = cluster.reports().get(1);
    assertThat(failed.reason()).contains("no opencv_java490");
    assertThat(cluster.replies()).isEmpty();
  }

  @Test
  void brokenNodesDeadLetterNoGoodPhoto() {
    ClassifyRequest good = cluster.send("good");
    Classifier broken =
        new ScriptedClassifier(
            photo -> CompletableFuture.failedFuture(new NodeUnfitException("no native library")));
    for (int n = 0; n < 8; n++) {
      left(cluster.start("i-broken-" + n, broken));
    }
    WorkerNode node = cluster.start("i-good", ScriptedClassifier.reading());
    await().until(() -> cluster.replies().size() == 1);
    assertThat(cluster.replies().get(0).id()).isEqualTo(good.id());
    assertThat(cluster.deadLetters.sent()).isEmpty();
    node.drain(new Leave(Leave.Reason.TOLD, "the end")).toCompletableFuture().join();
  }

  @Test
  void aPhotoThatHangsInNativeCodeEndsItsNodesAndIsDeadLetteredAndTheOthersAreAnswered() {
    cluster.with("ARGUS_WORKER_RECOGNISE_LIMIT", "300ms");
    cluster.send("hangs");
    IntStream.range(0, 5).forEach(i -> cluster.send("photo-" + i));
    Classifier classifier =
        new ScriptedClassifier(
            photo ->
                photo.utf8String().equals("hangs")
                    ? new CompletableFuture<>()
                    : CompletableFuture.completedFuture(
                        ScriptedClassifier.seen(photo.utf8String())));
    for (int n = 1; n <= 5; n++) {
      Leave leave = left(cluster.start("i-" + n, classifier));
      assertThat(leave.text()).isEqualTo("a photo was not recognised within PT0.3S");
    }
    WorkerNode node = cluster.start("i-6", classifier);
    await().until(() -> cluster.deadLetters.sent().size() == 1);
    await().until(cluster::isEmpty);
    node.drain(new Leave(Leave.Reason.TOLD, "the end")).toCompletableFuture().join();
    assertThat(cluster.replies()).hasSize(5);
  }

  @Test
  void aNodeWhoseNetworkFailsOnEverythingLeavesAndItsPhotosAreAnsweredByAnother() {
    IntStream.range(0, 3).forEach(i -> cluster.send("photo-" + i));
    AtomicInteger looks = new AtomicInteger();
    WorkerNode bad =
        cluster.start(
            "i-bad",
            new ScriptedClassifier(
                photo -> {
                  looks.incrementAndGet();
                  return CompletableFuture.failedFuture(new IllegalStateException("bug"));
                }));

    Leave leave = left(bad);

    assertThat(leave.reason()).isEqualTo(Leave.Reason.FAILED);
    assertThat(leave.text())
        .isEqualTo(
            "a photo could not be recognised because of java.lang.IllegalStateException: bug, and"
                + " a picture of its own neither because of java.lang.IllegalStateException: bug");
    assertThat(looks).hasValueLessThanOrEqualTo(6); // each photo once, each time its own picture
    assertThat(cluster.states()).startsWith(State.READY, State.FAILED);
    assertThat(cluster.visible()).isEqualTo(3); // nobody has to wait for one of them

    WorkerNode good = cluster.start("i-good", ScriptedClassifier.reading());
    await().until(() -> cluster.replies().size() == 3);
    await().until(cluster::isEmpty);
    good.drain(new Leave(Leave.Reason.TOLD, "the end")).toCompletableFuture().join();
    assertThat(cluster.deadLetters.sent()).isEmpty();
  }

  @Test
  void manyNodesWhoseNetworksFailDeadLetterNoGoodPhoto() {
    cluster.send("good");
    Classifier broken =
        new ScriptedClassifier(
            photo -> CompletableFuture.failedFuture(new IllegalStateException("bug")));
    for (int n = 0; n < 8; n++) {
      left(cluster.start("i-broken-" + n, broken));
    }
    WorkerNode node = cluster.start("i-good", ScriptedClassifier.reading());
    await().until(() -> cluster.replies().size() == 1);
    node.drain(new Leave(Leave.Reason.TOLD, "the end")).toCompletableFuture().join();
    assertThat(cluster.deadLetters.sent()).isEmpty();
  }

  @Test
  void aNodeThatHangsOnItsOwnPictureIsBrokenToo() {
    cluster.with("ARGUS_WORKER_RECOGNISE_LIMIT", "300ms");
    cluster.send("photo");
    Leave leave =
        left(
            cluster.start(
                "i-hangs",
                new ScriptedClassifier(
                    photo ->
                        photo.equals(ScriptedClassifier.OWN_PICTURE)
                            ? new CompletableFuture<>()
                            : CompletableFuture.failedFuture(new IllegalStateException("bug")))));
    assertThat(leave.reason()).isEqualTo(Leave.Reason.FAILED);
    assertThat(leave.text()).contains("TimeoutException");
    assertThat(cluster.visible()).isEqualTo(1);
  }

  @Test
  void aNodeThatHasWaitedForS3InVainIsOfNoUseAndGivesBackWhatItHeld() {
    cluster.with("ARGUS_WORKER_OUTAGE_PATIENCE", "10m");
    cluster.store.setDown(true);
    cluster.send("photo");
    WorkerNode node = cluster.start("i-cut-off", ScriptedClassifier.reading());
    await().until(() -> cluster.store.calls() > 3);
    assertThat(node.leave().toCompletableFuture()).isNotDone();

    cluster.clock.advance(Duration.ofMinutes(10));
    Leave leave = left(node);

    assertThat(leave.reason()).isEqualTo(Leave.Reason.FAILED);
    assertThat(leave.text()).startsWith("S3 could not be used for PT10M: ");
    cluster.store.setDown(false);
    WorkerNode next = cluster.start("i-next", ScriptedClassifier.reading());
    await().until(() -> cluster.replies().size() == 1);
    next.drain(new Leave(Leave.Reason.TOLD, "the end")).toCompletableFuture().join();
    assertThat(cluster.deadLetters.sent()).isEmpty();
  }

  @Test
  void aSpotNoticeLeavesTimeToFinishWhatFitsAndTheRestGoesBack() {
    CompletableFuture<Optional<Instant>> notice = new CompletableFuture<>();
    CompletableFuture<Classification> soon = new CompletableFuture<>();
    CompletableFuture<Classification> never = new CompletableFuture<>();
    cluster.send("soon");
    cluster.send("never");
    AtomicInteger atWork = new AtomicInteger();
    Classifier classifier =
        new ScriptedClassifier(
            photo -> {
              atWork.incrementAndGet();
              return photo.utf8String().equals("soon") ? soon : never;
            });
    WorkerNode node = cluster.start("i-spot", classifier, () -> notice);
    await().until(() -> atWork.get() == 2);

    notice.complete(Optional.of(cluster.clock.instant().plusSeconds(120)));
    Leave leave = node.leave().toCompletableFuture().join();
    CompletableFuture<?> drained = node.drain(leave).toCompletableFuture();
    soon.complete(ScriptedClassifier.seen("soon"));
    drained.join();

    assertThat(leave.reason()).isEqualTo(Leave.Reason.INTERRUPTED);
    assertThat(leave.text()).contains("2026-01-01T00:02:00Z");
    assertThat(cluster.replies()).hasSize(1);
    assertThat(cluster.visible()).isEqualTo(1);
    assertThat(cluster.states()).startsWith(State.READY, State.DRAINING);
  }

  @Test
  void aNoticeThatComesTooLateGivesEverythingBackAtOnce() {
    cluster.with("ARGUS_WORKER_DRAIN_TIMEOUT", "10m").with("ARGUS_SCALING_BOOT_TIMEOUT", "1h");
    cluster.send("never");
    AtomicInteger atWork = new AtomicInteger();
    Instant at = cluster.clock.instant().plusSeconds(3);
    WorkerNode node =
        cluster.start(
            "i-late",
            new ScriptedClassifier(
                photo -> {
                  atWork.incrementAndGet();
                  return new CompletableFuture<>();
                }),
            () ->
                CompletableFuture.completedFuture(
                    atWork.get() == 0 ? Optional.empty() : Optional.of(at)));

    left(node); // else this took ten minutes

    assertThat(cluster.visible()).isEqualTo(1);
  }

  @Test
  void whatTheMetadataServiceCannotTellChangesNothing() {
    AtomicInteger asked = new AtomicInteger();
    Supplier<CompletionStage<Optional<Instant>>> garbage =
        () -> {
          if (asked.incrementAndGet() % 2 == 0) {
            throw new IllegalArgumentException("not a notice");
          }
          return CompletableFuture.failedFuture(new IOException("no route to host"));
        };
    WorkerNode node = cluster.start("i-blind", ScriptedClassifier.reading(), garbage);
    await().until(() -> asked.get() > 5);
    cluster.send("photo");
    await().until(() -> cluster.replies().size() == 1);
    assertThat(node.leave().toCompletableFuture()).isNotDone();
    node.drain(new Leave(Leave.Reason.TOLD, "the end")).toCompletableFuture().join();
  }

  @Test
  void theLastReportTellsWhatWasGivenBack() {
    cluster.with("ARGUS_WORKER_DRAIN_TIMEOUT", "200ms");
    AtomicInteger atWork = new AtomicInteger();
    cluster.send("never");
    WorkerNode node =
        cluster.start(
            "i-told",
            new ScriptedClassifier(
                photo -> {
                  atWork.incrementAndGet();
                  return new CompletableFuture<>();
                }));
    await().until(() -> atWork.get() == 1);
    node.drain(new Leave(Leave.Reason.TOLD, "it was told to stop")).toCompletableFuture().join();

    assertThat(cluster.states()).containsExactly(State.READY, State.DRAINING, State.DRAINING);
    assertThat(cluster.reports().get(2).events()).containsOnly(entry(NodeEvent.GIVEN_BACK, 1L));
    assertThat(cluster.reports().get(2).reason()).isEqualTo("it was told to stop");
  }

  @Test
  void aNodeTellsNowAndThenThatItWorksAndWhatItCounted() {
    cluster
        .with("ARGUS_WORKER_REPORT_INTERVAL", "1s")
        .with("ARGUS_WORKER_WATCHDOG_INTERVAL", "10ms");
    WorkerNode node = cluster.start("i-counts", ScriptedClassifier.reading());
    cluster.requests.send(new WireMessage("hello", Map.of()));
    await().until(cluster::isEmpty);
    cluster.clock.advance(Duration.ofSeconds(1));
    await().until(() -> cluster.states().contains(State.WORKING));
    node.drain(new Leave(Leave.Reason.TOLD, "the end")).toCompletableFuture().join();

    assertThat(
            cluster.reports().stream()
                .mapToLong(report -> report.events().getOrDefault(NodeEvent.MALFORMED, 0L))
                .sum())
        .isEqualTo(1);
    assertThat(cluster.states()).containsExactly(State.READY, State.WORKING, State.DRAINING);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anIdleNodeAsksHowManyStayOnlyIfSomebodySays(boolean said) {
    cluster
        .with("ARGUS_WORKER_IDLE_LIMIT", "3s")
        .with("ARGUS_WORKER_MINIMUM_BILLED", "1s")
        .with("ARGUS_WORKER_WATCHDOG_INTERVAL", "50ms");
    if (said) {
      cluster.toldHowManyStay();
    }
    WorkerNode node = cluster.start("i-idle", new ScriptedClassifier(photo -> null));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              cluster.clock.advance(Duration.ofSeconds(1));
              return node.leave().toCompletableFuture().isDone();
            });
    assertThat(cluster.store.calls() > 0).isEqualTo(said);
  }
}
