package dev.argus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.argus.config.PricesSettings;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CostsTest {
  private static final PricesSettings PRICES =
      new PricesSettings(
          LocalDate.parse("2026-11-01"),
          "us-east-1",
          "",
          Map.of("small", 0.02, "large", 0.10),
          0.4,
          8,
          0.073, // for a GB: 0.0001 dollars an hour
          0.005,
          0.0225,
          0.73, // for an alarm: 0.001 dollars an hour
          0.365, // for a million requests
          0,
          0);

  private static Costs.Shape shape(int min, int max, boolean spot, boolean loadBalancer) {
    return new Costs.Shape(1, "small", "large", min, max, spot, loadBalancer);
  }

  private static double of(Costs costs, String what) {
    return costs.lines().stream()
        .filter(line -> line.what().contains(what))
        .mapToDouble(Costs.Line::busy)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void idleIsTheWebNodeAndWhatIsAlwaysThere() {
    Costs costs = Costs.of(shape(0, 19, false, false), PRICES);
    double disk = 8 * 0.0001;
    double polls = 8000 * 30 / 1e6 * 0.365 / 730;
    assertThat(costs.idle()).isCloseTo(0.02 + disk + 0.005 + 3 * 0.001 + polls, within(1e-9));
  }

  @Test
  void atItsBusiestEveryAppNodeRunsWithItsDiskAndAddress() {
    Costs costs = Costs.of(shape(0, 19, false, false), PRICES);
    assertThat(costs.busy() - costs.idle())
        .isCloseTo(19 * (0.10 + 8 * 0.0001 + 0.005), within(1e-9));
  }

  @Test
  void nodesThatStayCostWhileIdle() {
    double more =
        Costs.of(shape(2, 19, false, false), PRICES).idle()
            - Costs.of(shape(0, 19, false, false), PRICES).idle();
    assertThat(more).isCloseTo(2 * (0.10 + 8 * 0.0001 + 0.005), within(1e-9));
  }

  @Test
  void spotIsAShareOfTheNodesPriceAndOfNothingElse() {
    assertThat(of(Costs.of(shape(0, 10, true, false), PRICES), "spot (app)"))
        .isCloseTo(10 * 0.10 * 0.4, within(1e-9));
    assertThat(of(Costs.of(shape(0, 10, true, false), PRICES), "web")).isEqualTo(0.02);
  }

  @Test
  void aLoadBalancerCostsAllTheTime() {
    double more =
        Costs.of(shape(0, 1, false, true), PRICES).idle()
            - Costs.of(shape(0, 1, false, false), PRICES).idle();
    assertThat(more).isCloseTo(0.0225, within(1e-9));
  }

  @Test
  void whatHasNoPriceIsSaidToBeMissing() {
    Costs costs = Costs.of(new Costs.Shape(1, "small", "huge", 0, 19, false, false), PRICES);
    assertThat(costs.unpriced()).containsExactly("huge");
    assertThat(costs.text()).anyMatch(line -> line.contains("without huge"));
    assertThat(costs.toJson().get("unpriced").get(0).asText()).isEqualTo("huge");
  }

  @Test
  void theSumIsToldForADayAMonthAndTheBusiestHour() {
    Costs costs = Costs.of(shape(0, 19, false, false), PRICES);
    assertThat(costs.text().get(0)).contains("$0.69 a day", "us-east-1 on 2026-11-01");
    assertThat(costs.toJson().get("idlePerMonth").asDouble())
        .isCloseTo(730 * costs.idle(), within(1e-9));
  }
}
