package dev.argus.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.simulation.Faults;
import dev.argus.simulation.SimulationSettings;
import dev.argus.traffic.Family;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonReportTest {
  private static Comparison comparison(List<String> policies, List<Family> families) {
    return new Comparison(
        SimulationSettings.of(
            Map.of(),
            Duration.ofHours(1),
            Duration.ofSeconds(45),
            Duration.ofMillis(250),
            Duration.ofSeconds(120),
            19,
            0.1026,
            Faults.none()),
        policies,
        families,
        List.of(21L, 22L, 23L),
        1,
        "none");
  }

  private static ObjectNode run(double ratio, double misses, double cost) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("hours", 1.0)
        .put("rate", 1.5)
        .put("ratioToBound", ratio)
        .put("missFraction", misses)
        .put("missExcess", misses)
        .put("launchRatio", 1.0)
        .put("idleExcess", 0.1)
        .put("cost", cost);
  }

  /** Of each family and seed the first policy, then the second. */
  private static ComparisonReport report() {
    List<ObjectNode> runs = new ArrayList<>();
    // flash: the second policy is cheaper, but misses more
    runs.addAll(List.of(run(1.1, 0, 1), run(0.9, 0.01, 0.5)));
    runs.addAll(List.of(run(1.3, 0, 2), run(0.9, 0, 0.5)));
    runs.addAll(List.of(run(1.2, 0, 3), run(0.9, 0, 0.5)));
    // sparse: no photo came with one seed
    runs.addAll(List.of(run(1.5, 0.003, 1), run(3, 0, 4)));
    runs.addAll(List.of(run(1.0, 0, 1), run(3, 0, 4)));
    runs.addAll(List.of(run(9, 0, 1), run(9, 0, 4)));
    runs.get(10).remove("ratioToBound");
    return new ComparisonReport(
        comparison(List.of("deadline", "backlog"), List.of(Family.FLASH, Family.SPARSE)), runs);
  }

  @Test
  void sumsUpSeedsAndFamilies() {
    JsonNode json = report().toJson();

    JsonNode flash = json.at("/cells/0");
    assertThat(flash.path("policy").asText()).isEqualTo("deadline");
    assertThat(flash.path("family").asText()).isEqualTo("flash");
    assertThat(flash.path("ratioToBound").asDouble()).isEqualTo(1.2);
    assertThat(flash.path("ratioToBoundWorst").asDouble()).isEqualTo(1.3);
    assertThat(flash.path("cost").asDouble()).isEqualTo(2);
    JsonNode sparse = json.at("/cells/1");
    assertThat(sparse.path("ratioToBound").asDouble()).isEqualTo(1.25);
    assertThat(sparse.path("missFraction").asDouble()).isCloseTo(0.001, within(1e-12));
    assertThat(sparse.path("missFractionWorst").asDouble()).isEqualTo(0.003);
    assertThat(json.at("/summary/0/ratioToBound/median").asDouble()).isEqualTo(1.225);
    assertThat(json.at("/summary/0/ratioToBound/worst").asDouble()).isEqualTo(1.25);
    assertThat(json.path("runs")).hasSize(12);
  }

  @Test
  void onlyThoseThatMissNoMoreAreRivals() {
    JsonNode json = report().toJson();
    assertThat(json.at("/cells/0/rivalRatio").isNull()).isTrue();
    assertThat(json.at("/cells/1/rivalRatio").asDouble()).isEqualTo(0.25);
    assertThat(json.at("/cells/2/rivalRatio").asDouble()).isEqualTo(0.25);
    assertThat(json.at("/cells/3/rivalRatio").isNull()).isTrue();
  }

  @Test
  void theGateIsForTheFirstPolicyInEachFamily() {
    Map<String, Double> limits = new LinkedHashMap<>();
    limits.put("ratioToBound", 1.22);
    limits.put("missFractionWorst", 0.002);
    limits.put("rivalRatio", 0.85);
    limits.put("medianRatio", 1.2);
    assertThat(report().breaches(new Gate(limits).among(ComparisonReport.GATE)))
        .containsExactly(
            "deadline, sparse: ratioToBound is 1.25, allowed is 1.22",
            "deadline, sparse: missFractionWorst is 0.003, allowed is 0.002",
            "deadline, all families: medianRatio is 1.225, allowed is 1.2");
  }

  @Test
  void aGateThatCannotBeJudgedIsRefused() {
    Comparison alone = comparison(List.of("deadline"), List.of(Family.FLASH));
    assertThatThrownBy(() -> alone.check(new Gate(Map.of("rivalRatio", 0.85))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two policies");
    assertThatThrownBy(() -> comparison(List.of("nonsense"), List.of(Family.FLASH)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("deadline")
        .hasMessageContaining("nonsense");
  }

  @Test
  void theTextHasARowForEachPolicyAndAColumnForEachFamily() {
    String text = report().toText();
    assertThat(text)
        .contains("1 h at 1.5 photos/s, seeds 21, 22, 23")
        .contains("              flash   sparse   median    worst")
        .contains("  deadline    1.200    1.250    1.225    1.250")
        .contains("  deadline    0.000    0.100    0.050    0.100") // misses, in percent
        .contains("  deadline        -    0.250    0.250    0.250");
  }
}
