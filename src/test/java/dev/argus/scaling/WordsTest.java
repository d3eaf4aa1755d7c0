package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.protocol.BootStage;
import dev.argus.protocol.NodeReport;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WordsTest {
  @Test
  void aNodeThatIsReadyIsToldWithTheStagesOfItsBootInTheirOrder() {
    NodeReport report =
        new NodeReport(
            "i-1",
            NodeReport.State.READY,
            "",
            SettableClock.START,
            Duration.ofMillis(33_250),
            2,
            Map.of(),
            Map.of(
                BootStage.MODEL, Duration.ofMillis(1250),
                BootStage.USER_DATA, Duration.ofSeconds(12),
                BootStage.JVM, Duration.ofMillis(500)),
            Map.of());

    assertThat(Words.of(report))
        .isEqualTo("READY, 33.3 s after its launch (user-data 12 s, jvm 500 ms, model 1.3 s)");
  }

  @Test
  void aNodeThatLeavesIsToldWithItsReason() {
    assertThat(Words.of(report(NodeReport.State.DRAINING, "it is surplus")))
        .isEqualTo("DRAINING: it is surplus");
    assertThat(Words.of(report(NodeReport.State.READY, ""))).isEqualTo("READY");
  }

  private static NodeReport report(NodeReport.State state, String reason) {
    return new NodeReport("i-1", state, reason, SettableClock.START, Duration.ofSeconds(3), 1);
  }
}
