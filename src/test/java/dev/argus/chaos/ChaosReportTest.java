package dev.argus.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChaosReportTest {
  private static ChaosReport report(Map<String, Integer> faults, List<String> violations) {
    Path none = Path.of("none");
    return new ChaosReport(
        new ChaosSettings(7, 3, 1, Duration.ofSeconds(5), 2, none, none, none),
        Duration.ofSeconds(20),
        faults,
        Map.of("app node killed", 2),
        0,
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        new ChaosReport.Counts(3, 3, 0, 0, 0, 0, Map.of()),
        violations,
        Optional.empty());
  }

  @Test
  void aRunInWhichFaultsHitAndNothingBrokeIsOk() {
    ChaosReport report = report(Map.of("web node killed", 1), List.of());
    assertThat(report.ok()).isTrue();
    assertThat(report.toText()).contains("OK: nothing lost");
  }

  @Test
  void aRunInWhichNoFaultHitAnythingProvesNothing() {
    ChaosReport report = report(Map.of(), List.of());
    assertThat(report.ok()).isFalse();
    assertThat(report.toText()).contains("no fault hit anything: this proves nothing");
    assertThat(report.toJson()).contains("\"ok\":false").contains("this proves nothing");
  }

  @Test
  void aBrokenPromiseIsNotOkWhateverHit() {
    ChaosReport report = report(Map.of("web node killed", 1), List.of("LOST: photo 1"));
    assertThat(report.ok()).isFalse();
    assertThat(report.toText()).contains("1 promises broken").contains("--seed 7");
  }
}
