package dev.argus.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class WebLedgerTest {
  private static final String METRICS =
      """
      # HELP argus_ledger_photos Photos that this process accepted
      # TYPE argus_ledger_photos gauge
      argus_ledger_photos{state="accepted"} 1.2345678E7
      argus_ledger_photos{state="answered"} 1.2345671E7
      argus_ledger_photos{state="failed"} 4.0
      argus_ledger_photos{state="dead_lettered"} 2.0
      argus_ledger_photos{state="pending"} 1.0
      """;

  @Test
  void theFiveStatesAreReadFromTheMetrics() throws Exception {
    WebLedger ledger = WebLedger.parse(METRICS);
    assertThat(ledger).isEqualTo(new WebLedger(12345678, 12345671, 4, 2, 1));
    assertThat(ledger.holds()).isTrue();
  }

  @Test
  void aStateThatIsMissingIsAnErrorAndNotZero() {
    assertThatThrownBy(() -> WebLedger.parse(METRICS.replace("pending", "waiting")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("pending");
  }
}
