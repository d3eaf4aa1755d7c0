package dev.argus.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GateTest {
  private static ObjectNode json() {
    return JsonNodeFactory.instance.objectNode();
  }

  @Test
  void tellsEachNumberThatIsTooLarge() {
    Gate gate =
        new Gate(new TreeMap<>(Map.of("ratioToBound", 1.35, "missFraction", 0.001, "p95", 60.0)));
    ObjectNode run = json().put("ratioToBound", 1.4123).put("missFraction", 0.00123).put("p95", 60);

    List<String> breaches = gate.breaches(run);

    assertThat(breaches)
        .containsExactly(
            "missFraction is 0.00123, allowed is 0.001", "ratioToBound is 1.4123, allowed is 1.35");
    gate.judge(run, breaches);
    assertThat(run.path("passed").asBoolean(true)).isFalse();
    assertThat(run.path("breaches")).hasSize(2);
  }

  @Test
  void aNumberThatIsNotKnownIsNotKeptTo() {
    Gate gate = new Gate(Map.of("ratioToBound", 1.35));
    assertThat(gate.breaches(json())).containsExactly("ratioToBound is not known, allowed is 1.35");
    assertThat(gate.breaches(json().putNull("ratioToBound"))).isEmpty();
  }

  @Test
  void withoutLimitsThereIsNoVerdict() {
    ObjectNode run = json();
    new Gate(Map.of()).judge(run, List.of());
    assertThat(run).isEmpty();
  }

  @Test
  void namesThatAreNoneAreTold() {
    assertThatThrownBy(() -> new Gate(Map.of("ratio", 1.0)).among(Gate.OF_A_RUN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ratioToBound, missFraction")
        .hasMessageContaining("found 'ratio'");
    assertThatThrownBy(() -> new Gate(Map.of("p95", Double.NaN)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected a number for p95");
  }
}
