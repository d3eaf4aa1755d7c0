package dev.argus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.BilledRequests;
import dev.argus.protocol.BilledRequest;
import dev.argus.protocol.BootStage;
import dev.argus.protocol.Codec;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.NodeEvent;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.NodeReport.State;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueue;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeReportsTest {
  private static final Duration INTERVAL = Duration.ofSeconds(60);

  private final SettableClock clock = new SettableClock();
  private final InMemoryQueue responses = new InMemoryQueue(clock);
  private final BilledRequests requests = new BilledRequests();
  private final NodeReports reports =
      new NodeReports(
          "i-1",
          Optional.empty(),
          1,
          new LeaderQueue(new InMemoryObjectStore(), name -> responses, responses),
          clock,
          new BootTimes(),
          requests);

  @Test
  void aNodeSaysThatItWorksThoughItHasCountedNothing() throws Exception {
    reports.ready();
    clock.advance(INTERVAL.minusMillis(1));
    reports.working(INTERVAL);
    assertThat(states()).containsExactly(State.READY);

    clock.advance(Duration.ofMillis(1));
    reports.working(INTERVAL);
    reports.working(INTERVAL);

    assertThat(states()).containsExactly(State.READY, State.WORKING);
  }

  @Test
  void whatCouldNotBeSaidIsSaidAtTheNextChance() throws Exception {
    responses.setDown(true);
    reports.ready();
    reports.events().count(NodeEvent.SERVED);
    reports.working(INTERVAL);
    responses.setDown(false);

    reports.working(INTERVAL);

    assertThat(states()).containsExactly(State.WORKING);
    assertThat(said().get(0).events()).isEqualTo(Map.of(NodeEvent.SERVED, 1L));
  }

  @Test
  void everyBilledRequestIsToldOnceAndWhatCouldNotBeToldIsToldLater() throws Exception {
    requests.add(BilledRequest.SQS_RECEIVE, 3);
    reports.ready();
    requests.add(BilledRequest.SQS_RECEIVE, 1);
    responses.setDown(true);
    reports.draining("told");
    responses.setDown(false);
    requests.add(BilledRequest.S3_PUT, 2);
    assertThat(reports.haveMoreToTell()).isTrue();

    reports.draining("told");

    assertThat(said().stream().map(NodeReport::billed))
        .containsExactly(
            Map.of(BilledRequest.SQS_RECEIVE, 3L),
            Map.of(BilledRequest.SQS_RECEIVE, 1L, BilledRequest.S3_PUT, 2L));
    assertThat(reports.haveMoreToTell()).isFalse();
  }

  @Test
  void theStagesOfTheBootAreToldWhenTheNodeHasBootedAndWhenItIsReady() throws Exception {
    BootTimes boot = new BootTimes();
    NodeReports telling =
        new NodeReports(
            "i-1",
            Optional.of(SettableClock.START),
            1,
            new LeaderQueue(new InMemoryObjectStore(), name -> responses, responses),
            clock,
            boot,
            requests);
    boot.reached(BootStage.JVM, SettableClock.START.plusSeconds(2));
    clock.advance(Duration.ofSeconds(3));
    telling.booted();
    boot.reached(BootStage.MODEL, SettableClock.START.plusSeconds(5));
    clock.advance(Duration.ofSeconds(3));
    telling.ready();
    telling.draining("it is surplus");

    assertThat(states()).containsExactly(State.BOOTED, State.READY, State.DRAINING);
    assertThat(said().get(0).boot()).isEqualTo(Map.of(BootStage.JVM, Duration.ofSeconds(2)));
    assertThat(said().get(1).boot())
        .isEqualTo(
            Map.of(BootStage.JVM, Duration.ofSeconds(2), BootStage.MODEL, Duration.ofSeconds(3)));
    assertThat(said().get(1).sinceLaunch()).isEqualTo(Duration.ofSeconds(6));
    assertThat(said().get(2).boot()).isEmpty();
  }

  private List<State> states() throws MalformedMessageException {
    return said().stream().map(NodeReport::state).toList();
  }

  private List<NodeReport> said() throws MalformedMessageException {
    List<NodeReport> said = new ArrayList<>();
    for (var message : responses.sent()) {
      said.add((NodeReport) Codec.decodeResponse(message));
    }
    return said;
  }
}
