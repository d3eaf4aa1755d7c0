package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.config.ArgusSettings;
import dev.argus.config.WorkerSettings;
import dev.argus.ports.Classifier;
import dev.argus.protocol.Codec;
import dev.argus.protocol.NodeReport;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueue;
import dev.argus.simulation.ScriptedClassifier;
import dev.argus.simulation.SettableClock;
import dev.argus.worker.LeaderQueue;
import dev.argus.worker.Leave;
import dev.argus.worker.NodeReports;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WorkerCommandTest {
  private static final WorkerSettings SETTINGS = ArgusSettings.load(Map.of()).worker();

  private final SettableClock clock = new SettableClock();
  private final InMemoryQueue responses = new InMemoryQueue(clock);
  private final NodeReports reports =
      new NodeReports(
          "i-1",
          Optional.empty(),
          1,
          new LeaderQueue(new InMemoryObjectStore(), name -> responses, responses),
          clock);
  private final CompletableFuture<String> told = new CompletableFuture<>();

  private NodeReport onlyReport() throws Exception {
    assertThat(responses.sent()).hasSize(1);
    return (NodeReport) Codec.decodeResponse(responses.sent().get(0));
  }

  private Leave serve(CompletableFuture<Classifier> loading) throws InterruptedException {
    return WorkerCommand.serve(
        SETTINGS,
        told,
        reports,
        loading,
        classifier -> {
          throw new AssertionError("it must not receive");
        });
  }

  @Test
  void aNodeThatIsToldToStopWhileItsModelLoadsReceivesNothingAndLeavesInOrder() throws Exception {
    told.complete("it was told to stop");

    Leave leave = serve(CompletableFuture.completedFuture(ScriptedClassifier.reading()));

    assertThat(leave).isEqualTo(new Leave(Leave.Reason.TOLD, "it was told to stop"));
    assertThat(onlyReport().state()).isEqualTo(NodeReport.State.DRAINING);
    assertThat(onlyReport().reason()).isEqualTo("it was told to stop");
  }

  @Test
  void aNodeWhoseModelDoesNotLoadSaysSo() throws Exception {
    Leave leave = serve(CompletableFuture.failedFuture(new IllegalStateException("no such file")));

    assertThat(leave.reason()).isEqualTo(Leave.Reason.FAILED);
    assertThat(onlyReport().state()).isEqualTo(NodeReport.State.FAILED);
    assertThat(onlyReport().reason()).contains("its model did not load").contains("no such file");
  }
}
