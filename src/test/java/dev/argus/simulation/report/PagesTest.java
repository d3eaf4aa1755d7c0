package dev.argus.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.simulation.Clairvoyant;
import dev.argus.simulation.Faults;
import dev.argus.simulation.NodeKind;
import dev.argus.simulation.Simulation;
import dev.argus.simulation.SimulationReport;
import dev.argus.simulation.SimulationResult;
import dev.argus.simulation.SimulationSettings;
import dev.argus.simulation.rivals.Controls;
import dev.argus.traffic.Arrivals;
import dev.argus.traffic.Family;
import dev.argus.web.Browser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.slf4j.LoggerFactory;

/** The pages of real runs, of a few minutes of virtual time each. */
class PagesTest {
  private static final Pattern DATA =
      Pattern.compile(
          "<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL);
  private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.argus");

  private static Level level;
  private static SimulationReport run;
  private static String runPage;
  private static Comparison comparison;
  private static ComparisonReport compared;
  private static String comparisonPage;

  private static final AtomicInteger told = new AtomicInteger();

  @TempDir Path folder;

  @BeforeAll
  static void runAll() throws Exception {
    level = LOG.getLevel();
    LOG.setLevel(Level.OFF);
    SimulationSettings settings =
        SimulationSettings.of(
            Map.of(),
            Duration.ofMinutes(12),
            Duration.ofSeconds(45),
            Duration.ofMillis(250),
            Duration.ofSeconds(120),
            19,
            0.1026,
            Faults.of(Faults.Kind.SPOT));
    Arrivals arrivals = Family.GAMMA.arrivals(1, settings.length());
    SimulationResult result =
        Simulation.run(
            settings, Controls.named("deadline", settings.argus(), Optional.empty()), arrivals, 21);
    run =
        new SimulationReport(
            "</script><script>alert(1)</script>",
            21,
            1,
            "deadline",
            "spot",
            NodeKind.MODEL,
            settings,
            result,
            Clairvoyant.of(settings, arrivals, 21));
    SimulationResult rival =
        Simulation.run(
            settings,
            Controls.named("one-per-message", settings.argus(), Optional.empty()),
            arrivals,
            21);
    RunReport report =
        new RunReport(
            run,
            OptionalLong.empty(),
            List.of(
                new RunReport.Rival("one-per-message", rival),
                new RunReport.Rival("target-tracking-tuned", result)));
    ObjectNode json = report.toJson();
    Gate gate = new Gate(Map.of("ratioToBound", 0.5));
    gate.judge(json, gate.breaches(json));
    runPage = SimulationPage.of(report, json);
    comparison =
        new Comparison(
            settings,
            List.of("deadline", "backlog"),
            List.of(Family.GAMMA, Family.SPARSE),
            List.of(21L),
            1,
            "spot");
    compared = comparison.run(2, told::incrementAndGet);
    comparisonPage = ComparisonReport.page(compared.toJson());
  }

  @AfterAll
  static void restoreLogLevel() {
    LOG.setLevel(level);
  }

  private static JsonNode data(String page) throws Exception {
    Matcher data = DATA.matcher(page);
    assertThat(data.find()).isTrue();
    assertThat(data.group(1)).doesNotContain("<");
    return new ObjectMapper().readTree(data.group(1));
  }

  @Test
  void pagesNeedNothingButThemselves() {
    for (String page : List.of(runPage, comparisonPage)) {
      assertThat(page).doesNotContain(" src=").doesNotContain("<link").doesNotContain("@import");
      assertThat(page).contains("var uPlot=").contains(".uplot").contains("default-src 'none'");
    }
  }

  @Test
  void theCourseOfTheCostEndsAtTheBills() throws Exception {
    JsonNode data = data(runPage);
    JsonNode bins = data.path("bins");
    int last = bins.path("end").size() - 1;
    assertThat(last).isPositive();
    bins.forEach(column -> assertThat(column).hasSize(last + 1));
    assertThat(data.at("/cost/run").get(last).asDouble())
        .isCloseTo(run.result().cost(), within(1e-4));
    Clairvoyant clairvoyant = run.clairvoyant().orElseThrow();
    double price = run.result().cost() / run.result().billedInstanceSeconds();
    assertThat(data.at("/cost/plan").get(last).asDouble())
        .isCloseTo(clairvoyant.planSeconds() * price, within(1e-4));
    assertThat(data.at("/cost/bound").asDouble())
        .isCloseTo(clairvoyant.boundSeconds() * price, within(1e-9));
    assertThat(data.path("decisions")).isNotEmpty();
    JsonNode rival = data.at("/rivals/0");
    assertThat(rival.path("end")).hasSameSizeAs(rival.path("run"));
    assertThat(rival.path("run").get(rival.path("run").size() - 1).asDouble())
        .isCloseTo(data.at("/report/rivals/0/cost").asDouble(), within(1e-4));
    assertThat(data.at("/rivals/1/run")).isEqualTo(data.at("/cost/run"));
  }

  @Test
  void whatComesOfAComparisonDoesNotDependOnItsThreads() throws Exception {
    assertThat(told).hasValue(comparison.size());
    assertThat(comparison.run(1, () -> {}).toJson().toString())
        .isEqualTo(compared.toJson().toString());
    JsonNode runs = compared.toJson().path("runs");
    assertThat(runs.findValuesAsText("policy"))
        .containsExactly("deadline", "backlog", "deadline", "backlog");
    assertThat(runs.findValuesAsText("traffic"))
        .containsExactly("gamma", "gamma", "sparse", "sparse");
    assertThat(runs.get(0).path("billedInstanceSeconds").asLong())
        .isEqualTo(run.result().billedInstanceSeconds());
  }

  @Test
  void chartsAreDrawnInLightAndDark() throws Exception {
    assumeThat(Browser.available()).as(Browser.ABSENT).isTrue();
    Path shots = Path.of("target/screenshots");
    Map<String, String> pages = Map.of("simulate", runPage, "compare", comparisonPage);
    try (Browser browser = new Browser()) {
      for (int width : new int[] {1440, 360}) {
        String scheme = width == 360 ? "dark" : "light";
        browser.prefer(scheme);
        for (Map.Entry<String, String> page : pages.entrySet()) {
          Path file = Files.writeString(folder.resolve(page.getKey() + ".html"), page.getValue());
          browser.open(file.toUri().toString(), width, 2600);
          int charts = page.getKey().equals("simulate") ? 5 : 2;
          assertThat(browser.page().findElements(By.cssSelector(".chart canvas"))).hasSize(charts);
          assertThat(browser.page().executeScript("return document.documentElement.scrollWidth"))
              .isEqualTo((long) width);
          if (width == 360) {
            assertThat(browser.barriers()).isEmpty();
          }
          browser.screenshot(shots.resolve("%s-%s-%d.png".formatted(page.getKey(), scheme, width)));
        }
      }
      browser.open(folder.resolve("simulate.html").toUri().toString(), 1440, 900);
      assertThat(browser.page().findElement(By.id("verdict")).getText()).startsWith("Not passed:");
      assertThat(browser.page().findElement(By.id("about")).getText()).startsWith("</script>");
      assertThat(browser.page().findElement(By.id("decisions")).getText())
          .contains("launch 1 node");
      assertThat(browser.page().findElement(By.id("rivals")).getText())
          .contains("deadline (this run)", "one-per-message", "target-tracking-tuned");
      assertThat(browser.page().findElement(By.cssSelector("#cost .u-legend")).getText())
          .contains("the bound", "one-per-message", "target-tracking-tuned");
    }
  }
}
