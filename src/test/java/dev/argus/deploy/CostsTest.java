package dev.argus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.argus.config.PricesSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import java.util.regex.Pattern;
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
          1.46, // for a metric: 0.002 dollars an hour
          0.365, // for a million requests
          0,
          0);

  private static Costs.Shape shape(int min, int max, boolean spot, boolean loadBalancer) {
    return new Costs.Shape(1, "small", "large", min, max, spot, loadBalancer, loadBalancer ? 2 : 0);
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
    assertThat(costs.idle())
        .isCloseTo(0.02 + disk + 0.005 + 4 * 0.001 + 0.002 + polls, within(1e-9));
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
  void aLoadBalancerWithItsAddressesCostsAllTheTimeAndTakesThePlaceOfTheChecks() {
    double more =
        Costs.of(shape(0, 1, false, true), PRICES).idle()
            - Costs.of(shape(0, 1, false, false), PRICES).idle();
    assertThat(more).isCloseTo(0.0225 + 2 * 0.005 - 0.002, within(1e-9));
  }

  @Test
  void whatIsLeftOutIsSaid() {
    Costs costs = Costs.of(shape(0, 19, false, true), PRICES);
    assertThat(costs.text())
        .anyMatch(line -> line.contains("without capacity units of the load balancer"))
        .anyMatch(line -> line.contains("public addresses only where their subnets give them"));
    assertThat(costs.toJson().get("notIncluded").toString()).contains("data transfer", "logs");
  }

  /** CloudWatch asks for an alarm for each metric, and for metrics that are not AWS's own. */
  @Test
  void theAlarmsAndMetricsOfTheTemplateAreCounted() throws IOException {
    String template = Files.readString(Path.of("deploy/argus.yaml"));
    int alarms = count(template, "Type: AWS::CloudWatch::Alarm");
    int ofMetricMath = count(template, "Metrics:\n        - Id:");
    int metrics = count(template, "MetricStat:");
    int never = 1; // of the two alarms on web nodes a stack has one
    assertThat(of(Costs.of(shape(0, 1, false, false), PRICES), "alarms"))
        .isCloseTo((alarms - ofMetricMath + metrics - never) * 0.001, within(1e-9));
    assertThat(of(Costs.of(shape(0, 1, false, false), PRICES), "metric"))
        .isCloseTo(count(template, "Type: AWS::Logs::MetricFilter") * 0.002, within(1e-9));
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  @Test
  void whatHasNoPriceIsSaidToBeMissing() {
    Costs costs = Costs.of(new Costs.Shape(1, "small", "huge", 0, 19, false, false, 0), PRICES);
    assertThat(costs.unpriced()).containsExactly("huge");
    assertThat(costs.text()).anyMatch(line -> line.contains("without huge"));
    assertThat(costs.toJson().get("unpriced").get(0).asText()).isEqualTo("huge");
  }

  @Test
  void theSumIsToldForADayAMonthAndTheBusiestHour() {
    Costs costs = Costs.of(shape(0, 19, false, false), PRICES);
    assertThat(costs.text().get(0)).contains("$0.77 a day", "us-east-1 on 2026-11-01");
    assertThat(costs.toJson().get("idlePerMonth").asDouble())
        .isCloseTo(730 * costs.idle(), within(1e-9));
  }
}
