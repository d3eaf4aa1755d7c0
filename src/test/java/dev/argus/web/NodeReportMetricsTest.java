package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.config.ArgusSettings;
import dev.argus.protocol.BootStage;
import dev.argus.protocol.Codec;
import dev.argus.protocol.NodeEvent;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.ResponseMessage;
import dev.argus.protocol.WireMessage;
import dev.argus.simulation.InMemoryQueue;
import dev.argus.simulation.SettableClock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** App nodes have no metrics of their own: what they count is on the web node's. */
class NodeReportMetricsTest {
  private final ActorTestKit kit = ActorTestKit.create();
  private final SettableClock clock = new SettableClock();
  private final InMemoryQueue responses = new InMemoryQueue(clock);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<ResponseMessage> heard = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void whatNodesCountedAddsUpAndAMessageThatCannotBeReadStopsNothing() {
    UniqueKillSwitch running =
        new ReplyStream(
                kit.system(),
                kit.<ReplyRouter.Command>createTestProbe().ref(),
                heard::add,
                new Ledger(ArgusSettings.load(Map.of()).ledger(), clock),
                failure -> {},
                new WebMetrics(meters, clock))
            .run(responses, 4);
    responses.send(report(NodeReport.State.WORKING, Map.of(NodeEvent.DUPLICATE, 5L)));
    responses.send(new WireMessage("{", Map.of("version", "99")));
    responses.send(
        report(
            NodeReport.State.FAILED, Map.of(NodeEvent.DUPLICATE, 2L, NodeEvent.STALE_RECEIPT, 1L)));

    await().until(() -> responses.counts().toCompletableFuture().join().isEmpty());
    running.shutdown();
    assertThat(heard).hasSize(2);
    assertThat(count("argus.worker.events", "event", "duplicate")).isEqualTo(7);
    assertThat(count("argus.worker.events", "event", "stale-receipt")).isEqualTo(1);
    assertThat(count("argus.nodes.reports", "state", "failed")).isEqualTo(1);
    assertThat(meters.counter("argus.replies.malformed").count()).isEqualTo(1);
  }

  @Test
  void bootTimesAreMeasuredByStageOnceForEachNode() {
    WebMetrics metrics = new WebMetrics(meters, clock);
    for (NodeReport.State state : List.of(NodeReport.State.BOOTED, NodeReport.State.READY)) {
      metrics.reported(
          new NodeReport(
              "i-1",
              state,
              "",
              clock.instant(),
              Duration.ofSeconds(9),
              1,
              Map.of(),
              Map.of(BootStage.USER_DATA, Duration.ofSeconds(7)),
              Map.of()));
    }

    Timer stage = meters.timer("argus.nodes.boot", "stage", "user-data");
    assertThat(stage.count()).isEqualTo(1);
    assertThat(stage.totalTime(TimeUnit.SECONDS)).isEqualTo(7);
  }

  private double count(String name, String tag, String value) {
    return meters.counter(name, tag, value).count();
  }

  private WireMessage report(NodeReport.State state, Map<NodeEvent, Long> events) {
    return Codec.encode(
        new NodeReport("i-1", state, "", clock.instant(), Duration.ZERO, 1, events));
  }
}
