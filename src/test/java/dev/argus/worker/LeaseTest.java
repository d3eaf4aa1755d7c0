package dev.argus.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Classifier.Classification;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.NodeEvent;
import dev.argus.protocol.NodeReport;
import dev.argus.simulation.ScriptedClassifier;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Leases of 30 s: renewed while work goes on, lost at times, and given back in the end. */
class LeaseTest {
  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void stop() {
    cluster.close();
  }

  private long renewals() {
    return cluster.requests.acknowledged().stream()
        .filter(Acknowledgement.ChangeVisibility.class::isInstance)
        .count();
  }

  private Map<NodeEvent, Long> counted() {
    Map<NodeEvent, Long> sum = new EnumMap<>(NodeEvent.class);
    for (NodeReport report : cluster.reports()) {
      report.events().forEach((event, count) -> sum.merge(event, count, Long::sum));
    }
    return sum;
  }

  private static void end(WorkerNode node) {
    node.drain(new Leave(Leave.Reason.TOLD, "the end")).toCompletableFuture().join();
  }

  @Test
  void whileWorkGoesOnItsLeaseIsRenewedAndNobodyElseReceivesIt() {
    cluster.with("ARGUS_WORKER_RENEW_INTERVAL", "20ms");
    cluster.with("ARGUS_WORKER_DRAIN_TIMEOUT", "200ms");
    AtomicInteger atWork = new AtomicInteger();
    CompletableFuture<Classification> working = new CompletableFuture<>();
    cluster.send("slow");
    WorkerNode node =
        cluster.start(
            "i-1",
            new ScriptedClassifier(
                photo -> {
                  atWork.incrementAndGet();
                  return working;
                }));
    await().until(() -> atWork.get() == 1);

    for (int minute = 0; minute < 3; minute++) {
      for (int i = 0; i < 3; i++) {
        cluster.clock.advance(Duration.ofSeconds(20));
        long before = renewals();
        await().until(() -> renewals() > before + 1); // begun after the clock was moved
        assertThat(cluster.visible()).isZero();
      }
    }
    working.complete(ScriptedClassifier.seen("slow"));
    await().until(cluster::isEmpty);
    end(node);
    assertThat(counted()).containsOnly(entry(NodeEvent.SERVED, 1L));
  }

  @Test
  void aLeaseThatReachesTheTwelveHoursOfSqsIsGivenBackAndTheWorkGoesOn() {
    cluster.with("ARGUS_WORKER_RENEW_INTERVAL", "20ms");
    cluster.with("ARGUS_WORKER_VISIBILITY_TIMEOUT", "12h");
    cluster.with("ARGUS_WEB_SWEEP_OVERTAKEN", "48h"); // at least four times that
    AtomicInteger atWork = new AtomicInteger();
    CompletableFuture<Classification> working = new CompletableFuture<>();
    cluster.send("endless");
    WorkerNode node =
        cluster.start(
            "i-1",
            new ScriptedClassifier(
                photo -> {
                  atWork.incrementAndGet();
                  return working;
                }));
    await().until(() -> atWork.get() == 1);
    cluster.clock.advance(Duration.ofSeconds(1));
    // Its lease was as long as any may be and cannot be renewed: it is given back, and comes again.
    await().until(() -> atWork.get() >= 2);
    working.complete(ScriptedClassifier.seen("endless"));
    await().until(() -> cluster.replies().size() >= 2);
    end(node);

    assertThat(cluster.store.keys(Bucket.OUTPUT)).hasSize(1);
    assertThat(cluster.replies().stream().distinct()).hasSize(1);
    assertThat(counted()).containsKeys(NodeEvent.GIVEN_BACK, NodeEvent.STALE_RECEIPT);
  }

  @Test
  void ofTwoNodesThatHoldOnePhotoBothGiveTheOneAnswerAndItIsCounted() {
    AtomicInteger atWork = new AtomicInteger();
    CompletableFuture<Classification> slow = new CompletableFuture<>();
    cluster.send("photo");
    WorkerNode first =
        cluster.start(
            "i-slow",
            new ScriptedClassifier(
                photo -> {
                  atWork.incrementAndGet();
                  return slow;
                }));
    await().until(() -> atWork.get() == 1);
    first.drain(new Leave(Leave.Reason.TOLD, "it receives no more")); // it works for a second yet
    cluster.clock.advance(Duration.ofSeconds(31)); // a pause of its JVM: its lease runs out

    WorkerNode second = cluster.start("i-quick", ScriptedClassifier.reading());
    await().until(() -> cluster.replies().size() == 1);
    await().until(cluster::isEmpty);
    slow.complete(ScriptedClassifier.seen("something else"));
    await().until(() -> cluster.replies().size() == 2);
    end(second);

    assertThat(cluster.store.keys(Bucket.OUTPUT)).hasSize(1);
    assertThat(cluster.replies().stream().distinct())
        .singleElement()
        .satisfies(
            reply ->
                assertThat(((ClassifyReply.Recognised) reply).best().label()).isEqualTo("photo"));
    await()
        .untilAsserted(
            () ->
                assertThat(counted())
                    .contains(entry(NodeEvent.REDELIVERED, 1L), entry(NodeEvent.DUPLICATE, 1L))
                    .containsKey(NodeEvent.STALE_RECEIPT));
  }

  @Test
  void aReturnQueueThatRefusesTheReplyCountsAsMissingAndHoldsNobodyUp() {
    WorkerNode node = cluster.start("i-1", ScriptedClassifier.reading());
    await().until(() -> cluster.states().contains(NodeReport.State.READY));
    cluster.responses.setRefusing(true);
    for (int i = 0; i < 30; i++) {
      cluster.send("photo-" + i);
    }
    await().until(cluster::isEmpty);
    cluster.responses.setRefusing(false);
    end(node);
    assertThat(cluster.store.keys(Bucket.OUTPUT)).hasSize(30);
    assertThat(counted())
        .containsOnly(entry(NodeEvent.SERVED, 30L), entry(NodeEvent.NO_RETURN_QUEUE, 30L));
  }
}
